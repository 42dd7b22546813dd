/**
 * `version check`: every place that names a version, compared with a release. A version whose tag exists is compared in
 * the tag's tree, since that is what is released; any other in the working directory.
 */
import type { Verdict } from "../domain/finding.ts";
import type { Version } from "../domain/version.ts";
import { agreement, disagreements, type FoundPlace } from "../engines/versions/agreement.ts";
import { isCompared } from "../engines/versions/place.ts";
import { declaredVersion } from "../engines/versions/declared.ts";
import { workingTree } from "../engines/versions/working-tree.ts";
import type { Tag } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import {
  agreementOptions,
  nothingNamesAVersion,
  openVersions,
  readVersion,
  type VersionOptions,
  type VersionWorld,
} from "./version-options.ts";

export interface VersionCheckOptions extends VersionOptions {
  /** Version or tag; the repository's own where absent: what its manifest says, else its highest tag. */
  readonly version?: string;
}

export interface VersionCheckResult {
  readonly version: string;
  /** The tag whose tree was read; null for the working directory. */
  readonly tag: string | null;
  /** `not-run` where no place names a version: then only the tag does, and nothing was compared. */
  readonly verdict: Verdict;
  readonly places: readonly FoundPlace[];
  readonly failing: readonly FoundPlace[];
  readonly warned: readonly FoundPlace[];
  /** Test data, placeholders, packages with versions of their own: known for what they are, and never compared. */
  readonly beside: readonly FoundPlace[];
}

export async function versionCheck(ports: Ports, options: VersionCheckOptions): Promise<VersionCheckResult> {
  const world = await openVersions(ports, options);
  const { version, tag } = await subjectOf(ports, world, options);
  const tree = tag === null ? await workingTree(ports, world.repository) : ports.git.tree(world.repository, tag.commit);
  const places = await agreement(tree, version, await agreementOptions(ports, world, version, options));
  const { failing, warned } = disagreements(places, options.settings.strict);
  const beside = places.filter(({ role }) => !isCompared(role));
  const compared = places.length > beside.length;
  const verdict = failing.length > 0 ? "fail" : warned.length > 0 ? "warn" : compared ? "pass" : "not-run";
  return { version: version.text, tag: tag?.name ?? null, verdict, places, failing, warned, beside };
}

interface Subject {
  readonly version: Version;
  readonly tag: Tag | null;
}

async function subjectOf(
  ports: Ports,
  { repository, released }: VersionWorld,
  options: VersionCheckOptions,
): Promise<Subject> {
  const { settings } = options;
  if (options.version !== undefined) {
    const version = readVersion(options.version, settings);
    return { version, tag: await ports.git.tag(repository, settings.tagPrefix + version.text) };
  }
  const declared = await declaredVersion(await workingTree(ports, repository), options);
  const version = declared?.version ?? released.versions.at(-1);
  if (version === undefined) throw nothingNamesAVersion("check");
  return { version, tag: null };
}
