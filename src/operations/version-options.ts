/** What the version commands share: the repository around the caller, what is released in it, and what is asked for. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import { parseTag, parseVersion, type Version } from "../domain/version.ts";
import { previousRelease, type ReleasedVersions, releasedVersions } from "../engines/versions/released.ts";
import type { AgreementOptions } from "../engines/versions/survey.ts";
import type { Repository } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import { openRepository } from "../steps/source/resolve.ts";

export interface VersionOptions {
  readonly settings: VersionSettings;
  /** Folder of the configuration in the repository; its top where absent. */
  readonly root?: string;
  /** Names of the packages that are released, where the configuration names them. */
  readonly released?: readonly string[];
}

export interface VersionWorld {
  readonly repository: Repository;
  readonly released: ReleasedVersions;
}

export async function openVersions(ports: Ports, { settings }: VersionOptions): Promise<VersionWorld> {
  const repository = await openRepository(ports);
  return { repository, released: releasedVersions(await ports.git.tags(repository), settings) };
}

/** A version as people type it, with or without the tag's prefix. */
export function readVersion(text: string, { tagPrefix, scheme }: VersionSettings): Version {
  const isTag = tagPrefix !== "" && text.startsWith(tagPrefix);
  return isTag ? parseTag(text, tagPrefix, scheme) : parseVersion(text, scheme);
}

/** With the tree of the release before, which tells a package that was left behind from one with its own versions. */
export async function agreementOptions(
  ports: Ports,
  { repository, released }: VersionWorld,
  version: Version,
  options: VersionOptions,
): Promise<AgreementOptions> {
  const before = previousRelease(version, released);
  const tag = before === undefined ? null : await ports.git.tag(repository, options.settings.tagPrefix + before.text);
  return before === undefined || tag === null
    ? options
    : { ...options, previous: { version: before, tree: ports.git.tree(repository, tag.commit) } };
}

export function nothingNamesAVersion(command: string): ReleaseError {
  return new ReleaseError("USAGE", {
    what: "No manifest, no VERSION file and no tag names a version.",
    next: `Name one: ggen-release version ${command} 0.1.0`,
  });
}
