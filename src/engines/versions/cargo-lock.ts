/**
 * Cargo.lock: the entries of packages that lie in the tree, known by having no source. Where two packages share a name,
 * others depend on "name version", which is a place as well.
 */
import type { StructuredDocument } from "./document.ts";
import { inLock, type Mention, mentionOf, type PlaceRole } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import type { Span } from "./source-text.ts";
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

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

function readLock(document: StructuredDocument, survey: Survey): readonly Mention[] {
  const listed = document.value("package");
  const count = Array.isArray(listed) ? listed.length : 0;
  const entries = Array.from({ length: count }, (_, index) => readEntry(document, index)).filter((one) => one !== null);
  const own = entries.flatMap((entry) => {
    const one = owner(entry, entries, document.source.path, survey);
    return one === undefined ? [] : [{ ...entry, role: inLock(one.role) }];
  });
  const found = own.map(({ name, value, span, role }) =>
    mentionOf(survey.version, { source: document.source, span, what: name, value, role }),
  );
  const qualified = new Map(own.map(({ name, value, role }) => [`${name} ${value}`, { name, value, role }]));
  return [...found, ...dependents(document, count, qualified, survey)];
}

/** An entry without a source lies in some tree, as a rule this one. */
function readEntry(document: StructuredDocument, index: number): Entry | null {
  const path = ["package", index] as const;
  if (document.value(...path, "source") !== undefined) return null;
  const [name, value] = [document.text(...path, "name"), document.text(...path, "version")];
  const span = document.span(...path, "version");
  return name === undefined || value === undefined || span === undefined ? null : { name, value, span };
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

/**
 * Of several packages of one name, the one with the entry's version; else one that no other entry is of, beside the lock
 * file or below it if there is such a one.
 */
function owner(entry: Entry, entries: readonly Entry[], lock: string, survey: Survey): SurveyedPackage | undefined {
  const named = survey.packages.filter((one) => one.ecosystem === "cargo" && one.name === entry.name);
  const exact = named.find(({ version }) => version === entry.value);
  const taken = new Set(entries.filter(({ name }) => name === entry.name).map(({ value }) => value));
  const free = named.filter(({ version }) => version === null || !taken.has(version));
  return exact ?? free.find(({ file }) => isInside(folderOf(lock), file)) ?? free[0];
}
