/**
 * The words by which a name in the folder for temporary files tells whose it is: number and start of the process, machine
 * and boot. Being in the name, they are there as soon as the folder is. Invariant: a run is taken for dead only where this
 * machine can know it.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { processIdentity, startOf, stateOf } from "./system-environment.ts";

export interface RunMark {
  readonly pid: number;
  readonly start: string;
  readonly machine: string;
  readonly boot: string;
}

/** In a name, behind `ggen-release-<label>-`. */
export const markPattern = "([0-9]+)-([0-9]+)-([0-9a-f]{8})-([0-9a-f]{8})";

let own: RunMark | undefined;

export function ownMark(): RunMark {
  const { pid, start, host, boot } = processIdentity();
  own ??= { pid, start: start || "0", machine: short(`${host} ${processNumbers()}`), boot: short(boot) };
  return own;
}

export function markWords({ pid, start, machine, boot }: RunMark): string {
  return [pid, start, machine, boot].join("-");
}

/** Groups 1 to 4 of `markPattern`. */
export function markOf([pid, start = "", machine = "", boot = ""]: readonly (string | undefined)[]): RunMark {
  return { pid: Number(pid), start, machine, boot };
}

/** Another machine's run, or one of a container with process numbers of its own, cannot be asked and is left alone. */
export function isDead({ pid, start, machine, boot }: RunMark): boolean {
  const mine = ownMark();
  if (machine !== mine.machine) return false;
  if (boot !== mine.boot) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return true;
  }
  const stat = statOf(pid);
  return stat !== null && (stateOf(stat) === "Z" || (start !== "0" && startOf(stat) !== start));
}

/** /proc/PID/stat (proc_pid_stat(5)), or null. */
export function statOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
}

/** The set of process numbers that this process sees (pid_namespaces(7)): containers on one machine share the boot. */
function processNumbers(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
