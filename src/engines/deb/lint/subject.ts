/** What the checks see of a package: everything that they need is read beforehand, within limits, and never written. */
import type { ControlFile } from "../control-archive.ts";
import type { Conffile } from "../control-lists.ts";
import type { Elf } from "../../../formats/elf.ts";
import type { ElfHardening } from "../../../formats/elf-hardening.ts";
import type { ReadKind } from "../../../formats/tar-reader.ts";
import type { RelationGroup } from "./relations.ts";

export interface Subject {
  /** Of the .deb, without folder. */
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the source package. */
  readonly source: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** By its name in any case; undefined where it is not there. */
  readonly field: (name: string) => string | undefined;
  /** Of several fields together. */
  readonly relations: (...fields: readonly string[]) => readonly RelationGroup[];
  readonly controlFiles: readonly ControlFile[];
  /** Name → text, of the four maintainer scripts and config. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly conffiles: readonly Conffile[];
  readonly md5sums: ReadonlyMap<string, string>;
  readonly controlCompression: string;
  readonly dataCompression: string;
  /** In the order of their paths; the last of those with the same path. */
  readonly entries: readonly SubjectEntry[];
  /** Path without slashes around it → entry. */
  readonly byPath: ReadonlyMap<string, SubjectEntry>;
  /** Paths that the archive holds more than once. */
  readonly repeated: readonly string[];
  /** Folders that the archive uses and does not hold. */
  readonly missingFolders: readonly string[];
}

export interface SubjectEntry {
  readonly kind: ReadKind;
  /** From the root on, without slashes around it. */
  readonly path: string;
  /** As lintian writes it: the path, with a slash behind a folder. */
  readonly shown: string;
  readonly base: string;
  /** With a slash behind it; empty for the root. */
  readonly folder: string;
  /** A regular file or a hard link. */
  readonly isFile: boolean;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  /** `root/root`. */
  readonly identity: string;
  readonly target: string | undefined;
  readonly utf8: boolean;
  /** Of files: MD5 in hexadecimal. */
  readonly md5: string | undefined;
  /** Of files: the first 256 bytes. */
  readonly start: Uint8Array;
  /** Of documents, units and man pages: their text, unpacked. */
  readonly text: string | undefined;
  /** Whether that text was UTF-8. */
  readonly textUtf8: boolean;
  readonly elf: SubjectElf | undefined;
}

export interface SubjectElf {
  /** Undefined for what is damaged or too large to be looked at; then `fault` says why. */
  readonly read: { readonly elf: Elf; readonly hardening: ElfHardening } | undefined;
  readonly fault: string | undefined;
  /** Source files of the machine that built it, named in the program; at most a few. */
  readonly buildPaths: readonly string[];
}

export function isExecutable(entry: SubjectEntry): boolean {
  return (entry.mode & 0o111) !== 0;
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** What stands behind `#!`; undefined for what is no script. */
export function hashbang(start: Uint8Array | string): string | undefined {
  const text = typeof start === "string" ? start : Buffer.from(start).toString("latin1");
  return /^#!([^\n]*)/.exec(text)?.[1]?.trim();
}

export function isDebugPackage({ name }: Subject): boolean {
  return /-dbg(?:sym)?/.test(name);
}

export function isTransitional(deb: Subject): boolean {
  return /transitional package/i.test(deb.field("Description") ?? "");
}

export function isMetaPackage(deb: Subject): boolean {
  return (
    /meta[ -]?package|(?:dependency|dummy|empty) package/i.test(deb.field("Description") ?? "") ||
    /(?:^|\/)(?:tasks|metapackages)$/.test(deb.field("Section") ?? "") ||
    deb.name.startsWith("task-")
  );
}

/** As lintian takes it: a version without a revision, of the source where that is named with its own. */
export function isNative(deb: Subject): boolean {
  const version = /\((.*)\)/.exec(deb.field("Source") ?? "")?.[1] ?? deb.version;
  return !version.includes("-");
}

export function isUtf8(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes);
  return Buffer.from(buffer.toString("utf8")).equals(buffer);
}
