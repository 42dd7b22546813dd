/** Folders of the machine. Invariant: a folder that is made here can be entered and listed by everybody. */
import { chmod, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { absentIsNull, codeOf } from "./file-failure.ts";

/**
 * What is in the folders is for everybody to read, so the new ones are too, whatever the umask says: a folder channel is
 * served by another user than the one who filled it.
 */
export async function makeFolders(path: string): Promise<void> {
  // Not mkdir's own `recursive`: it never ends where a file system refuses a folder as if its parent were absent (/proc).
  const absent: string[] = [];
  for (let at = path; (await stat(at).catch(absentIsNull)) === null && dirname(at) !== at; at = dirname(at))
    absent.push(at);
  for (const folder of absent.toReversed()) {
    await mkdir(folder).catch(unlessThere);
    await chmod(folder, (await stat(folder)).mode | 0o755);
  }
  if (absent.length === 0 && !(await stat(path)).isDirectory()) await mkdir(path);
}

/** Another run may have been quicker. */
function unlessThere(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error;
}

/** Makes a rename in the folder survive a power cut; some file systems refuse to sync a folder, which loses nothing else. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
