/** The file system of the machine (ports/files.ts). Invariant: a path that is written holds the old content or the whole new one. */
import { constants, createReadStream, rmSync } from "node:fs";
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
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
import { basename, dirname, join } from "node:path";
import { ReleaseError, isReleaseError } from "../domain/errors/index.ts";
import { passed } from "./memory-limit.ts";
import type { Bytes, Files, FileStatus } from "../ports/files.ts";

const readLimit = 64 * 1024 * 1024;

/** Temporary names in use now. A signal ends the process in the middle of a write: they are removed on the way out. */
const unfinished = new Set<string>();

export function nodeFiles(): Files {
  let temporaries = 0;
  removeUnfinishedAtExit();
  /** Hidden, in the same folder (rename does not cross file systems), and told apart by process and count. */
  const temporaryFor = (path: string): string =>
    join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}.${temporaries++}.part`);

  return {
    async status(path) {
      return guard("read", path, async () => {
        const found = await lstat(path).catch(absentIsNull);
        return found === null ? null : toStatus(found);
      });
    },
    async read(path, limit = readLimit) {
      return guard("read", path, async () => {
        const found = await stat(path);
        if (found.size > limit) {
          throw new ReleaseError("IO", {
            what: `${path} has ${found.size} bytes; at most ${limit} are read at once.`,
            next: "Look at the file: it is hardly the one that was meant.",
          });
        }
        return readFile(path);
      });
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
      await guard("write", path, () => mkdir(path, { recursive: true }));
    },
    async makeScratch(label) {
      return guard("write", tmpdir(), () => mkdtemp(join(tmpdir(), `ggen-release-${label}-`)));
    },
    async write(path, content, mode = 0o644) {
      const temporary = temporaryFor(path);
      await guard("write", path, async () => {
        await mkdir(dirname(path), { recursive: true });
        unfinished.add(temporary);
        try {
          const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
          try {
            for await (const chunk of chunksOf(content)) await handle.writeFile(chunk);
            // Not by open(2)'s mode, which the umask would cut.
            await handle.chmod(mode);
            await handle.sync();
          } finally {
            await handle.close();
          }
          await rename(temporary, path);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        } finally {
          unfinished.delete(temporary);
        }
        await syncFolder(dirname(path));
      });
    },
    async create(path, content) {
      return guard("write", path, async () => {
        await mkdir(dirname(path), { recursive: true });
        try {
          const handle = await open(path, "wx", 0o644);
          try {
            await handle.writeFile(content);
            await handle.sync();
          } finally {
            await handle.close();
          }
          return true;
        } catch (error) {
          if (codeOf(error) === "EEXIST") return false;
          throw error;
        }
      });
    },
    async append(path, text) {
      await guard("write", path, () => appendFile(path, text, { flush: true }));
    },
    async setMode(path, mode) {
      await guard("write", path, () => chmod(path, mode));
    },
    async rename(from, to) {
      await guard("write", to, async () => {
        await rename(from, to);
        await syncFolder(dirname(to));
      });
    },
    async remove(path) {
      await guard("write", path, () => rm(path, { recursive: true, force: true }));
    },
    async readLink(path) {
      return guard("read", path, () => readlink(path));
    },
    async link(target, path) {
      const temporary = temporaryFor(path);
      await guard("write", path, async () => {
        await mkdir(dirname(path), { recursive: true });
        await symlink(target, temporary);
        await rename(temporary, path);
        await syncFolder(dirname(path));
      });
    },
  };
}

let removing = false;

function removeUnfinishedAtExit(): void {
  if (removing) return;
  removing = true;
  process.on("exit", () => {
    for (const path of unfinished) rmSync(path, { force: true });
  });
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

/** Makes a rename in the folder survive a power cut; some file systems refuse to sync a folder, which loses nothing else. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
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

function absentIsNull(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
  throw error;
}

async function guard<Result>(verb: "read" | "write", path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw translated(error, verb, path);
  }
}

function translated(error: unknown, verb: "read" | "write", path: string): unknown {
  if (isReleaseError(error)) return error;
  const code = codeOf(error);
  const cause = { cause: error };
  switch (code) {
    case "":
      return error;
    case "ENOENT":
    case "ENOTDIR":
      return new ReleaseError(
        "FILE_MISSING",
        { what: `${path} is not there.`, next: "Check the path, or make the file." },
        cause,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new ReleaseError(
        "DISK_FULL",
        {
          what: `No room left to ${verb} ${path} (${code}).`,
          next: "Free some space (df -h, df -i), then run the same command again.",
        },
        cause,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ReleaseError(
        "PERMISSION",
        {
          what: `May not ${verb} ${path} (${code}).`,
          next: `Check who owns ${dirname(path)} and whether it is mounted read-only, then run the same command again.`,
        },
        cause,
      );
    default:
      return new ReleaseError(
        "IO",
        {
          what: `Could not ${verb} ${path}: ${code}.`,
          next: "Mend what the message names, then run the same command again.",
        },
        cause,
      );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : "";
}
