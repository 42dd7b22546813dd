/**
 * Cargo.lock: the entries of packages that lie in the tree, known by having no source. Where two packages share a name,
 * others depend on "name version", which is a place as well.
 */
import { isTable, type StructuredDocument } from "./document.ts";
import { inLock, type Mention, mentionOf, type PlaceRole } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import { folderOf, inTree, isInside, type SourceTree } from "./source-tree.ts";
import type { Survey, SurveyedPackage } from "./survey.ts";

export const cargoLock: Reader = {
  id: "Cargo.lock",
  find: ({ packages, tree }) => {
    const folders = packages.filter(({ ecosystem }) => ecosystem === "cargo").map(({ file }) => folderOf(file));
    return [...new Set(folders.flatMap((folder) => lockOf(folder, tree)))];
  },
  reads: isNamed("Cargo.lock"),
  async read(source, survey) {
    const document = await survey.tree.toml(source.path);
    return document === null ? [] : readLock(document, survey);
  },
};

function readLock(document: StructuredDocument, survey: Survey): readonly Mention[] {
  const entries = document.value("package");
  const count = Array.isArray(entries) ? entries.length : 0;
  const own = Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const path = ["package", index] as const;
    if (!isTable(document.value(...path)) || document.value(...path, "source") !== undefined) return [];
    const name = document.text(...path, "name") ?? "";
    const one = owner(name, document.source.path, survey);
    const [value, span] = [document.text(...path, "version"), document.span(...path, "version")];
    if (one === undefined || value === undefined || span === undefined) return [];
    return [{ name, value, span, role: inLock(one.role) }];
  });
  const found = own.map(({ name, ...rest }) =>
    mentionOf(survey.version, { source: document.source, what: name, ...rest }),
  );
  const qualified = new Map(own.map(({ name, value, role }) => [`${name} ${value}`, { name, value, role }]));
  return [...found, ...dependents(document, count, qualified, survey)];
}

/** Dependencies named with their version: `"ggen-core 5.0.2"`; those with a source are another's. */
function dependents(
  document: StructuredDocument,
  count: number,
  qualified: ReadonlyMap<string, { readonly name: string; readonly value: string; readonly role: PlaceRole }>,
  { version }: Survey,
): readonly Mention[] {
  const found: Mention[] = [];
  for (let index = 0; index < count; index++) {
    const dependencies = document.value("package", index, "dependencies");
    for (let at = 0; Array.isArray(dependencies) && at < dependencies.length; at++) {
      const own = qualified.get(document.text("package", index, "dependencies", at) ?? "");
      const span = document.span("package", index, "dependencies", at);
      if (own === undefined || span === undefined) continue;
      const { name, value, role } = own;
      const behind = { start: span.start + name.length + 1, end: span.end };
      found.push(mentionOf(version, { source: document.source, span: behind, what: `use of ${name}`, value, role }));
    }
  }
  return found;
}

/** A workspace's lock lies beside the workspace's manifest, above its members. */
function lockOf(folder: string, tree: SourceTree): readonly string[] {
  const path = inTree(folder, "Cargo.lock");
  if (tree.has(path)) return [path];
  return folder === "" ? [] : lockOf(folderOf(folder), tree);
}

/** Of several packages of one name, the one that lies beside the lock file or below it. */
function owner(name: string, lock: string, { packages }: Survey): SurveyedPackage | undefined {
  const named = packages.filter((one) => one.ecosystem === "cargo" && one.name === name);
  return named.find(({ file }) => isInside(folderOf(lock), file)) ?? named[0];
}
