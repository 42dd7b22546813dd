/** `version next`: proposes the version of the next release, from the tags, the manifest and, under the calendar, the date. */
import { compareVersions, type Increment } from "../domain/version.ts";
import { type DeclaredVersion, declaredVersion } from "../engines/versions/declared.ts";
import { nextVersionFor } from "../engines/versions/next.ts";
import { type ReleasedVersions, requireHigher } from "../engines/versions/released.ts";
import { workingTree } from "../engines/versions/working-tree.ts";
import type { Ports } from "../ports/index.ts";
import { openVersions, type VersionOptions } from "./version-options.ts";

export interface VersionNextOptions extends VersionOptions {
  /** `patch` where absent; a calendar version has none. */
  readonly increment?: Increment;
  /** Name of a pre-release: `rc`. */
  readonly pre?: string;
}

export interface VersionNextResult {
  readonly next: string;
  readonly tag: string;
  /** The highest version that is known; null before the first. */
  readonly current: string | null;
  /** Tag or file that names it. */
  readonly from: string | null;
  readonly warnings: readonly string[];
}

export async function versionNext(ports: Ports, options: VersionNextOptions): Promise<VersionNextResult> {
  const { settings, increment, pre } = options;
  const { repository, released } = await openVersions(ports, options);
  const declared = await declaredVersion(await workingTree(ports, repository), options);
  const now = new Date(ports.clock.now());
  const next = nextVersionFor({
    scheme: settings.scheme,
    released: released.versions.at(-1),
    declared: declared?.lawful === true ? declared.version : undefined,
    today: { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 },
    ...(increment === undefined ? {} : { increment }),
    ...(pre === undefined ? {} : { pre }),
  });
  return {
    next: next.text,
    tag: settings.tagPrefix + next.text,
    ...currentOf(released, declared),
    warnings: [...unlawful(declared), ...requireHigher(next, released, false).warnings],
  };
}

function currentOf(
  { versions, tagPrefix }: ReleasedVersions,
  declared: DeclaredVersion | null,
): Pick<VersionNextResult, "current" | "from"> {
  const highest = versions.at(-1);
  const isDeclaredHigher =
    declared?.lawful === true && (highest === undefined || compareVersions(declared.version, highest) > 0);
  if (isDeclaredHigher) return { current: declared.version.text, from: declared.file };
  return { current: highest?.text ?? null, from: highest === undefined ? null : tagPrefix + highest.text };
}

function unlawful(declared: DeclaredVersion | null): readonly string[] {
  if (declared === null || declared.lawful) return [];
  return [`${declared.file} names ${declared.version.text}, which is not a calendar version; it is not counted from.`];
}
