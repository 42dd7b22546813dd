/** The caller's environment and the identity of this process (ports/environment.ts). */
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Environment, ProcessIdentity } from "../ports/environment.ts";

export function systemEnvironment(variables: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Environment {
  return {
    get: (name) => variables[name],
    names: () => Object.keys(variables).sort(),
    folder,
    home: variables["HOME"] ?? null,
    // A getter: the report that tells the C library costs milliseconds, and most commands never ask.
    get host() {
      return hostTarget();
    },
    get process() {
      return processIdentity();
    },
    isAlive,
  };
}

export function processIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    boot: readOr("/proc/sys/kernel/random/boot_id", ""),
    start: startOf(readOr(`/proc/${process.pid}/stat`, "")),
  };
}

function hostTarget(): string {
  const architecture =
    { x64: "x86_64", arm64: "aarch64", arm: "armv7", ia32: "i686", riscv64: "riscv64", ppc64: "powerpc64le" }[
      process.arch as string
    ] ?? process.arch;
  if (process.platform !== "linux")
    return `${architecture}-${process.platform === "win32" ? "windows" : process.platform}`;
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header;
  return `${architecture}-linux-${header?.glibcVersionRuntime === undefined ? "musl" : "gnu"}`;
}

/** Same host, same boot, a process of that number that started at that tick: everything else is dead or another. */
async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if (identity.boot !== readOr("/proc/sys/kernel/random/boot_id", "")) return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const stat = await readFile(`/proc/${identity.pid}/stat`, "utf8").catch(() => null);
  return stat === null || identity.start === "" || startOf(stat) === identity.start;
}

/** Start in clock ticks since boot: field 22 of /proc/PID/stat. */
export function startOf(stat: string): string {
  return fieldOf(stat, 22);
}

/** Number of the process group: field 5. */
export function groupOf(stat: string): string {
  return fieldOf(stat, 5);
}

/** `Z` for a process that has ended and that nobody has waited for: field 3. */
export function stateOf(stat: string): string {
  return fieldOf(stat, 3);
}

/** The program's name in field 2 may hold spaces and parentheses (proc_pid_stat(5)); `number` is above 2. */
function fieldOf(stat: string, number: number): string {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[number - 3] ?? "";
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return otherwise;
  }
}
