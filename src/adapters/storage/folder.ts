/**
 * A tree in a folder of this machine (ports/storage.ts). Files appear by rename or by link, whole; what is one step among
 * writers is so while they hold the lock file.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { lstat, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Processes } from "../../ports/processes.ts";
import type { NewFile, NewPoolFile, PoolOptions, Storage, StoredStatus } from "../../ports/storage.ts";
import { absentIsNull, codeOf, guard } from "../file-failure.ts";
import { stampOf } from "../file-stamp.ts";
import { makeFoldersNow } from "../folders.ts";
import { unlessStopping } from "../stopping.ts";
import { holdScratch, letGo } from "../temporary-files.ts";

/** Read at once and kept in memory while it is hashed and written; larger ones are copied by the kernel and hashed after. */
const smallFile = 1024 * 1024;
/** Files that are admitted without a pause. */
const turn = 64;
/** Synced one by one up to here; beyond, one call for the whole file system is quicker. */
const fewFiles = 64;

export function folderStorage(root: string, processes: Processes): Storage {
  const at = (path: string): string => join(root, ...path.split("/"));
  const unsettled = new Set<string>();
  const folders = new Set<string>();
  let count = 0;

  const prepareFolder = (path: string): void => {
    const folder = dirname(path);
    if (folders.has(folder)) return;
    makeFoldersNow(folder);
    folders.add(folder);
  };

  /** Lets `make` fill a temporary name beside the path, and gives it to `place`. */
  const under = (path: string, make: (temporary: string) => void, place: (temporary: string) => void): void => {
    const temporary = join(dirname(path), `.${process.pid}.${count++}.part`);
    holdScratch(temporary);
    try {
      madeAnew(temporary, make);
      chmodSync(temporary, 0o644);
      place(temporary);
      unsettled.add(path);
    } finally {
      rmSync(temporary, { force: true });
      letGo(temporary);
    }
  };

  const replace = (path: string, make: (temporary: string) => void): void =>
    under(path, make, (temporary) => renameSync(temporary, path));

  const writeOne = async ({ path, content }: NewFile): Promise<void> => {
    await unlessStopping();
    const target = at(path);
    await guard("write", target, async () => {
      prepareFolder(target);
      replace(target, (temporary) => {
        if (content instanceof Uint8Array) writeFileSync(temporary, content, { flag: "wx" });
        else linkOrCopy(at(content.of), temporary);
      });
    });
  };

  const admitOne = (file: NewPoolFile, target: string, { link }: PoolOptions): boolean => {
    const { from, size, sha256 } = file;
    prepareFolder(target);
    if (isThere(target)) return sameContent(target, size, sha256);
    if (link && linked(file, target)) unsettled.add(target);
    else {
      const make = (temporary: string): void =>
        size <= smallFile
          ? writeFileSync(temporary, demandSame(from, readFileSync(from), sha256), { flag: "wx" })
          : copyFileSync(from, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      under(target, make, (temporary) => {
        if (size > smallFile) demandDigest(from, temporary, sha256);
        // Nothing is there, and who holds the lock is alone.
        renameSync(temporary, target);
      });
    }
    return true;
  };

  return {
    place: root,
    lock: join(root, ".ggen-release.lock"),

    async read(path, limit = 256 * 1024 * 1024) {
      return guard("read", at(path), async () => {
        const found = await stat(at(path)).catch(absentIsNull);
        if (found === null) return null;
        if (found.size > limit) throw tooLarge(at(path), found.size, limit);
        const bytes = readFileSync(at(path));
        let revision: string | undefined;
        return {
          bytes,
          // Of an index of many megabytes nobody asks for it.
          get revision() {
            return (revision ??= digestOf(bytes));
          },
        };
      });
    },

    open: (path) => chunks(at(path)),

    async status(path) {
      return guard("read", at(path), async () => {
        const found = await lstat(at(path)).catch(absentIsNull);
        return found?.isFile() === true ? statusOf(path, found) : null;
      });
    },

    async *list(folder) {
      const names = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch(absentIsNull);
      for (const entry of names ?? []) {
        if (!entry.isFile() || entry.name.endsWith(".part")) continue;
        const path = join(entry.parentPath, entry.name);
        const found = await lstat(path).catch(absentIsNull);
        if (found !== null) yield statusOf(relative(root, path).split(sep).join("/"), found);
      }
    },

    async write(files) {
      for (const file of files) await writeOne(file);
    },

    async swap(path, content, from) {
      const present = await this.read(path);
      if ((present?.revision ?? null) !== from) return null;
      await writeOne({ path, content, lifetime: "mutable" });
      return digestOf(content);
    },

    async admit(files, options) {
      const conflicts: string[] = [];
      for (const [number, file] of files.entries()) {
        // Others have their turn: a signal, and a program that waits for its input.
        if (number % turn === 0) await setImmediate();
        await unlessStopping();
        const target = at(file.path);
        if (!(await guard("write", target, async () => admitOne(file, target, options)))) conflicts.push(file.path);
      }
      return conflicts;
    },

    async remove(paths) {
      for (const path of paths) await guard("write", at(path), () => rm(at(path), { force: true }));
    },

    async settle() {
      const paths = [...unsettled];
      unsettled.clear();
      const written = [...paths, ...new Set(paths.map(dirname))];
      if (paths.length > fewFiles && (await syncFileSystem(root, processes))) return;
      for (const path of written) sync(path);
    },
  };
}

/**
 * False where the file system does not allow it. Who may write the source can change what is in the pool from then on,
 * so its bytes are looked at again only where its stamp is another.
 */
function linked({ from, sha256, stamp }: NewPoolFile, target: string): boolean {
  const found = statSync(from);
  if (stampOf(found) !== stamp) demandDigest(from, from, sha256);
  try {
    linkSync(from, target);
  } catch (error) {
    if (unlinkable.includes(codeOf(error))) return false;
    throw error;
  }
  if ((found.mode & 0o444) !== 0o444) chmodSync(target, found.mode | 0o444);
  return true;
}

const unlinkable = ["EXDEV", "EPERM", "EMLINK", "ENOTSUP"];

/** What a killed run has left under this name, in a container by our own number, may be another name of a file in use. */
function madeAnew(temporary: string, make: (temporary: string) => void): void {
  try {
    make(temporary);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    rmSync(temporary, { force: true });
    make(temporary);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!unlinkable.includes(codeOf(error))) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function sameContent(path: string, size: number, sha256: string): boolean {
  return statSync(path).size === size && digestOfFile(path) === sha256;
}

function demandDigest(from: string, path: string, sha256: string): void {
  const seen = digestOfFile(path);
  if (seen !== sha256) throw fileChanged(from, seen, sha256);
}

function demandSame(from: string, bytes: Uint8Array, sha256: string): Uint8Array {
  const seen = digestOf(bytes);
  if (seen !== sha256) throw fileChanged(from, seen, sha256);
  return bytes;
}

function fileChanged(from: string, seen: string, sha256: string): ReleaseError {
  return new ReleaseError("ARTIFACT_CHANGED", {
    what: `${from} has sha256 ${seen} now; ${sha256} was read before.`,
    next: "Find what writes to it, then run the same command again.",
  });
}

/** Of all files that are hashed, one after the other. */
const window = Buffer.allocUnsafeSlow(256 * 1024);

function digestOfFile(path: string): string {
  const hash = createHash("sha256");
  const handle = openSync(path, "r");
  try {
    for (;;) {
      const length = readSync(handle, window);
      if (length === 0) return hash.digest("hex");
      hash.update(window.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } catch {
    // Some file systems refuse to sync a folder, which loses nothing else.
  } finally {
    closeSync(handle);
  }
}

/** False where the machine's `sync` has no such option. */
async function syncFileSystem(root: string, processes: Processes): Promise<boolean> {
  if ((await processes.find("sync")) === null) return false;
  const command = { program: "sync", arguments: ["--file-system", root], folder: root, environment: {} };
  return (await processes.run(command)).exitCode === 0;
}

async function* chunks(path: string): Bytes {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}

function statusOf(
  path: string,
  found: { readonly size: number; readonly mtimeMs: number; readonly ino: number },
): StoredStatus {
  return {
    path,
    size: found.size,
    revision: `${found.ino}-${found.mtimeMs}`,
    modified: Math.floor(found.mtimeMs / 1000),
  };
}

function tooLarge(path: string, size: number, limit: number): ReleaseError {
  return new ReleaseError("IO", {
    what: `${path} has ${size} bytes; at most ${limit} are read at once.`,
    next: "Look at the file: it is hardly the one that was meant.",
  });
}
