/**
 * What data.tar holds. dpkg makes no folder that is not a member of its own, and takes the members in their order.
 * Invariant: every folder stands before its content, every path once; modes are 0755 or 0644, owners root.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Conffile } from "./control-files.ts";
import { parseInstallPath } from "./install-path.ts";
import { once } from "../../formats/once.ts";

export interface DataFile {
  readonly kind: "file";
  /** Absolute path at which it is installed. */
  readonly path: string;
  readonly executable: boolean;
  readonly size: number;
  /** Read once. */
  readonly content: Bytes;
}

export interface DataFolder {
  readonly kind: "folder";
  readonly path: string;
}

export interface DataLink {
  readonly kind: "symlink";
  readonly path: string;
  readonly target: string;
}

export type DataEntry = DataFile | DataFolder | DataLink;

/** The root, all entries and the folders above them, sorted by bytes. Throws PACKAGE_PATH_INVALID, PACKAGE_PATH_DUPLICATE. */
export function completeEntries(given: readonly DataEntry[]): readonly DataEntry[] {
  const entries = new Map<string, DataEntry>([["/", { kind: "folder", path: "/" }]]);
  const add = (entry: DataEntry): void => {
    const present = entries.get(entry.path);
    if (present !== undefined && (present.kind !== "folder" || entry.kind !== "folder")) throw duplicate(entry.path);
    entries.set(entry.path, entry);
  };
  for (const entry of given) {
    const names = parseInstallPath(entry.path).split("/").slice(1);
    add(entry);
    for (const depth of names.keys()) {
      if (depth > 0) add({ kind: "folder", path: `/${names.slice(0, depth).join("/")}` });
    }
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** A file of these bytes that nobody may execute. */
export function dataFile(path: string, bytes: Uint8Array): DataFile {
  return { kind: "file", path, executable: false, size: bytes.length, content: once(bytes) };
}

/**
 * Lines of conffiles(5): everything under /etc, which is the administrator's to change (Debian Policy 10.7.2), and what
 * is named beside it. Throws PACKAGE_FILE_MISSING, PACKAGE_PATH_DUPLICATE.
 */
export function conffilesOf(entries: readonly DataEntry[], named: readonly Conffile[]): readonly Conffile[] {
  const files = new Set(entries.filter(({ kind }) => kind === "file").map(({ path }) => path));
  for (const { path, removed } of named) {
    if (removed && files.has(path)) throw duplicate(path);
    if (!removed && !files.has(path)) {
      throw new ReleaseError("PACKAGE_FILE_MISSING", {
        what: `${quoted(path)} is named as a conffile, and the package has no such file.`,
        next: `Install it there (packages.deb.files), or take it away from users: remove-on-upgrade ${path}`,
      });
    }
  }
  const all = new Map(
    [...files].filter((path) => path.startsWith("/etc/")).map((path) => [path, { path, removed: false }]),
  );
  for (const conffile of named) all.set(conffile.path, conffile);
  return [...all.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** In KiB, as dpkg-gencontrol estimates it: files and links rounded up, each folder as 1 (deb-substvars(5), Installed-Size). */
export function installedSize(entries: readonly DataEntry[]): number {
  return entries.map(kibibytes).reduce((total, size) => total + size, 0);
}

function kibibytes(entry: DataEntry): number {
  switch (entry.kind) {
    case "file":
      return Math.ceil(entry.size / 1024);
    case "symlink":
      return Math.ceil(Buffer.byteLength(entry.target) / 1024);
    case "folder":
      return 1;
  }
}

function duplicate(path: string): ReleaseError {
  return new ReleaseError("PACKAGE_PATH_DUPLICATE", {
    what: `Two files of the package would be installed at ${quoted(path)}, or one there and one below.`,
    next: "Rename one of them, or take it out of packages.deb.files, documents or binaries in ggen-release.yaml.",
  });
}
