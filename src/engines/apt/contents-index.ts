/**
 * Contents of a component and architecture, kept up to date: a package that comes adds the lines of its files; of one that
 * goes the files of its other versions are read again, since a line tells a name and no version.
 */
import { parseContents, contentsLine } from "../../formats/contents-index.ts";
import { stanzaField } from "../../formats/index-stanzas.ts";
import type { Repository } from "./change.ts";
import { entriesOf, entriesWith, keyOf, type Chunk, type PackageEntry } from "./chunks.ts";
import { chunksOfTexts, readCompanion, type KeyedText } from "./companion-text.ts";
import type { IndexEdit } from "./companions.ts";
import { fileList } from "./file-list.ts";
import { gzipOf } from "./index-files.ts";
import { keyText } from "./package-key.ts";
import type { OpenSuite } from "./packages-index.ts";

/** Without the ending of a form. apt asks for the .gz, and only where Release names the plain one, too. */
export function contentsPath(component: string, architecture: string): string {
  return `${component}/Contents-${architecture}`;
}

/** One line in so many begins a chunk. */
const linesAChunk = 512;

/** `lists`: what was read of packages already, by the path of their files. */
export async function contentsFiles(
  repository: Repository,
  open: OpenSuite,
  edit: IndexEdit,
  lists: Map<string, Promise<readonly string[]>>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const path = contentsPath(edit.component, edit.architecture);
  const isThere = open.suite.release.indexes.has(`${path}.gz`);
  const { text, compressed } = await readCompanion(repository.storage, open.suite, path);
  const gone = new Set(isThere ? goneNames(edit) : []);
  const come = isThere
    ? [...comeEntries(edit), ...named(edit.next, gone)]
    : edit.next.flatMap(({ bytes }) => entriesOf(bytes));
  const lines = new Map<string, Set<string>>();
  for (const [file, labels] of parseContents(text)) {
    const left = labels.filter((label) => !gone.has(label.slice(label.lastIndexOf("/") + 1)));
    if (left.length > 0) lines.set(file, new Set(left));
  }
  for (const [label, files] of await listsOf(repository, come, lists)) {
    for (const file of files) lines.set(file, (lines.get(file) ?? new Set()).add(label));
  }
  const chunks = chunksOfTexts(sortedLines(lines), linesAChunk);
  return new Map([
    [path, Buffer.concat(chunks.map(({ bytes }) => bytes))],
    [`${path}.gz`, await gzipOf(chunks, compressed.members)],
  ]);
}

function* sortedLines(lines: ReadonlyMap<string, ReadonlySet<string>>): Generator<KeyedText> {
  for (const key of [...lines.keys()].sort())
    yield { key, text: contentsLine(key, [...(lines.get(key) ?? [])].sort()) };
}

/** Names of which a version is there no more, or with another file. */
function goneNames({ before, put, drop }: IndexEdit): readonly string[] {
  const present = entriesWith(before, [...drop, ...put.map(({ key }) => key)]);
  const replaced = put.filter((entry) => {
    const old = present.get(keyText(entry.key));
    return old !== undefined && !sameFile(old, entry);
  });
  return [...drop, ...replaced.map(({ key }) => key)].map(({ name }) => name);
}

/** Those of which the lines are not there yet: a stanza that says something else only is no new file. */
function comeEntries({ before, put }: IndexEdit): readonly PackageEntry[] {
  const present = entriesWith(
    before,
    put.map(({ key }) => key),
  );
  return put.filter(({ key }) => !present.has(keyText(key)));
}

function sameFile(a: PackageEntry, b: PackageEntry): boolean {
  return stanzaField(a.stanza, "SHA256") === stanzaField(b.stanza, "SHA256");
}

/** All versions of these names. Only chunks in which one of them can stand are looked into. */
export function named(chunks: readonly Chunk[], names: ReadonlySet<string>): readonly PackageEntry[] {
  if (names.size === 0) return [];
  const firsts = chunks.map(({ bytes }) => firstName(bytes));
  return chunks
    .filter((_, index) =>
      [...names].some((name) => (firsts[index] ?? "") <= name && name <= (firsts[index + 1] ?? name)),
    )
    .flatMap(({ bytes }) => entriesOf(bytes))
    .filter(({ key }) => names.has(key.name));
}

function firstName(bytes: Uint8Array): string {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf("\n\n");
  return keyOf(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("latin1")).name;
}

const sideBySide = 8;

async function listsOf(
  repository: Repository,
  entries: readonly PackageEntry[],
  lists: Map<string, Promise<readonly string[]>>,
): Promise<readonly (readonly [label: string, files: readonly string[]])[]> {
  const found: (readonly [string, readonly string[]])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let entry = entries[next++]; entry !== undefined; entry = entries[next++]) {
      const file = stanzaField(entry.stanza, "Filename") ?? "";
      const list = lists.get(file) ?? fileList(repository, entry.stanza);
      lists.set(file, list);
      found.push([labelOf(entry), await list]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, entries.length) }, work));
  return found;
}

/** A section that would be read as more than one word is none. */
function labelOf({ key, stanza }: PackageEntry): string {
  const section = stanzaField(stanza, "Section") ?? "";
  return /^[A-Za-z0-9][A-Za-z0-9+./_-]*$/.test(section) ? `${section}/${key.name}` : key.name;
}
