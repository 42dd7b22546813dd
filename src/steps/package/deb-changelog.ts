/**
 * The package's own changelog (Debian Policy 4.4, 12.7): the project's Debian changelog, or made of its CHANGELOG.md.
 * Invariant: the first entry is this version, dated by its commit; versions and dates go down from there.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { compareVersions, isPrerelease, parseVersion, type Version } from "../../domain/version.ts";
import { changelogNames } from "../../engines/versions/changelog.ts";
import { type ChangelogEntry, formatChangelog, newestEntry } from "../../formats/debian-changelog.ts";
import { debianVersion, formatDebianVersion } from "../../formats/debian-version.ts";
import { type VersionSection, versionSections } from "../../formats/markdown-changelog.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { readTree } from "./deb-folder.ts";
import type { DebIdentity } from "./deb-identity.ts";

/** `given`: a Debian changelog in the tree. Throws VERSION_DISAGREES, DEB_MALFORMED. */
export async function debChangelog(
  identity: DebIdentity,
  given: string | undefined,
  inputs: PackageInputs,
): Promise<string> {
  if (given === undefined) return formatChangelog(...entries(identity, await sections(inputs), inputs));
  const version = formatDebianVersion(identity.version);
  const written = new TextDecoder().decode(await readTree(given, inputs));
  const newest = newestEntry(written);
  if (newest.version === version) return written;
  throw new ReleaseError("VERSION_DISAGREES", {
    what: `${given} has ${newest.version} as its newest entry; the package is ${version}.`,
    next: `Add an entry: dch -c ${given} -v ${version}`,
  });
}

async function sections(inputs: PackageInputs): Promise<readonly VersionSection[]> {
  for (const name of changelogNames) {
    if ((await inputs.files.status(join(inputs.source, name)))?.kind === "file") {
      return versionSections(await inputs.files.readText(join(inputs.source, name)));
    }
  }
  return [];
}

/** Of older versions those that say when they were: a date cannot be made up. */
function entries(
  identity: DebIdentity,
  written: readonly VersionSection[],
  { project, epoch }: PackageInputs,
): readonly ChangelogEntry[] {
  const own = written.find(({ value }) => value === project.version.text)?.changes ?? [];
  const made = [entry(identity, project.version, own.length > 0 ? own : [`Release ${project.version.text}.`], epoch)];
  let last = { version: project.version, date: epoch };
  for (const { value, date, changes } of written) {
    const version = versionOf(value);
    const at = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`) / 1000;
    if (version === undefined || changes.length === 0 || !(at <= last.date)) continue;
    if (compareVersions(version, last.version) >= 0) continue;
    made.push(entry(identity, version, changes, at));
    last = { version, date: at };
  }
  return made;
}

function entry(identity: DebIdentity, version: Version, changes: readonly string[], date: number): ChangelogEntry {
  const { epoch, revision } = identity.version;
  const packaged = debianVersion(version, {
    ...(epoch === undefined ? {} : { epoch }),
    ...(revision === undefined ? {} : { revision }),
  });
  return {
    package: identity.name,
    version: formatDebianVersion(packaged),
    distribution: isPrerelease(version) ? "experimental" : "unstable",
    changes,
    maintainer: identity.maintainer,
    date,
  };
}

function versionOf(text: string): Version | undefined {
  try {
    const version = parseVersion(text);
    debianVersion(version);
    return version;
  } catch {
    // A heading that is no version of ours, such as Unreleased.
    return undefined;
  }
}
