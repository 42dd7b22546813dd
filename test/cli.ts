/** The program as users start it: a child process of the sources beside this file, in the environment of the machine. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Event } from "../src/domain/event.ts";
import { author } from "./repository.ts";

export interface CommandRun {
  /** null where a signal ended it. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed, one event a line; empty without it. */
  readonly events: readonly Event[];
}

/** Variables over those of the machine; undefined takes one away. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The words that start the program. */
export const programWords: readonly string[] = [
  process.execPath,
  join(fileURLToPath(new URL("..", import.meta.url)), "src", "main.ts"),
];

/**
 * Runs `ggen-release` with these arguments in a folder, and answers however it ended.
 *
 * @param through words before the command: `setpriv`, `sh -c 'umask 077; exec "$@"'`
 */
export function runCommand(
  folder: string,
  args: readonly string[],
  environment: Variables = {},
  through: readonly string[] = [],
): Promise<CommandRun> {
  const [program = "", ...words] = [...through, ...programWords, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...machineEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (exit) => {
      const printed = Buffer.concat(stdout).toString();
      resolve({ exit, stdout: printed, stderr: Buffer.concat(stderr).toString(), events: eventsIn(printed) });
    });
  });
}

let cache: string | undefined;
afterAll(() => {
  if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  cache = undefined;
});

/**
 * Without what a CI service or a maintainer's shell would change, with an author for the tag, and with a cache of this
 * test file alone: what other runs have built stands in for nothing.
 */
export function machineEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(CI|NODE_OPTIONS|GGEN_RELEASE_.*|GIT_.*)$/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  cache ??= mkdtempSync(join(tmpdir(), "ggen-release-cache-"));
  return { ...Object.fromEntries(own), ...author, XDG_CACHE_HOME: cache };
}

/** The events in what `--json` printed so far; lines of other kinds are left out. */
export function eventsIn(printed: string): readonly Event[] {
  return printed
    .split("\n")
    .filter((line) => line.startsWith('{"') && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Event);
}
