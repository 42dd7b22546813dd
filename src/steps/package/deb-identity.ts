/** Who a package is: its name, version and control data, from the project and its section. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import type { ControlData } from "../../engines/deb/control.ts";
import { parsePackageName } from "../../engines/deb/relation.ts";
import { debianTexts } from "../../formats/debian-synopsis.ts";
import { debianVersion, type DebianVersion, formatDebianVersion } from "../../formats/debian-version.ts";
import type { DebSection, FurtherSection } from "./deb-section.ts";

/** What a package's fields are made of. */
export interface DebSubject {
  readonly identity: DebIdentity;
  readonly section: FurtherSection;
  readonly architecture: string;
}

export interface DebIdentity {
  readonly name: string;
  readonly version: DebianVersion;
  readonly maintainer: string;
}

export function identify(
  project: Project,
  section: Pick<DebSection, "name" | "maintainer" | "epoch" | "revision">,
): DebIdentity {
  const { epoch, revision } = section;
  return {
    name: parsePackageName(section.name ?? project.name),
    version: debianVersion(project.version, {
      ...(epoch === undefined ? {} : { epoch }),
      ...(revision === undefined ? {} : { revision: String(revision) }),
    }),
    maintainer: section.maintainer ?? project.about.maintainer ?? missing("maintainer", "Jane Doe <jane@project.org>"),
  };
}

/** `depends` beside those that the section names. */
export function controlData(
  { about }: Pick<Project, "about">,
  { identity, section, architecture }: DebSubject,
  depends: readonly string[],
): ControlData {
  const { name, version, maintainer } = identity;
  const { synopsis, description } = debianTexts({
    name,
    summary: section.summary ?? about.summary ?? missing("summary", "one line about the program"),
    description: section.description ?? about.description,
    usual: usualDescription(name),
  });
  const homepage = about.homepage ?? about.repository;
  return {
    name,
    version: formatDebianVersion(version),
    architecture,
    maintainer,
    section: section.section ?? "utils",
    priority: section.priority ?? "optional",
    summary: synopsis,
    description,
    ...(homepage === undefined ? {} : { homepage }),
    ...(about.repository === undefined ? {} : { vcsBrowser: about.repository, vcsGit: about.repository }),
    ...(section["multi-arch"] === undefined ? {} : { multiArch: section["multi-arch"] }),
    relations: { ...section, depends: [...new Set([...depends, ...(section.depends ?? [])])] },
  };
}

/** Policy 3.4.2 wants more than the synopsis, and the summary is all that a small project says. */
function usualDescription(name: string): string {
  return `This is the package that the project itself publishes. Documents about the program are in /usr/share/doc/${name}.`;
}

function missing(field: string, example: string): never {
  throw new ReleaseError("PROJECT_FIELD_MISSING", {
    what: `A Debian package needs the project's ${field}.`,
    next: `Add to ggen-release.yaml: ${field}: ${example}`,
  });
}
