/**
 * What is released already, as the tags tell, and whether a version may follow it. Tags of other prefixes and tags that
 * are no versions are nobody's business here. Invariant: no version passes that is lower than one of its own line.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import {
  compareVersions,
  isPrerelease,
  nextVersion,
  parseVersion,
  type Version,
  type VersionScheme,
} from "../../domain/version.ts";

export interface ReleasedVersions {
  readonly tagPrefix: string;
  /** Lowest first. */
  readonly versions: readonly Version[];
  /** Under the calendar scheme: what sorts as a version and is no calendar version (a month 15). Lowest first. */
  readonly unlawful: readonly Version[];
}

export function releasedVersions(
  tags: readonly string[],
  { tagPrefix, scheme }: { readonly tagPrefix: string; readonly scheme: VersionScheme },
): ReleasedVersions {
  const ours = tags.filter((tag) => tag.startsWith(tagPrefix)).map((tag) => tag.slice(tagPrefix.length));
  const known = ours.map((text) => ({ lawful: read(text, scheme), any: read(text, "semver") }));
  return {
    tagPrefix,
    versions: sorted(known.map(({ lawful }) => lawful)),
    unlawful: sorted(known.map(({ lawful, any }) => (lawful === null ? any : null))),
  };
}

export interface Standing {
  /** A hotfix of an older line: it moves no pointer that users of newer lines follow. */
  readonly backport: boolean;
  /** What the person must know although the release goes on. */
  readonly warnings: readonly string[];
}

/**
 * Throws VERSION_BACKWARDS, naming the highest that exists. A release is held against releases, since a pre-release of
 * the next one is not yet anybody's `latest`; a pre-release is held against everything. A version that is tagged already
 * may be gone on with. A backport must be allowed, and be the highest of its line (equal major and minor) all the same.
 */
export function requireHigher(version: Version, released: ReleasedVersions, allowBackport: boolean): Standing {
  const warnings = outranking(version, released);
  const rivals = released.versions.filter((one) => isPrerelease(version) || !isPrerelease(one));
  const higher = rivals.filter((one) => one.text !== version.text && compareVersions(one, version) >= 0);
  const isTagged = rivals.some(({ text }) => text === version.text);
  if (higher.length === 0 || isTagged) return { backport: higher.length > 0, warnings };
  const onLine = higher.filter((one) => lineOf(one) === lineOf(version));
  if (allowBackport && onLine.length === 0) return { backport: true, warnings };
  throw backwards(version, released, higher, onLine);
}

/** The highest version below this one that was released: what a package of the tree may have been left behind at. */
export function previousRelease(version: Version, { versions }: ReleasedVersions): Version | undefined {
  return versions.findLast((one) => compareVersions(one, version) < 0);
}

function backwards(
  version: Version,
  { tagPrefix }: ReleasedVersions,
  higher: readonly Version[],
  onLine: readonly Version[],
): ReleaseError {
  const [highest, ofLine] = [higher.at(-1) ?? version, onLine.at(-1)];
  const follows = (one: Version): string => nextVersion(one, "patch").text;
  return new ReleaseError("VERSION_BACKWARDS", {
    what: `${version.text} is not higher than ${tagPrefix}${highest.text}, which exists.`,
    next:
      ofLine === undefined
        ? `Release ${follows(highest)} or higher; or, as a hotfix of the ${lineOf(version)} line, add --allow-backport.`
        : compareVersions(ofLine, highest) === 0
          ? `Release ${follows(highest)} or higher.`
          : `Release ${follows(highest)} or higher; or ${follows(ofLine)} with --allow-backport as a hotfix of the ${lineOf(version)} line, where ${tagPrefix}${ofLine.text} exists.`,
  });
}

function outranking(version: Version, { unlawful, tagPrefix }: ReleasedVersions): readonly string[] {
  return unlawful
    .filter((one) => compareVersions(one, version) > 0)
    .map(
      (one) =>
        `Tag ${quoted(tagPrefix + one.text)} is not a calendar version and outranks ${version.text}: whoever has it is offered no update.`,
    );
}

function read(text: string, scheme: VersionScheme): Version | null {
  try {
    return parseVersion(text, scheme);
  } catch (error) {
    if (error instanceof ReleaseError) return null;
    throw error;
  }
}

function sorted(versions: readonly (Version | null)[]): readonly Version[] {
  return versions.filter((one) => one !== null).sort(compareVersions);
}

function lineOf({ major, minor }: Version): string {
  return `${major}.${minor}`;
}
