/**
 * What an archive holds, whatever its format: files in folders, sorted, each name once. Modes are 0755 or 0644 and
 * owners are left to the format, so nothing of the machine that packages gets in.
 * Invariant: no path leads out of the folder that the archive is unpacked in, on any system (compare CVE-2001-1267).
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Bytes } from "../../ports/files.ts";

export interface ArchiveFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly executable: boolean;
  readonly size: number;
  /** Reads the content from its beginning. */
  open(): Bytes;
}

export type ArchiveEntry = ({ readonly kind: "file" } & ArchiveFile) | ArchiveFolder;

interface ArchiveFolder {
  readonly kind: "folder";
  readonly path: string;
}

/** What file systems hold in one name, and Linux in one path (limits.h). */
const longestName = 255;
const longestPath = 4095;

/**
 * The files with the folders that they lie in, sorted by the bytes of their paths, so that a folder stands before its
 * content. Throws PACKAGE_PATH_INVALID, PACKAGE_PATH_DUPLICATE.
 */
export function archiveEntries(files: readonly ArchiveFile[]): readonly ArchiveEntry[] {
  const entries = new Map<string, ArchiveEntry>();
  for (const file of files) {
    requireSafePath(file.path);
    if (entries.has(file.path)) throw duplicate(file.path);
    entries.set(file.path, { kind: "file", ...file });
  }
  for (const { path } of files) {
    for (const folder of foldersOf(path)) {
      if (entries.get(folder)?.kind === "file") throw duplicate(folder);
      entries.set(folder, { kind: "folder", path: folder });
    }
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** Throws PACKAGE_PATH_INVALID for what would be unpacked elsewhere, under another name, or not at all. */
export function requireSafePath(path: string): void {
  const names = path.split("/");
  const [fault] = pathFaults.find(([, holds]) => holds(path, names)) ?? [];
  if (fault === undefined) return;
  throw new ReleaseError("PACKAGE_PATH_INVALID", {
    what: `${quoted(path)} cannot stand in an archive: ${fault}.`,
    next: "Rename the file, or take it out of documents in ggen-release.yaml.",
  });
}

const pathFaults: readonly (readonly [string, (path: string, names: readonly string[]) => boolean])[] = [
  ["it is absolute", (path) => path.startsWith("/") || /^[A-Za-z]:/.test(path)],
  ["it leads out of its folder", (_, names) => names.includes("..")],
  ["a name in it is empty", (_, names) => names.some((name) => name === "" || name === ".")],
  ["Windows takes a backslash for a folder", (path) => path.includes("\\")],
  ["it holds a control character", (path) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(path)],
  // What Node shows in place of bytes that are not UTF-8.
  ["it is not Unicode", (path) => !path.isWellFormed() || path.includes("\ufffd")],
  [`a name in it has over ${longestName} bytes`, (_, names) => names.some((name) => bytesIn(name) > longestName)],
  [`it has over ${longestPath} bytes`, (path) => bytesIn(path) > longestPath],
];

function bytesIn(text: string): number {
  return Buffer.byteLength(text);
}

function foldersOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function duplicate(path: string): ReleaseError {
  return new ReleaseError("PACKAGE_PATH_DUPLICATE", {
    what: `Two files of the archive would be called ${quoted(path)}.`,
    next: "Rename one of them, or take it out of documents (or binaries) in ggen-release.yaml.",
  });
}
