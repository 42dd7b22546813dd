/** Folders of the machine. Invariant: a folder that is made here can be entered and listed by everybody. */
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { absentIsNull, codeOf } from "./file-failure.ts";

const readable = 0o755;

/**
 * What is in the folders is for everybody to read, so the new ones are too, whatever the umask says: a folder channel is
 * served by another user than the one who filled it.
 */
export async function makeFolders(path: string): Promise<void> {
  makeFoldersNow(path);
}

/** Not through the thread pool, which costs ten times as much. */
export function makeFoldersNow(path: string): void {
  // Not mkdir's own `recursive`: it never ends where a file system refuses a folder as if its parent were absent (/proc).
  const absent: string[] = [];
  for (let at = path; !isThere(at) && dirname(at) !== at; at = dirname(at)) absent.push(at);
  for (const folder of absent.toReversed()) {
    makeUnlessThere(folder);
    const { mode } = statSync(folder);
    if ((mode & readable) !== readable) chmodSync(folder, mode | readable);
  }
  if (absent.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    absentIsNull(error);
    return false;
  }
}

/** Another run may have been quicker. */
function makeUnlessThere(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Makes a rename in the folder survive a power cut; some file systems refuse to sync a folder, which loses nothing else. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
