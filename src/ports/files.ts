/**
 * The file system. Paths are absolute. Every file appears by rename and is synced before it does, so a reader or a crash
 * sees the old file or the whole new one. Failures are ReleaseErrors: FILE_MISSING, PERMISSION, DISK_FULL, IO.
 */
import type { Content } from "../domain/digest.ts";

export type FileKind = "file" | "folder" | "symlink" | "special";

export interface FileStatus {
  readonly kind: FileKind;
  readonly size: number;
  /** Permission bits including setuid, setgid and sticky. */
  readonly mode: number;
}

/** A regular file as it is at one moment. */
export interface SeenFile {
  readonly size: number;
  /** Changes when the file's content does, or another file takes its place. */
  readonly stamp: string;
  /** All of it; null where that is more than was asked for. */
  readonly bytes: Uint8Array | null;
}

export type Bytes = AsyncIterable<Uint8Array>;

export interface Files {
  /** Status of the path itself (a symlink is not followed); null where nothing is. */
  status(path: string): Promise<FileStatus | null>;
  /** The whole file; refuses one larger than `limit` bytes (default 64 MiB) with IO. */
  read(path: string, limit?: number): Promise<Uint8Array>;
  /** Looks at a regular file once, at the price of one; null where there is none. A link is not followed. */
  see(path: string, limit: number): Promise<SeenFile | null>;
  /** Size and digest of a file that may be large; several at the same time where the machine can. */
  digest(path: string): Promise<Content>;
  readText(path: string, limit?: number): Promise<string>;
  /** The content as a stream of chunks of at most 256 KiB. */
  open(path: string): Bytes;
  /** Some bytes from an offset; fewer at the end of the file. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Names in a folder, sorted by code unit; empty where the folder is absent. */
  list(path: string): Promise<readonly string[]>;
  makeFolder(path: string): Promise<void>;
  /** A new empty folder for work that is thrown away. */
  makeScratch(label: string): Promise<string>;
  /** Writes the whole content under a temporary name in the same folder, syncs, renames. Default mode 0644. */
  write(path: string, content: Bytes | Uint8Array | string, mode?: number): Promise<void>;
  /** Creates the file with this content, or answers false and writes nothing where it exists (O_EXCL). */
  create(path: string, content: string): Promise<boolean>;
  /** Appends in one write and syncs. */
  append(path: string, text: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all it holds; absent is no failure. */
  remove(path: string): Promise<void>;
  readLink(path: string): Promise<string>;
  /** Makes or replaces a symbolic link, by rename. */
  link(target: string, path: string): Promise<void>;
}
