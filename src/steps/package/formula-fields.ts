/** What a formula says, from the project, its section of the configuration, the archives and the documents in them. */
import { array, boolean, description, optional, pipe, strictObject, string, type InferOutput } from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { shells, type Project } from "../../domain/project.ts";
import { quoted } from "../../domain/quoted.ts";
import { documentPath, mainProgram } from "../../engines/archive/layout.ts";
import type { Download, Downloads } from "../../formats/formula-downloads.ts";
import { formulaDescription } from "../../formats/formula-description.ts";
import type { Formula, FormulaInstalls, FormulaTest, Livecheck } from "../../formats/formula.ts";
import type { InputDocument } from "../../ports/packager.ts";
import { downloadAddress, repositoryAddress, repositoryTemplate, tellsVersion } from "./formula-address.ts";
import type { FormulaArchive } from "./formula-archives.ts";
import { targetBuilds } from "./targets.ts";

export const formulaSection = strictObject({
  name: optional(pipe(string(), description("File name without .rb. Default: the project's name."))),
  url: optional(
    pipe(
      string(),
      description("Where an archive is downloaded from, with {repository}, {tag}, {version} and {file} filled in."),
    ),
  ),
  caveats: optional(pipe(string(), description("What Homebrew shows after installing."))),
  test: optional(
    pipe(
      strictObject({
        arguments: pipe(array(string()), description("Arguments of the program.")),
        holds: optional(pipe(string(), description("Text that the output must hold. Default: the version."))),
      }),
      description("What brew test runs. Default: the smoke test."),
    ),
  ),
  "depends-on": optional(pipe(array(string()), description("Other formulae that the program needs.")), []),
  livecheck: optional(
    pipe(boolean(), description("Whether Homebrew may look for newer versions. Default: true.")),
    true,
  ),
});
export type FormulaSection = InferOutput<typeof formulaSection>;

/** `digestOf`: SHA-256 of an archive by its id. Throws what says which field cannot stand in a formula. */
export function formulaFields(
  project: Project,
  section: FormulaSection,
  archives: readonly FormulaArchive[],
  documents: readonly InputDocument[],
  digestOf: (id: string) => string,
): Formula {
  const { about } = project;
  const name = section.name ?? project.name;
  const addresses = archives.map(({ planned }) => addressOf(project, section, planned.file));
  return {
    name,
    description: formulaDescription(required(about.summary, "summary"), name),
    homepage: required(about.homepage ?? about.repository, "homepage"),
    downloads: downloadsOf(
      archives.map((archive, index) => ({
        ...archive,
        download: { url: addresses[index] ?? "", sha256: digestOf(archive.planned.id) },
      })),
    ),
    ...(addresses.every((address) => tellsVersion(address, project)) ? {} : { version: project.version.text }),
    ...(about.license === undefined ? {} : { license: about.license }),
    ...livecheckOf(project, section, addresses),
    dependsOn: section["depends-on"].map(requireFormula),
    installs: installsOf(project, archives, documents),
    ...(section.caveats === undefined ? {} : { caveats: section.caveats.trimEnd() }),
    test: testOf(project, section),
  };
}

function addressOf(project: Project, { url }: FormulaSection, file: string): string {
  const template = url ?? repositoryTemplate(project);
  if (template !== undefined) return downloadAddress(template, project, file);
  throw new ReleaseError("PROJECT_FIELD_MISSING", {
    what: `Where ${file} will be downloaded from is not known: ${
      project.about.repository === undefined
        ? "the project names no repository"
        : `${project.about.repository} does not tell`
    }.`,
    next: 'Write `repository:` in ggen-release.yaml, or packages.formula.url, for example "https://dl.project.org/{version}/{file}".',
  });
}

function downloadsOf(archives: readonly (FormulaArchive & { readonly download: Download })[]): Downloads {
  const downloads: Record<string, Record<string, Download>> = {};
  for (const { system, architectures, download } of archives) {
    for (const architecture of architectures) downloads[system] = { ...downloads[system], [architecture]: download };
  }
  return downloads;
}

function installsOf(
  project: Project,
  archives: readonly FormulaArchive[],
  documents: readonly InputDocument[],
): FormulaInstalls {
  const main = mainProgram(project);
  const perArchive = targetBuilds(project)
    .filter(({ target }) => archives.some(({ planned }) => planned.target === target.id))
    .map(({ programs }) => programs.map(({ name }) => name));
  const programs = [...new Set(perArchive.flat())];
  return {
    programs: programs.map((name) => ({ name, everywhere: perArchive.every((names) => names.includes(name)) })),
    manPages: documents.filter(({ role }) => role === "man").map((document) => documentPath(document, main)),
    completions: shells.flatMap((shell) =>
      documents
        .filter((document) => document.role === "completion" && document.shell === shell)
        .map((document) => ({ shell, path: documentPath(document, main), program: main })),
    ),
  };
}

function testOf(project: Project, { test }: FormulaSection): FormulaTest {
  const program = mainProgram(project);
  if (test !== undefined) {
    return { program, arguments: test.arguments, holds: test.holds === undefined ? "version" : { text: test.holds } };
  }
  const smoke = project.builds.find(({ binaries }) => binaries.includes(program))?.smoke ?? null;
  if (smoke === null) return { program, arguments: [], holds: "unrun" };
  return { program, arguments: smoke.arguments, holds: smoke.version ? "version" : "anything" };
}

/** A tag that is more than the version belongs to one of several programs, whose releases Homebrew would mix up. */
function livecheckOf(
  project: Project,
  { livecheck }: FormulaSection,
  addresses: readonly string[],
): { readonly livecheck?: Livecheck } {
  if (!livecheck) return { livecheck: { skip: "Turned off by the maintainers" } };
  if (!/^v?$/i.test(project.tag.slice(0, -project.version.text.length))) {
    return { livecheck: { skip: "Several programs share the repository's tags" } };
  }
  if (addresses.every((address) => /^https:\/\/github\.com\/[^/]+\/[^/]+\/releases\/download\//.test(address))) {
    return { livecheck: { by: "github-latest" } };
  }
  const repository = repositoryAddress(project);
  return repository === "" ? {} : { livecheck: { by: "git", url: `${repository}.git` } };
}

function requireFormula(name: string): string {
  if (/^(?:[a-z0-9][a-z0-9_-]*\/[a-z0-9][a-z0-9_-]*\/)?[a-z0-9][a-z0-9+._-]*(?:@[0-9][0-9.]*)?$/.test(name))
    return name;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `packages.formula.depends-on: ${quoted(name)} is no name of a formula.`,
    next: "Write it as `brew install` takes it: openssl@3, or owner/tap/name.",
  });
}

function required(value: string | undefined, field: string): string {
  if (value !== undefined) return value;
  throw new ReleaseError("PROJECT_FIELD_MISSING", {
    what: `The formula needs ${field}, and the project names none.`,
    next: `Write \`${field}:\` in ggen-release.yaml, or \`formula: false\` under packages.`,
  });
}
