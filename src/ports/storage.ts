/**
 * A tree of files that others read while it is written: a folder, a bucket, a folder on another machine. Paths are
 * relative, with `/` between names. Invariant: a reader sees the old file or the whole new one, and a file that was
 * written only where it was absent, or only over a known one, never replaces another writer's.
 */
import type { Sha256 } from "../domain/digest.ts";
import type { Bytes } from "./files.ts";

/** Identifies what a path holds at one moment: an entity tag, or what the file system tells of a file. */
export type Revision = string;

export interface StoredFile {
  readonly bytes: Uint8Array;
  readonly revision: Revision;
}

export interface StoredStatus {
  readonly path: string;
  readonly size: number;
  readonly revision: Revision;
  /** When it was last written, in seconds since 1970. */
  readonly modified: number;
}

/** What readers and caches may expect of a file: whether its path will ever hold other bytes. */
export type Lifetime = "immutable" | "mutable";

export interface NewFile {
  readonly path: string;
  readonly lifetime: Lifetime;
  /** Bytes, or the path of an immutable file of the tree that holds the same. */
  readonly content: Uint8Array | { readonly of: string };
}

/** A file of this machine that becomes a file of the tree. */
export interface NewPoolFile {
  readonly path: string;
  /** Absolute path of its source. */
  readonly from: string;
  readonly size: number;
  /** What was read; other bytes are refused with ARTIFACT_CHANGED, and nothing is written. */
  readonly sha256: Sha256;
  /** Of the file when it was read (Files.see): while it is the same, so are the bytes. */
  readonly stamp?: string;
}

export interface PoolOptions {
  /** Share the source's bytes on the disk instead of copying them, where the tree lies on the same file system. */
  readonly link: boolean;
}

export interface Storage {
  /** For people and messages: `/srv/apt`, `s3://bucket/apt`, `ssh://host/srv/apt`. */
  readonly place: string;
  /** Where a lock file of this machine can lie; null where other machines write the same tree. */
  readonly lock: string | null;
  /** The whole file, null where there is none; refuses one over `limit` bytes (default 256 MiB). */
  read(path: string, limit?: number): Promise<StoredFile | null>;
  open(path: string): Bytes;
  status(path: string): Promise<StoredStatus | null>;
  /** Every file below a folder, in no order; nothing where the folder is absent. */
  list(folder: string): AsyncIterable<StoredStatus>;
  /** Writes files side by side, in no order, over whatever is there. */
  write(files: readonly NewFile[]): Promise<void>;
  /**
   * Writes one file only while its path holds this revision (null: nothing), as one step among all writers. Answers the
   * new revision, or null where another writer was quicker.
   */
  swap(path: string, content: Uint8Array, from: Revision | null): Promise<Revision | null>;
  /**
   * Brings files of this machine in, side by side, in no order, none over another: answers the paths at which a file of
   * another size or digest lies, which stay as they are. Files that lie there already are left alone.
   */
  admit(files: readonly NewPoolFile[], options: PoolOptions): Promise<readonly string[]>;
  /** Absent is no failure. */
  remove(paths: readonly string[]): Promise<void>;
  /** Returns when everything that was written before outlives a power cut. */
  settle(): Promise<void>;
}

/** The storage behind what a user names: a folder, `s3://bucket/prefix`, `ssh://host/folder`. Throws USAGE. */
export type OpenStorage = (place: string) => Promise<Storage>;
