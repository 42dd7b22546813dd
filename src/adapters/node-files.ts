/** The file system of the machine (ports/files.ts). Invariant: a path that is written holds the old content or the whole new one. */
import { closeSync, constants, createReadStream, lstatSync, openSync, readSync } from "node:fs";
import {
  appendFile,
  chmod,
  lstat,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { removeAbandonedRuns } from "./abandoned-runs.ts";
import { passed } from "./memory-limit.ts";
import type { Bytes, Files, FileStatus } from "../ports/files.ts";
import { absentIsNull, codeOf, guard, scratchRefused, translated } from "./file-failure.ts";
import { stampOf } from "./file-stamp.ts";
import { makeFolders, syncFolder } from "./folders.ts";
import { markWords, ownMark } from "./run-mark.ts";
import { unlessStopping } from "./stopping.ts";
import { holdScratch, letGo, removeUnfinishedAtExit, replaceFile } from "./temporary-files.ts";

const readLimit = 64 * 1024 * 1024;

/** Short operations that have begun: what still has its say when a signal ends the run. */
const underWay = new Set<Promise<unknown>>();

/** Waits until logs are written and locks removed. */
export async function filesAtRest(): Promise<void> {
  // One turn for whoever has only now been told that the run ends.
  do {
    await new Promise((wake) => setImmediate(wake));
    await Promise.allSettled(underWay);
  } while (underWay.size > 0);
}

/** Once in a run, when it is the first to put something there. */
let abandonedRemoved: Promise<void> | undefined;

function short<Result>(operation: Promise<Result>): Promise<Result> {
  underWay.add(operation);
  return operation.finally(() => underWay.delete(operation));
}

export function nodeFiles(): Files {
  removeUnfinishedAtExit();

  return {
    async status(path) {
      return guard("read", path, async () => {
        const found = await lstat(path).catch(absentIsNull);
        return found === null ? null : toStatus(found);
      });
    },
    async read(path, limit = readLimit) {
      return short(guard("read", path, () => readWhole(path, limit)));
    },
    async see(path, limit) {
      return guard("read", path, async () => {
        const found = lstatSync(path, { throwIfNoEntry: false });
        if (found?.isFile() !== true) return null;
        const { size } = found;
        return { size, stamp: stampOf(found), bytes: size > limit ? null : readNow(path, size) };
      });
    },
    async digest(path) {
      // Loaded late: threads are for who has large files.
      const { digestOfLargeFile } = await import("./digest-workers.ts");
      return guard("read", path, () => digestOfLargeFile(path));
    },
    async readText(path, limit) {
      return new TextDecoder().decode(await this.read(path, limit));
    },
    open(path) {
      return readChunks(path);
    },
    async readAt(path, offset, length) {
      return guard("read", path, async () => {
        const handle = await open(path, "r");
        try {
          const buffer = new Uint8Array(length);
          const { bytesRead } = await handle.read(buffer, 0, length, offset);
          return buffer.subarray(0, bytesRead);
        } finally {
          await handle.close();
        }
      });
    },
    async list(path) {
      return guard("read", path, async () => {
        const names = await readdir(path).catch(absentIsNull);
        return (names ?? []).sort();
      });
    },
    async makeFolder(path) {
      await guard("write", path, () => makeFolders(path));
    },
    async makeScratch(label) {
      await (abandonedRemoved ??= removeAbandonedRuns());
      await unlessStopping();
      const name = `ggen-release-${label}-${markWords(ownMark())}-`;
      const scratch = await mkdtemp(join(tmpdir(), name)).catch((error: unknown) => {
        throw scratchRefused(error);
      });
      holdScratch(scratch);
      return scratch;
    },
    async write(path, content, mode = 0o644) {
      await unlessStopping();
      await guard("write", path, () =>
        replaceFile(path, async (temporary) => {
          const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
          try {
            for await (const chunk of chunksOf(content)) await handle.writeFile(chunk);
            // Not by open(2)'s mode, which the umask would cut.
            await handle.chmod(mode);
            await handle.sync();
          } finally {
            await handle.close();
          }
        }),
      );
    },
    async create(path, content) {
      await unlessStopping();
      return guard("write", path, async () => {
        await makeFolders(dirname(path));
        const handle = await open(path, "wx", 0o644).catch((error: unknown) => {
          if (codeOf(error) === "EEXIST") return null;
          throw error;
        });
        if (handle === null) return false;
        try {
          await handle.writeFile(content);
          await handle.sync();
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        } finally {
          await handle.close();
        }
        return true;
      });
    },
    async append(path, text) {
      await short(guard("write", path, () => appendFile(path, text, { flush: true })));
    },
    async setMode(path, mode) {
      await guard("write", path, () => chmod(path, mode));
    },
    async rename(from, to) {
      await unlessStopping();
      await guard("write", to, async () => {
        await rename(from, to);
        await syncFolder(dirname(to));
      });
    },
    async remove(path) {
      await short(guard("write", path, () => rm(path, { recursive: true, force: true })));
      letGo(path);
    },
    async readLink(path) {
      return guard("read", path, () => readlink(path));
    },
    async link(target, path) {
      await unlessStopping();
      await guard("write", path, () => replaceFile(path, (temporary) => symlink(target, temporary)));
    },
  };
}

async function readWhole(path: string, limit: number): Promise<Uint8Array> {
  const found = await stat(path);
  if (found.size > limit) {
    throw new ReleaseError("IO", {
      what: `${path} has ${found.size} bytes; at most ${limit} are read at once.`,
      next: "Look at the file: it is hardly the one that was meant.",
    });
  }
  return readFile(path);
}

/** Not through the thread pool, which costs more than a small file that is at hand. */
function readNow(path: string, size: number): Uint8Array {
  passed(size);
  const bytes = Buffer.allocUnsafeSlow(size);
  const handle = openSync(path, "r");
  try {
    let at = 0;
    for (let read = -1; at < size && read !== 0; at += read) read = readSync(handle, bytes, at, size - at, at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(handle);
  }
}

async function* readChunks(path: string): Bytes {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>) {
      passed(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw translated(error, "read", path);
  }
}

async function* chunksOf(content: Bytes | Uint8Array | string): Bytes {
  if (typeof content === "string") yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}

function toStatus(found: Awaited<ReturnType<typeof lstat>>): FileStatus {
  const kind = found.isFile()
    ? "file"
    : found.isDirectory()
      ? "folder"
      : found.isSymbolicLink()
        ? "symlink"
        : "special";
  return { kind, size: Number(found.size), mode: Number(found.mode) & 0o7777 };
}
