/**
 * Reads a package for the checks: data.tar once, front to back. Invariant: bounded memory whatever the package claims;
 * of a file no more is kept than its first bytes, its digest, and the text of those few that are checked as text.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { isReleaseError, ReleaseError } from "../../../domain/errors/index.ts";
import { isElf } from "../../../formats/elf-layout.ts";
import { shownBytes } from "../../../formats/tar-header.ts";
import type { ReadEntry } from "../../../formats/tar-reader.ts";
import type { Decompressor } from "../../../ports/decompressor.ts";
import type { ReadDeb } from "../read.ts";
import { readSubjectElf } from "./gather-elf.ts";
import { parseRelations, type RelationGroup } from "./relations.ts";
import { isUtf8, type Subject, type SubjectEntry } from "./subject.ts";

const mostEntries = 300_000;
const startKept = 256;
/** Of one text, packed or unpacked. */
const longestText = 1024 * 1024;
/** Of all together. */
const longestTexts = 64 * 1024 * 1024;
/** Programs are parsed in memory, one at a time; a Node program in one file has 150 MB. */
const largestElf = 256 * 1024 * 1024;

/** Beyond these no person wrote it, and patterns that are quick on what people write can take for ever. */
const longestField = 64 * 1024;
const longestScript = 256 * 1024;
const longestScriptLine = 1000;
const longestTextLine = 4000;

function scriptText(content: Uint8Array): string {
  return cutLines(Buffer.from(content.subarray(0, longestScript)).toString("utf8"), longestScriptLine);
}

/** Lines keep their number and their end. */
function cutLines(text: string, longest: number): string {
  return text
    .split("\n")
    .map((line) => (line.length > longest ? line.slice(0, longest) : line))
    .join("\n");
}

/** `file` is the package's name without a folder. Throws what readDeb throws, and DEB_TOO_LARGE. */
export async function gather(deb: ReadDeb, file: string, decompressor: Decompressor): Promise<Subject> {
  const tree = await readTree(deb, file, decompressor);
  const fields = deb.fields.map(([name, value]) => [name, value.slice(0, longestField)] as const);
  const values = new Map(fields.map(([name, value]) => [name.toLowerCase(), value]));
  const field = (name: string): string | undefined => values.get(name.toLowerCase());
  const parsed = new Map<string, readonly RelationGroup[]>();
  const relationsOf = (name: string): readonly RelationGroup[] => {
    const groups = parsed.get(name) ?? parseRelations(field(name) ?? "");
    parsed.set(name, groups);
    return groups;
  };
  return {
    file,
    name: deb.package,
    version: deb.version,
    architecture: deb.architecture,
    source: /^[^\s(]+/.exec(field("Source") ?? "")?.[0] ?? deb.package,
    fields,
    field,
    relations: (...names) => names.flatMap(relationsOf),
    controlFiles: deb.files,
    scripts: new Map([...deb.scripts].map(([name, content]) => [name, scriptText(content)])),
    conffiles: deb.conffiles,
    md5sums: deb.md5sums,
    controlCompression: deb.controlMember.compression,
    dataCompression: deb.dataMember.compression,
    ...tree,
  };
}

type Tree = Pick<Subject, "entries" | "byPath" | "repeated" | "missingFolders">;

async function readTree(deb: ReadDeb, file: string, decompressor: Decompressor): Promise<Tree> {
  const byPath = new Map<string, SubjectEntry>();
  const repeated: string[] = [];
  const texts = { left: longestTexts };
  for await (const entry of deb.entries()) {
    if (byPath.size === mostEntries) {
      throw new ReleaseError("DEB_TOO_LARGE", {
        what: `${file} has more than ${mostEntries} entries, which are too many to check.`,
        next: "Check it with lintian, on a machine that has room for it.",
      });
    }
    if (byPath.has(entry.path)) repeated.push(entry.path);
    byPath.set(entry.path, await readEntry(entry, deb.package, decompressor, texts));
  }
  joinLinks(byPath);
  const names = [...byPath.keys()].sort();
  return {
    entries: names.flatMap((name) => byPath.get(name) ?? []).filter(({ path }) => path !== ""),
    byPath,
    repeated,
    missingFolders: missing(byPath),
  };
}

function missing(byPath: ReadonlyMap<string, SubjectEntry>): readonly string[] {
  const folders = new Set<string>();
  for (const path of byPath.keys()) {
    for (let folder = posix.dirname(path); folder !== "." && !folders.has(folder); folder = posix.dirname(folder)) {
      folders.add(folder);
    }
  }
  return [...folders].filter((folder) => folder !== "" && !byPath.has(folder)).sort();
}

/**
 * Names of the same file: as lintian has it, the first in the order of the alphabet is the file, and the others are
 * links to it.
 */
function joinLinks(byPath: Map<string, SubjectEntry>): void {
  const groups = Map.groupBy(
    [...byPath.values()].filter(({ isFile }) => isFile),
    (entry) => fileOf(entry, byPath),
  );
  for (const [file, names] of groups) {
    if (file === undefined || names.length < 2) continue;
    const { size, md5, start, text, textUtf8, elf } = file;
    const [first, ...others] = names.sort((a, b) => (a.path < b.path ? -1 : 1));
    if (first === undefined) continue;
    const content = { size, md5, start, text, textUtf8, elf };
    byPath.set(first.path, { ...first, ...content, kind: "file", target: undefined });
    for (const other of others) byPath.set(other.path, { ...other, ...content, kind: "hardlink", target: first.path });
  }
}

/** The archive has a file before the links to it; a link to a link is one to its file. */
function fileOf(entry: SubjectEntry, byPath: ReadonlyMap<string, SubjectEntry>): SubjectEntry | undefined {
  const seen = new Set<SubjectEntry>();
  let file: SubjectEntry | undefined = entry;
  while (file?.kind === "hardlink" && !seen.has(file)) {
    seen.add(file);
    file = byPath.get(file.target ?? "");
  }
  return file?.kind === "file" ? file : undefined;
}

async function readEntry(
  entry: ReadEntry,
  name: string,
  decompressor: Decompressor,
  texts: { left: number },
): Promise<SubjectEntry> {
  const { kind, path, mode, size, mtime, uid, gid, user, group, target } = entry;
  const content = kind === "file" ? await readContent(entry, isText(path, name) && size <= texts.left) : nothing;
  const text = await unpackedText(content.whole, path, decompressor);
  texts.left -= text?.length ?? 0;
  const utf8 = text === undefined || Buffer.from(text.toString("utf8")).equals(text);
  return {
    kind,
    path,
    shown: kind === "folder" ? `${path}/` : path,
    base: posix.basename(path),
    folder: path.includes("/") ? `${posix.dirname(path)}/` : "",
    isFile: kind === "file" || kind === "hardlink",
    mode,
    size,
    mtime,
    uid,
    gid,
    identity: `${user === "" ? uid : user}/${group === "" ? gid : group}`,
    target,
    utf8: isUtf8(entry.name),
    md5: content.md5,
    start: content.start,
    text: text === undefined ? undefined : cutLines(text.toString(utf8 ? "utf8" : "latin1"), longestTextLine),
    textUtf8: utf8,
    elf: isElf(content.start) ? await readSubjectElf(shownBytes(entry.name), content.whole) : undefined,
  };
}

interface Content {
  readonly start: Uint8Array;
  readonly md5: string | undefined;
  /** Of texts and ELF files that are not too large. */
  readonly whole: Buffer | undefined;
}

const nothing: Content = { start: new Uint8Array(0), md5: undefined, whole: undefined };

/** What is kept is allocated once, at the size that the header claims and no more than its limit. */
async function readContent({ size, content }: ReadEntry, asText: boolean): Promise<Content> {
  const hash = createHash("md5");
  let kept = Buffer.alloc(Math.min(size, startKept));
  let length = 0;
  let isWhole = size <= kept.length;
  for await (const chunk of content) {
    hash.update(chunk);
    const before = Math.min(length, kept.length);
    // The first chunk can be shorter than what tells an ELF file.
    if (before < 4 && !isWhole) {
      const start = Buffer.concat([kept.subarray(0, before), chunk.subarray(0, 4)]);
      isWhole = size <= (isElf(start) ? largestElf : asText ? longestText : startKept);
      if (isWhole) kept = Buffer.concat([kept.subarray(0, before)], size);
    }
    if (length < kept.length) kept.set(chunk.subarray(0, kept.length - length), length);
    length += chunk.length;
  }
  return {
    start: new Uint8Array(kept.subarray(0, startKept)),
    md5: hash.digest("hex"),
    whole: isWhole && (asText || isElf(kept)) ? kept : undefined,
  };
}

function isText(path: string, name: string): boolean {
  return (
    path.startsWith("usr/share/man/") ||
    path.startsWith(`usr/share/doc/${name}/`) ||
    path.startsWith("usr/share/lintian/overrides/") ||
    /(?:^|\/)(?:lib|etc)\/systemd\/(?:system|user)\/[^/]+$/.test(path)
  );
}

/** Undefined for what is damaged or unpacks to more than a text has. */
async function unpackedText(
  whole: Buffer | undefined,
  path: string,
  decompressor: Decompressor,
): Promise<Buffer | undefined> {
  if (whole === undefined || isElf(whole)) return undefined;
  if (whole[0] !== 0x1f || whole[1] !== 0x8b) return whole;
  try {
    return Buffer.from(await decompressor.whole("gz", whole, longestText, path));
  } catch (error) {
    if (isReleaseError(error)) return undefined;
    throw error;
  }
}
