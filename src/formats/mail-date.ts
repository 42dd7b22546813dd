/** Dates as Debian's changelogs and APT's Release files carry them (RFC 5322, section 3.3), in UTC. */

const days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const secondsOfDay = 86_400;
const daysOf400Years = 146_097;
/** Days from 1 March of year 0 to 1 January 1970. */
const daysBefore1970 = 719_468;

/** `Thu, 01 Jan 1970 00:00:00 +0000` for 0. `seconds` since 1970, not negative. */
export function mailDate(seconds: number): string {
  const day = Math.floor(seconds / secondsOfDay);
  const { year, month, dayOfMonth } = calendarDay(day);
  const clock = [seconds / 3600, seconds / 60, seconds].map((value, index) => {
    return twoDigits(Math.floor(value) % (index === 0 ? 24 : 60));
  });
  return `${days[day % 7]}, ${twoDigits(dayOfMonth)} ${months[month]} ${year} ${clock.join(":")} +0000`;
}

const text = new RegExp(
  `^(?:${days.join("|")}), +(\\d{1,2}) (${months.join("|")}) (\\d{4}) (\\d{2}):(\\d{2}):(\\d{2}) (?:UTC|GMT|Z|[+-]0000)$`,
);

/** Seconds since 1970, null for what is not such a date in UTC. */
export function parseMailDate(date: string): number | null {
  const [whole, day, month = "", ...rest] = text.exec(date) ?? [];
  if (whole === undefined) return null;
  const [year = 0, hours = 0, minutes = 0, seconds = 0] = rest.map(Number);
  const value = Date.UTC(year, months.indexOf(month), Number(day), hours, minutes, seconds) / 1000;
  // A day that the month does not have, or an hour that the day does not have, would count as a later one.
  return value >= 0 &&
    mailDate(value).startsWith(
      `${days[Math.floor(value / secondsOfDay) % 7]}, ${twoDigits(Number(day))} ${month} ${year} ${rest.slice(1).join(":")}`,
    )
    ? value
    : null;
}

/** Years are counted from March, so that the day that a leap year adds is a year's last. */
function calendarDay(daysSince1970: number): {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
} {
  const total = daysSince1970 + daysBefore1970;
  const era = Math.floor(total / daysOf400Years);
  const dayOfEra = total % daysOf400Years;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months from March have 31, 30, 31, 30, 31 days, again and again: 153 days in five.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (monthFromMarch + 2) % 12;
  return {
    year: yearOfEra + era * 400 + (month < 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
