/**
 * A repository's tree in memory (ports/storage.ts), in which every effect can be the last one and other writers can come
 * between any two. Invariant: once it has crashed, nothing more can be done to it until `revive`.
 */
import { createHash } from "node:crypto";
import { ReleaseError } from "../domain/errors/index.ts";
import type { NewFile, NewPoolFile, Storage, StoredStatus } from "../ports/storage.ts";
import { Killed } from "./memory-world.ts";

export interface MemoryStorage extends Storage {
  readonly files: Map<string, Uint8Array>;
  /** Every effect in its order: `write PATH`, `swap PATH`, `admit PATH`, `remove PATH`. */
  readonly log: string[];
  /** The run dies before the n-th effect from now (2n) or after it (2n + 1). */
  crashAt(point: number | null): void;
  revive(): void;
  /** Called after each effect: what a reader or another writer does at that instant. */
  between: ((effect: string) => Promise<void>) | null;
}

/** `source`: the bytes of a file of "this machine" by its path. */
export function memoryStorage(source: (path: string) => Uint8Array): MemoryStorage {
  const files = new Map<string, Uint8Array>();
  const log: string[] = [];
  let effects = 0;
  let point: number | null = null;
  let dead = false;

  const effect = async (name: string, act: () => void): Promise<void> => {
    if (dead) throw new Killed();
    const number = 2 * effects++;
    if (point === number) die();
    act();
    log.push(name);
    if (point === number + 1) die();
    await storage.between?.(name);
  };
  const die = (): never => {
    dead = true;
    throw new Killed();
  };
  const alive = (): void => {
    if (dead) throw new Killed();
  };
  const put = (file: NewFile): void => {
    const content = file.content instanceof Uint8Array ? file.content : files.get(file.content.of);
    if (content === undefined) throw new Error(`${file.path} is to be a copy of what is not there`);
    if (file.lifetime === "immutable" && !same(files.get(file.path) ?? content, content)) {
      throw new Error(`${file.path} is immutable and would get other bytes`);
    }
    files.set(file.path, content);
  };
  const admitOne = async ({ path, from, sha256 }: NewPoolFile): Promise<boolean> => {
    const present = files.get(path);
    if (present !== undefined) return revisionOf(present) === sha256;
    const content = source(from);
    if (revisionOf(content) !== sha256) {
      throw new ReleaseError("ARTIFACT_CHANGED", { what: `${from} has changed.`, next: "Run the same command again." });
    }
    await effect(`admit ${path}`, () => files.set(path, content));
    return true;
  };

  const storage: MemoryStorage = {
    files,
    log,
    between: null,
    place: "memory:",
    lock: null,
    crashAt(at) {
      point = at;
      effects = 0;
    },
    revive() {
      dead = false;
      point = null;
      effects = 0;
    },
    async read(path, limit = 256 * 1024 * 1024) {
      alive();
      const bytes = files.get(path);
      if ((bytes?.length ?? 0) > limit) {
        throw new ReleaseError("IO", { what: `${path} has more than ${limit} bytes.`, next: "Look at the file." });
      }
      return bytes === undefined ? null : { bytes, revision: revisionOf(bytes) };
    },
    async *open(path) {
      alive();
      yield files.get(path) ?? new Uint8Array();
    },
    async status(path) {
      alive();
      const bytes = files.get(path);
      return bytes === undefined ? null : statusOf(path, bytes);
    },
    async *list(folder) {
      alive();
      for (const [path, bytes] of files) if (path.startsWith(`${folder}/`)) yield statusOf(path, bytes);
    },
    async write(given) {
      for (const file of given) await effect(`write ${file.path}`, () => put(file));
    },
    async swap(path, content, from) {
      alive();
      const present = files.get(path);
      if ((present === undefined ? null : revisionOf(present)) !== from) return null;
      await effect(`swap ${path}`, () => files.set(path, content));
      return revisionOf(content);
    },
    async admit(given) {
      const conflicts: string[] = [];
      for (const file of given) if (!(await admitOne(file))) conflicts.push(file.path);
      return conflicts;
    },
    async remove(paths) {
      for (const path of paths) if (files.has(path)) await effect(`remove ${path}`, () => files.delete(path));
    },
    async settle() {
      alive();
    },
  };
  return storage;
}

function statusOf(path: string, bytes: Uint8Array): StoredStatus {
  return { path, size: bytes.length, revision: revisionOf(bytes), modified: 0 };
}

function revisionOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
