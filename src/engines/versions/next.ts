/**
 * `version next`: which version should follow. Invariant: the proposal is higher than every release that is known and
 * lawful under the scheme; calendar versions come from the calendar and never from arithmetic.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import {
  compareVersions,
  type Increment,
  isPrerelease,
  nextCalendarVersion,
  nextVersion,
  parseVersion,
  type Version,
  type VersionScheme,
} from "../../domain/version.ts";

export interface NextQuestion {
  readonly scheme: VersionScheme;
  /** The highest release that exists. */
  readonly released: Version | undefined;
  /** What the repository's manifest says. */
  readonly declared: Version | undefined;
  /** `patch` where nothing is asked for. */
  readonly increment?: Increment;
  /** Name of a pre-release: `rc`. */
  readonly pre?: string;
  readonly today: { readonly year: number; readonly month: number };
}

/** Throws USAGE for an increment of a calendar version, VERSION_INVALID for a pre-release name that is none. */
export function nextVersionFor(question: NextQuestion): Version {
  const { scheme, increment, pre } = question;
  if (scheme === "calendar" && increment !== undefined) throw calendarHasNoIncrement(increment);
  const waiting = increment === undefined ? waitingVersion(question) : undefined;
  if (waiting !== undefined && pre === undefined) return waiting;
  // The pre-releases of a release that waits come before it: 1.3.0-rc.1, 1.3.0-rc.2, then 1.3.0.
  const declared = waiting === undefined ? question.declared : beforeAllOf(waiting);
  const current = highest(question.released, declared);
  if (scheme === "calendar") return nextCalendarVersion(current, question.today.year, question.today.month, pre);
  return current === undefined
    ? nextVersion(parseVersion("0.0.0"), increment ?? "minor", pre)
    : nextVersion(current, increment ?? "patch", pre);
}

/** A release that the manifest names and no tag has yet: it is the next one. Under the calendar, if it is this month's. */
function waitingVersion({ released, declared, scheme, today }: NextQuestion): Version | undefined {
  if (declared === undefined || isPrerelease(declared)) return undefined;
  if (released !== undefined && compareVersions(declared, released) <= 0) return undefined;
  const isThisMonths = declared.major === String(today.year % 100) && declared.minor === String(today.month);
  return scheme === "semver" || isThisMonths ? declared : undefined;
}

/** `-0` is the lowest of all pre-releases. */
function beforeAllOf({ major, minor, patch, scheme }: Version): Version {
  return parseVersion(`${major}.${minor}.${patch}-0`, scheme);
}

function highest(a: Version | undefined, b: Version | undefined): Version | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareVersions(a, b) >= 0 ? a : b;
}

function calendarHasNoIncrement(increment: Increment): ReleaseError {
  return new ReleaseError("USAGE", {
    what: `--${increment} has no meaning for calendar versions.`,
    next: "Run: ggen-release version next",
  });
}
