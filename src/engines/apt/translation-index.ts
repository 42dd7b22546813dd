/**
 * Translation-en of a component (wiki.debian.org/DebianRepository/Format, "Translation indices"): the long descriptions,
 * which Packages names by their MD5. That sum finds a text and proves nothing; the file's own digest stands in Release.
 * Invariant: for each description of Packages there is one stanza here, and none besides.
 */
import { createHash } from "node:crypto";
import {
  rawFields,
  splitStanzas,
  stanzaField,
  stanzaOf,
  textBytes,
  type RawField,
} from "../../formats/index-stanzas.ts";
import type { Storage } from "../../ports/storage.ts";
import type { Repository } from "./change.ts";
import { entriesWith, type PackageEntry } from "./chunks.ts";
import { chunksOfTexts, readCompanion } from "./companion-text.ts";
import type { IndexEdit } from "./companions.ts";
import { named } from "./contents-index.ts";
import { indexFiles } from "./index-files.ts";
import { packagesPath, type OpenSuite } from "./packages-index.ts";
import type { Suite } from "./suite.ts";

/** Without the ending of a form. */
export function translationPath(component: string): string {
  return `${component}/i18n/Translation-en`;
}

const stanzasAChunk = 256;

/** The package as Packages has it beside translations: the first line of its description, and the MD5 of all of it. */
export function withoutLongText<Entry extends PackageEntry>(entry: Entry): Entry {
  if (stanzaField(entry.stanza, "Description-md5") !== undefined) return entry;
  const fields = rawFields(entry.stanza).flatMap(([name, value]): readonly RawField[] =>
    isDescription(name)
      ? [
          [name, value.split("\n", 1)[0] ?? ""],
          ["Description-md5", descriptionMd5(value)],
        ]
      : [[name, value]],
  );
  return { ...entry, stanza: stanzaOf(fields) };
}

/** Of the value with the newline behind it, as apt computes it. */
export function descriptionMd5(description: string): string {
  return createHash("md5")
    .update(textBytes(`${unindented(description)}\n`))
    .digest("hex");
}

/** `edits`: all of one component. */
export async function translationFiles(
  repository: Repository,
  open: OpenSuite,
  component: string,
  edits: readonly IndexEdit[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const path = translationPath(component);
  const { text, compressed } = await readCompanion(repository.storage, open.suite, path);
  const stanzas = new Map(splitStanzas(text).map((stanza) => [keyOfTranslation(stanza), stanza]));
  for (const { key, stanza } of edits.flatMap(({ put }) => put)) {
    const description = rawFields(stanza)
      .find(([name]) => isDescription(name))?.[1]
      .trimEnd();
    if (description === undefined || stanzaField(stanza, "Description-md5") !== undefined) continue;
    const md5 = descriptionMd5(description);
    stanzas.set(
      `${key.name} ${md5}`,
      `Package: ${key.name}\nDescription-md5: ${md5}\nDescription-en: ${unindented(description)}`,
    );
  }
  for (const key of await unused(open, component, edits)) stanzas.delete(key);
  const pieces = [...stanzas]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, stanza]) => ({ key, text: `${stanza}\n\n` }));
  const forms = await indexFiles(chunksOfTexts(pieces, stanzasAChunk), compressed, repository.ports);
  return new Map([...forms].map(([form, bytes]) => [`${path}${form}`, bytes]));
}

/** The whole descriptions of a component's packages, for a suite that has them in Packages. */
export async function wholeDescriptions(
  storage: Storage,
  suite: Suite,
  component: string,
): Promise<(entry: PackageEntry) => string> {
  const { text } = await readCompanion(storage, suite, translationPath(component));
  const found = new Map(splitStanzas(text).map((stanza) => [keyOfTranslation(stanza), stanza]));
  return ({ key, stanza }) => {
    const translation = found.get(`${key.name} ${stanzaField(stanza, "Description-md5") ?? ""}`);
    const whole =
      translation === undefined ? undefined : rawFields(translation).find(([name]) => name === "Description-en");
    if (whole === undefined) return stanza;
    const fields = rawFields(stanza)
      .filter(([name]) => name.toLowerCase() !== "description-md5")
      .map(([name, value]): RawField => (isDescription(name) ? [name, whole[1]] : [name, value]));
    return stanzaOf(fields);
  };
}

/** Descriptions of packages that went, which no other package of that name has, in no architecture. */
async function unused(open: OpenSuite, component: string, edits: readonly IndexEdit[]): Promise<ReadonlySet<string>> {
  const gone = edits.flatMap(({ before, drop }) => [...entriesWith(before, drop).values()]);
  const keys = new Set(gone.map(keyOfEntry));
  if (keys.size === 0) return keys;
  const names = new Set(gone.map(({ key }) => key.name));
  const edited = new Map(edits.map((edit) => [edit.architecture, edit.next]));
  for (const architecture of new Set([...open.suite.release.architectures, ...edited.keys()])) {
    const chunks = edited.get(architecture) ?? (await open.packages(packagesPath(component, architecture))).chunks;
    for (const entry of named(chunks, names)) keys.delete(keyOfEntry(entry));
  }
  return keys;
}

function keyOfEntry({ key, stanza }: PackageEntry): string {
  return `${key.name} ${stanzaField(stanza, "Description-md5") ?? ""}`;
}

function keyOfTranslation(stanza: string): string {
  return `${stanzaField(stanza, "Package") ?? ""} ${stanzaField(stanza, "Description-md5") ?? ""}`;
}

/** As rawFields gives it, but for the white space behind the colon. */
function unindented(description: string): string {
  return description.replace(/^[ \t]+/, "");
}

function isDescription(name: string): boolean {
  return name.toLowerCase() === "description";
}
