/**
 * What runs that were killed left in the folder for temporary files. Invariant: nothing goes that belongs to another user,
 * to a run that may be alive, or that is a link; and no more goes at once than a run can wait for.
 */
import type { Stats } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenLabel, endRecorded } from "./child-record.ts";
import { isDead, markOf, markPattern } from "./run-mark.ts";

/** At most this many folders in one run: each may be a whole build. */
const most = 8;

const scratchName = new RegExp(`^ggen-release-[a-z-]+-${markPattern}-[A-Za-z0-9]{6}$`);
const listName = new RegExp(`^${childrenLabel}${markPattern}$`);

/** Failures are nobody's business: the folder for temporary files is cleared by others too. */
export async function removeAbandonedRuns(): Promise<void> {
  const folder = tmpdir();
  const names = await readdir(folder).catch(() => []);
  // Before the folders, in which the children work.
  for (const name of await abandoned(folder, names, listName, (found) => found.isFile())) {
    endRecorded(join(folder, name));
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
  const folders = await abandoned(folder, names, scratchName, (found) => found.isDirectory());
  for (const name of folders.slice(0, most))
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

async function abandoned(
  folder: string,
  names: readonly string[],
  pattern: RegExp,
  isWanted: (found: Stats) => boolean,
): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const name of names) {
    const words = pattern.exec(name)?.slice(1);
    if (words === undefined || !isDead(markOf(words))) continue;
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found !== null && isWanted(found) && found.uid === process.getuid?.()) dead.push(name);
  }
  return dead;
}
