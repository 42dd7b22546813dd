/**
 * `formula`: a Homebrew formula that installs the released .tar.gz archives on macOS and Linux. A pre-release has none:
 * whoever runs `brew upgrade` did not ask for it.
 */
import { isReleaseError, ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import { isPrerelease } from "../../domain/version.ts";
import { formulaClass, renderFormula } from "../../formats/formula.ts";
import { formulaDescription } from "../../formats/formula-description.ts";
import type { Packager } from "../../ports/packager.ts";
import { repositoryTemplate } from "./formula-address.ts";
import { formulaArchives, hasFormulaTarget, type FormulaArchive } from "./formula-archives.ts";
import { formulaFields, formulaSection, type FormulaSection } from "./formula-fields.ts";
import { tarGz } from "./tar-gz.ts";

const noDigest = "0".repeat(64);

export const formula: Packager<FormulaSection> = {
  format: "formula",
  section: formulaSection,
  // A homepage does where packages.formula.url says what the repository would.
  needs: ["summary", ["repository", "homepage"]],
  defaults: (project) =>
    isPrerelease(project.version) || absence(project) !== undefined ? null : { "depends-on": [], livecheck: true },
  absence,
  plan(project, section) {
    if (isPrerelease(project.version)) return [];
    const archives = archivesOf(project);
    // Whatever the formula would be refused for shows here, before anything is built.
    const fields = formulaFields(project, section, archives, [], () => noDigest);
    renderFormula(fields);
    const from = archives.map(({ planned }) => planned.id);
    return [{ id: "formula", kind: "formula", format: "formula", file: `${fields.name}.rb`, from }];
  },
  async write(_artifact, section, inputs) {
    const { project, documents } = inputs;
    const digestOf = (id: string): string => inputs.artifact(id).sha256;
    return once(renderFormula(formulaFields(project, section, archivesOf(project), documents, digestOf)));
  },
};

function absence(project: Parameters<Packager["defaults"]>[0]): string | undefined {
  if (!hasFormulaTarget(project)) return "nothing is built for macOS or Linux on x86_64 or aarch64";
  if (project.about.repository === undefined)
    return "nothing says where its archives are downloaded from; repository does, or packages.formula.url";
  if (repositoryTemplate(project) === undefined)
    return "the repository does not tell where releases are downloaded from; packages.formula.url does";
  if (project.about.summary === undefined) return "the project names no summary";
  try {
    formulaClass(project.name);
    formulaDescription(project.about.summary, project.name);
    return undefined;
  } catch (error) {
    if (isReleaseError(error)) return error.what;
    throw error;
  }
}

function archivesOf(project: Project): readonly FormulaArchive[] {
  const section = project.packages["tar.gz"];
  const archives = section === undefined ? [] : formulaArchives(tarGz.plan(project, section as never));
  if (archives.length > 0) return archives;
  throw new ReleaseError("CONFIG_INVALID", {
    what: "The formula installs .tar.gz archives for macOS or Linux on x86_64 or aarch64, and the release has none.",
    next: "Write `formula: false` under packages in ggen-release.yaml, or let tar.gz be made for such a target.",
  });
}

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}
