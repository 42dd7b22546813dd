/**
 * A release's version: SemVer 2.0.0 (https://semver.org/spec/v2.0.0.html), or a calendar version YY.M.patch that is
 * also valid SemVer. Numbers are kept as text and compared by length, so that a version of any size sorts right.
 */
import { ReleaseError } from "./errors/index.ts";
import { quoted } from "./quoted.ts";

export type VersionScheme = "semver" | "calendar";

export interface Version {
  /** As written, without a tag prefix: `1.2.3-rc.1+build.5`. */
  readonly text: string;
  readonly scheme: VersionScheme;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** Dot-separated identifiers after the hyphen; empty for a release proper. */
  readonly prerelease: readonly string[];
  /** Build metadata after the plus sign; it has no part in ordering (SemVer, item 10). */
  readonly build?: string;
}

const number = "(0|[1-9][0-9]*)";
const prereleaseIdentifier = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const grammar = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${prereleaseIdentifier}(?:\\.${prereleaseIdentifier})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
);

/** Reads a version without prefix. Throws VERSION_INVALID, VERSION_CALENDAR_INVALID (both exit 2). */
export function parseVersion(text: string, scheme: VersionScheme = "semver"): Version {
  const match = text.length <= 1024 ? grammar.exec(text) : null;
  if (match === null) throw invalid(text, explainInvalid(text));
  const [, major = "", minor = "", patch = "", prerelease, build] = match;
  const version: Version = {
    text,
    scheme,
    major,
    minor,
    patch,
    prerelease: prerelease === undefined ? [] : prerelease.split("."),
    ...(build === undefined ? {} : { build }),
  };
  if (scheme === "calendar") requireCalendar(version);
  return version;
}

/** Reads `v1.2.3`, `app/v1.2.3` …: a tag made of the configured prefix and a version. */
export function parseTag(tag: string, prefix: string, scheme: VersionScheme = "semver"): Version {
  if (!tag.startsWith(prefix)) {
    throw new ReleaseError("VERSION_INVALID", {
      what: `${quoted(tag)} does not begin with the tag prefix ${quoted(prefix)}.`,
      next: `Write the tag as ${prefix}1.2.3.`,
    });
  }
  return parseVersion(tag.slice(prefix.length), scheme);
}

/** SemVer item 11: negative when `a` comes before `b`. Build metadata is ignored. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

export function isPrerelease(version: Version): boolean {
  return version.prerelease.length > 0;
}

/** `true` for everything that a version may be written with in a tag: used to refuse before git or a shell sees it. */
export function isSafeTag(tag: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(tag) && !tag.includes("..") && !tag.endsWith("/") && tag.length <= 1100;
}

export type Increment = "major" | "minor" | "patch";

/**
 * The version that follows. A pending pre-release becomes its own release where that is increment enough (1.3.0-rc.2 by
 * minor or patch → 1.3.0, by major → 2.0.0). Invariant: always higher than `current`.
 */
export function nextVersion(current: Version, increment: Increment, pre?: string): Version {
  const pending = isPrerelease(current) && reaches(current, increment);
  const core = pending ? [current.major, current.minor, current.patch].join(".") : incremented(current, increment);
  const next = versionOf(core, pre, nextCounter(current, core, pre), current.scheme);
  if (compareVersions(next, current) > 0) return next;
  // Back from rc to alpha: 1.3.0-alpha.1 would be lower than the 1.3.0-rc.2 that exists.
  return versionOf(incremented(current, increment), pre, 1n, current.scheme);
}

/**
 * The calendar version of a date (month from 1): YY.M.patch, patch counting within the month from 0. Where a version of
 * a later month exists, that month goes on. Invariant: always higher than `current`.
 */
export function nextCalendarVersion(current: Version | undefined, year: number, month: number, pre?: string): Version {
  const first = versionOf(`${year % 100}.${month}.0`, pre, 1n, "calendar");
  return current === undefined || isBefore(current, first) ? first : nextVersion(current, "patch", pre);
}

function versionOf(core: string, pre: string | undefined, counter: bigint, scheme: VersionScheme): Version {
  if (pre?.includes("+") === true) throw invalid(`${core}-${pre}`, ": a pre-release's name holds no plus sign");
  return parseVersion(pre === undefined ? core : `${core}-${pre}.${counter}`, scheme);
}

/** Whether `a` is of an earlier month than `b`. */
function isBefore(a: Version, b: Version): boolean {
  return (compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor)) < 0;
}

/** Whether the release that a pre-release announces is at least this increment away from the release before it. */
function reaches(prerelease: Version, increment: Increment): boolean {
  if (increment === "patch") return true;
  return prerelease.patch === "0" && (increment === "minor" || prerelease.minor === "0");
}

function incremented(current: Version, increment: Increment): string {
  const [major, minor, patch] = [BigInt(current.major), BigInt(current.minor), BigInt(current.patch)];
  if (increment === "major") return `${major + 1n}.0.0`;
  if (increment === "minor") return `${major}.${minor + 1n}.0`;
  return `${major}.${minor}.${patch + 1n}`;
}

/** One more than the counter of a pre-release of this very name and release; otherwise the first. */
function nextCounter(current: Version, core: string, pre: string | undefined): bigint {
  const counter = current.prerelease.at(-1) ?? "";
  const same = current.text.startsWith(`${core}-`) && current.prerelease.slice(0, -1).join(".") === pre;
  return same && /^[0-9]+$/.test(counter) ? BigInt(counter) + 1n : 1n;
}

function requireCalendar(version: Version): void {
  const month = Number(version.minor);
  const year = Number(version.major);
  if (version.minor.length <= 2 && month >= 1 && month <= 12 && version.major.length <= 2 && year >= 1) return;
  throw new ReleaseError("VERSION_CALENDAR_INVALID", {
    what: `${quoted(version.text)} is not a calendar version YY.M.patch: ${month >= 1 && month <= 12 ? `year ${shortened(version.major)}` : `month ${shortened(version.minor)}`} does not exist.`,
    next: "Write the two-digit year, the month from 1 to 12 without leading zero, and a counter, for example 26.11.0.",
  });
}

function shortened(digits: string): string {
  return digits.length > 12 ? `${digits.slice(0, 12)}…` : digits;
}

function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string, b: string): number {
  const [aNumeric, bNumeric] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (aNumeric && bNumeric) return compareNumbers(a, b);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(text: string, reason: string): ReleaseError {
  return new ReleaseError("VERSION_INVALID", {
    what: `${quoted(text)} is not a version${reason}.`,
    next: "Write MAJOR.MINOR.PATCH, for example 1.2.3, or 1.2.3-rc.1 for a pre-release.",
  });
}

function explainInvalid(text: string): string {
  if (text === "") return ": it is empty";
  if (text.length > 1024) return ": it is longer than 1024 characters";
  // eslint-disable-next-line no-control-regex
  if (/[^\x20-\x7e]/.test(text)) return ": it holds characters outside ASCII (or invisible ones)";
  if (/^[vV]/.test(text)) return ": the prefix stands twice, or where none belongs";
  if (/(^|[.-])0[0-9]+($|[.+-])/.test(text)) return ": a number begins with a zero";
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return ": it has fewer than three numbers";
  if (/^[0-9]+(\.[0-9]+){3,}/.test(text)) return ": it has more than three numbers";
  return "";
}
