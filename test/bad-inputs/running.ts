/** A run that a test stops in the middle: started, watched, and sent a signal. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { onTestFinished } from "vitest";
import type { Event } from "../../src/domain/event.ts";
import { eventsIn, machineEnvironment, programWords, type Variables } from "../cli.ts";
import type { Scene } from "./scene.ts";

export interface Running {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when an event fulfils the condition; needs `--json`. */
  seen(condition: (event: Event, index: number) => boolean): Promise<void>;
  readonly end: Promise<{ readonly exit: number | null; readonly signal: string | null; readonly stderr: string }>;
}

export function start(scene: Scene, args: readonly string[], more: Variables = {}): Running {
  const [program = "", ...words] = programWords;
  const child = spawn(program, [...words, ...args], {
    cwd: scene.repository.folder,
    env: { ...machineEnvironment(), ...scene.variables, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const end = new Promise<{ exit: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on("close", (exit, signal) => resolve({ exit, signal, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    seen: (condition) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (eventsIn(stdout.slice(0, stdout.lastIndexOf("\n") + 1)).some(condition)) resolve();
        };
        child.stdout.on("data", look);
        child.on("close", () => reject(new Error(`it ended before: ${stderr}`)));
        look();
      }),
    end,
  };
}

/** Waits until the file is there, and gives its text. */
export async function textOf(path: string): Promise<string> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (existsSync(path)) {
      const text = await readFile(path, "utf8");
      if (text.endsWith("\n")) return text;
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`${path} did not appear`);
}

/** Whether the process runs; one that has ended and that nobody has waited for does not (proc_pid_stat(5)). */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
