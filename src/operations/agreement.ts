/** Version agreement of a release: every place against the tag, the tag against those that exist. */
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Project } from "../domain/project.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import { agreement, requireAgreement } from "../engines/versions/agreement.ts";
import { previousRelease, releasedVersions, requireHigher } from "../engines/versions/released.ts";
import type { ReleaseName } from "../ports/channel.ts";
import type { Ports } from "../ports/index.ts";
import type { Source } from "../steps/source/resolve.ts";
import { agreementOptions } from "./version-options.ts";

export interface VersionCheck {
  readonly source: Source;
  readonly project: Project;
  readonly settings: VersionSettings;
  readonly allowBackport: boolean;
}

export interface Standing {
  /** A hotfix of an older line: no pointer that users of newer lines follow is moved. */
  readonly backport: boolean;
  /** The highest version below this one that was released. */
  readonly previous: ReleaseName | null;
  readonly findings: readonly Finding[];
}

/** Throws VERSION_BACKWARDS and VERSION_DISAGREES (both exit 8); what only warns is a finding. */
export async function checkVersions(
  ports: Ports,
  { source, project, settings, allowBackport }: VersionCheck,
): Promise<Standing> {
  const { repository } = source;
  const released = releasedVersions(await ports.git.tags(repository), settings);
  const { backport, warnings } = requireHigher(project.version, released, allowBackport);
  const options = await agreementOptions(ports, { repository, released }, project.version, {
    settings,
    released: releasedPackages(project),
  });
  const before = previousRelease(project.version, released);
  const places = await agreement(source.tree, project.version, options);
  const warned = tellingOfTag(source, project, () => requireAgreement(places, project.version, settings.strict));
  return {
    backport,
    previous:
      before === undefined
        ? null
        : { project: project.name, version: before.text, tag: `${settings.tagPrefix}${before.text}` },
    findings: [
      ...warnings.map((message): Finding => ({ id: "version:outranked", verdict: "warn", message })),
      ...warned.map(({ file, line, value, wanted, role }): Finding => ({
        id: "version:place",
        verdict: "warn",
        message: `${file}:${line} (${role}) says ${value}, not ${wanted}`,
      })),
    ],
  };
}

/** A tag stays at its commit: where it exists, committing what agrees changes nothing of what it releases. */
function tellingOfTag<Value>({ tag, tagName }: Source, { version }: Project, compare: () => Value): Value {
  try {
    return compare();
  } catch (error) {
    if (tag === null || !isReleaseError(error) || error.code !== "VERSION_DISAGREES") throw error;
    const { code, what, details } = error;
    throw new ReleaseError(code, {
      what,
      next:
        `Tag ${tagName} exists, and a new commit does not change it. If others have it, release the next version. ` +
        `If nobody has it yet: git tag -d ${tagName}, then ggen-release version set ${version.text}, commit, and run the same command again.`,
      details,
    });
  }
}

/** Packages that the configuration names to a builder: of a workspace, those are the ones that the tag is of. */
function releasedPackages({ builds }: Project): readonly string[] {
  return builds.flatMap(({ section }) => {
    const named = (section as Readonly<Record<string, unknown>>)["package"];
    return typeof named === "string" ? [named] : [];
  });
}
