/** Version agreement of a release: every place against the tag, the tag against those that exist. */
import type { Finding } from "../domain/finding.ts";
import type { Project } from "../domain/project.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import { agreement, requireAgreement } from "../engines/versions/agreement.ts";
import { previousRelease, releasedVersions, requireHigher } from "../engines/versions/released.ts";
import type { Ports } from "../ports/index.ts";
import type { Source } from "../steps/source/resolve.ts";

export interface Standing {
  /** A hotfix of an older line: no pointer that users of newer lines follow is moved. */
  readonly backport: boolean;
  readonly findings: readonly Finding[];
}

/** Throws VERSION_BACKWARDS and VERSION_DISAGREES (both exit 8); what only warns is a finding. */
export async function checkVersions(
  { git }: Pick<Ports, "git">,
  {
    source,
    project,
    settings,
    allowBackport,
  }: {
    readonly source: Source;
    readonly project: Project;
    readonly settings: VersionSettings;
    readonly allowBackport: boolean;
  },
): Promise<Standing> {
  const released = releasedVersions(await git.tags(source.repository), settings);
  const standing = requireHigher(project.version, released, allowBackport);
  const previous = previousRelease(project.version, released);
  const earlier =
    previous === undefined ? null : await git.tag(source.repository, `${settings.tagPrefix}${previous.text}`);
  const places = await agreement(source.tree, project.version, {
    settings,
    ...(previous === undefined || earlier === null
      ? {}
      : { previous: { version: previous, tree: git.tree(source.repository, earlier.commit) } }),
  });
  const warned = requireAgreement(places, project.version, settings.strict);
  return {
    backport: standing.backport,
    findings: [
      ...standing.warnings.map((message): Finding => ({ id: "version:outranked", verdict: "warn", message })),
      ...warned.map(({ file, line, value, wanted, role }): Finding => ({
        id: "version:place",
        verdict: "warn",
        message: `${file}:${line} (${role}) says ${value}, not ${wanted}`,
        next: `Run: ggen-release version set ${project.version.text}, or declare the place under version.places.`,
      })),
    ],
  };
}
