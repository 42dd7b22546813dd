/** Folders of the machine. Invariant: a folder that is made here can be entered and listed by everybody. */
import { chmod, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { absentIsNull, codeOf } from "./file-failure.ts";

/**
 * What is in the folders is for everybody to read, so the new ones are too, whatever the umask says: a folder channel is
 * served by another user than the one who filled it.
 */
export async function makeFolders(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true }).catch(async (error: unknown) => {
    // mkdir(2) says why at the first folder that is not there; Node forgets it and says ENOENT.
    if (codeOf(error) === "ENOENT") await mkdir(await firstAbsent(path));
    throw error;
  });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await chmod(made, (await stat(made)).mode | 0o755);
  }
}

async function firstAbsent(path: string): Promise<string> {
  const parent = dirname(path);
  const there = await stat(parent).catch(absentIsNull);
  return there === null && parent !== path ? firstAbsent(parent) : path;
}

/** Makes a rename in the folder survive a power cut; some file systems refuse to sync a folder, which loses nothing else. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
