/**
 * A list of the children that work in scratch folders, for whoever finds this run killed. Invariant: a group of processes
 * is ended only while its leader is the very process that was written down, by number and start.
 */
import { appendFileSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { markWords, ownMark, statOf } from "./run-mark.ts";
import { groupOf, startOf } from "./system-environment.ts";
import { holdScratch, isHeld } from "./temporary-files.ts";

export const childrenLabel = "ggen-release-children-";

/** null where the list could not be made: then nothing is written down. */
let list: string | null | undefined;

/** Writes the leader of a new group down, if it works below a scratch folder of this run. */
export function recordChild(pid: number | undefined, folder: string): void {
  if (pid === undefined || !isHeld((scratch) => folder === scratch || folder.startsWith(scratch + sep))) return;
  const stat = statOf(pid);
  const path = stat === null ? null : (list ??= makeList());
  if (stat === null || path === null) return;
  try {
    appendFileSync(path, `${pid} ${startOf(stat)}\n`);
  } catch {
    // A run that is not killed does without.
  }
}

/** Not what somebody else has put there in wait. */
function makeList(): string | null {
  const path = join(tmpdir(), `${childrenLabel}${markWords(ownMark())}`);
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch {
    return null;
  }
  holdScratch(path);
  return path;
}

/** Ends what the children of a killed run are still doing. */
export function endRecorded(path: string): void {
  for (const [, pid = "", start = ""] of readList(path).matchAll(/^([0-9]+) ([0-9]+)$/gm)) {
    // To kill(2), 0 and -1 are not groups but everybody within reach.
    const stat = Number(pid) > 1 ? statOf(Number(pid)) : null;
    if (stat === null || startOf(stat) !== start || groupOf(stat) !== pid) continue;
    try {
      process.kill(-Number(pid), "SIGKILL");
    } catch {
      // It has come to its end meanwhile.
    }
  }
}

function readList(path: string): string {
  try {
    const { size } = lstatSync(path);
    return size <= 1024 * 1024 ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
