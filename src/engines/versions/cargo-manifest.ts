/** Cargo.toml: the package's own version, what members inherit, and requirements on packages of the same release. */
import { cargoDependencies } from "./cargo-dependencies.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import { type Package, workspacePackage } from "./package.ts";
import { type Mention, mentionOf } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import { requirementMention } from "./requirement-mention.ts";
import { folderOf } from "./source-tree.ts";
import type { Survey, SurveyedPackage } from "./survey.ts";

export const cargoManifest: Reader = {
  id: "Cargo.toml",
  find: ({ packages }) => [...new Set(packages.filter(isCargo).map(({ file }) => file))],
  reads: isNamed("Cargo.toml"),
  async read(source, survey) {
    const document = await survey.tree.toml(source.path);
    if (document === null) return [];
    const packages = survey.packages.filter(({ file }) => file === source.path);
    return [...packages.flatMap((one) => ownVersion(document, one, survey)), ...requirements(document, survey)];
  },
};

function isCargo({ ecosystem }: Package): boolean {
  return ecosystem === "cargo";
}

function ownVersion(document: StructuredDocument, one: SurveyedPackage, { version }: Survey): readonly Mention[] {
  const path: KeyPath = one.name === workspacePackage ? ["workspace", "package", "version"] : ["package", "version"];
  const [value, span] = [document.text(...path), document.span(...path)];
  if (value === undefined || span === undefined) return [];
  return [mentionOf(version, { source: document.source, span, what: one.name, value, role: one.role })];
}

/** Cargo refuses a path dependency whose version its requirement does not let in. */
function requirements(document: StructuredDocument, { packages, version }: Survey): readonly Mention[] {
  return cargoDependencies(document).flatMap(({ name, folder, requirement }) => {
    const one = packages.find((other) => isCargo(other) && other.name === name && folderOf(other.file) === folder);
    if (one?.role !== "manifest" || requirement === null) return [];
    return requirementMention({ document, path: requirement, name, version, dialect: "cargo", role: "manifest" });
  });
}
