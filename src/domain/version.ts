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
  if (match === null) {
    throw new ReleaseError("VERSION_INVALID", {
      what: `${quoted(text)} is not a version${explainInvalid(text)}.`,
      next: "Write MAJOR.MINOR.PATCH, for example 1.2.3, or 1.2.3-rc.1 for a pre-release.",
    });
  }
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

/** The version that follows; a pre-release's own release when it has one pending (1.3.0-rc.2 → 1.3.0). */
export function nextVersion(current: Version, increment: Increment, pre?: string): Version {
  const base = isPrerelease(current) ? [current.major, current.minor, current.patch] : incremented(current, increment);
  const core = base.join(".");
  if (pre === undefined) return parseVersion(core, current.scheme);
  const [label, counter] = current.prerelease;
  const n =
    isPrerelease(current) && label === pre && counter !== undefined && /^[0-9]+$/.test(counter)
      ? BigInt(counter) + 1n
      : 1n;
  return parseVersion(`${core}-${pre}.${n}`, current.scheme);
}

/** The calendar version of a date: YY.M.patch, patch counting within the month from 0. */
export function nextCalendarVersion(current: Version | undefined, year: number, month: number, pre?: string): Version {
  const yy = String(year % 100);
  const same = current !== undefined && current.major === yy && current.minor === String(month);
  const patch = same ? (isPrerelease(current) ? BigInt(current.patch) : BigInt(current.patch) + 1n) : 0n;
  const counter =
    same && isPrerelease(current) && current.prerelease[0] === pre ? BigInt(current.prerelease[1] ?? "0") + 1n : 1n;
  return parseVersion(`${yy}.${month}.${patch}${pre === undefined ? "" : `-${pre}.${counter}`}`, "calendar");
}

function incremented(current: Version, increment: Increment): readonly (bigint | string)[] {
  const [major, minor, patch] = [BigInt(current.major), BigInt(current.minor), BigInt(current.patch)];
  if (increment === "major") return [major + 1n, 0n, 0n];
  if (increment === "minor") return [major, minor + 1n, 0n];
  return [major, minor, patch + 1n];
}

function requireCalendar(version: Version): void {
  const month = Number(version.minor);
  const year = Number(version.major);
  if (version.minor.length <= 2 && month >= 1 && month <= 12 && version.major.length <= 2 && year >= 1) return;
  throw new ReleaseError("VERSION_CALENDAR_INVALID", {
    what: `${quoted(version.text)} is not a calendar version YY.M.patch: ${month >= 1 && month <= 12 ? `year ${version.major}` : `month ${version.minor}`} does not exist.`,
    next: "Write the two-digit year, the month from 1 to 12 without leading zero, and a counter, for example 26.11.0.",
  });
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

function explainInvalid(text: string): string {
  if (text === "") return ": it is empty";
  if (text.length > 1024) return ": it is longer than 1024 characters";
  // eslint-disable-next-line no-control-regex
  if (/[^\x20-\x7e]/.test(text)) return ": it holds characters outside ASCII (or invisible ones)";
  if (/^[vV]/.test(text)) return ": the prefix stands twice, or where none belongs";
  if (/(^|\.)0[0-9]/.test(text)) return ": a number begins with a zero";
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return ": it has fewer than three numbers";
  if (/^[0-9]+(\.[0-9]+){3,}/.test(text)) return ": it has more than three numbers";
  return "";
}
