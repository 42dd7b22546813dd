/**
 * Files and folders that are not to outlive this process. Invariant: however the process ends, short of being killed,
 * nothing of them is left; and of one that was killed nothing is left by the next that writes the same file.
 */
import { rmSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "./file-failure.ts";
import { makeFolders, syncFolder } from "./folders.ts";

const unfinished = new Set<string>();
let count = 0;
let removing = false;

/** Temporary names and scratch folders in use are removed on the way out, be it by a signal. */
export function removeUnfinishedAtExit(): void {
  if (removing) return;
  removing = true;
  process.on("exit", () => {
    for (const path of unfinished) {
      try {
        rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      } catch {
        // The others are still to be removed.
      }
    }
  });
}

export function holdScratch(path: string): void {
  unfinished.add(path);
}

/** Whether something that is held is what the condition asks for. */
export function isHeld(condition: (path: string) => boolean): boolean {
  return [...unfinished].some(condition);
}

export function letGo(path: string): void {
  unfinished.delete(path);
}

/** Lets `make` fill a temporary name in the same folder (rename does not cross file systems), and renames it to `path`. */
export async function replaceFile(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `${prefixOf(path)}${process.pid}.${count++}.part`);
  await makeFolders(folder);
  await removeAbandoned(path);
  unfinished.add(temporary);
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
  await syncFolder(folder);
}

/** Hidden; not the whole name, which may be as long as a name can be. */
function prefixOf(path: string): string {
  return `.${basename(path).slice(0, 50)}.`;
}

/**
 * Removes what a process that was killed in the middle of writing this very file has left. A process that lives may be
 * writing the file at this moment, so its temporary name stays.
 */
async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  const before = prefixOf(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(before)) continue;
    const pid = /^(\d+)\.\d+\.part$/.exec(name.slice(before.length))?.[1];
    if (pid === undefined || isInUse(join(folder, name), Number(pid))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** A container gives every run the same number: what bears ours and is not in our use is of one that was killed. */
function isInUse(path: string, pid: number): boolean {
  if (pid === process.pid) return unfinished.has(path);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
