#!/usr/bin/env node
/** The only place that knows the real world: hands it to the command line. Help and usage need none of it, so it is loaded late. */
import { programVersion } from "./adapters/program-version.ts";
import type { Machine } from "./adapters/real-world.ts";
import { outliveOutput } from "./adapters/standard-output.ts";
import { runCli } from "./cli/run.ts";

outliveOutput();
// The launcher loads this as a script, which cannot await at its top.
void main();

async function main(): Promise<void> {
  const { stdout, stderr, env } = process;
  let machine: Promise<Machine> | undefined;
  const theMachine = (): Promise<Machine> =>
    (machine ??= import("./adapters/real-world.ts").then(({ realMachine }) => realMachine()));
  process.exitCode = await runCli(process.argv.slice(2), {
    // Making the stream costs milliseconds, and commands that read from it are few.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    colorDepth: 1,
    version: programVersion(),
    lookAhead: async () => (await theMachine()).lookAhead(),
    open: async (options) => (await theMachine()).open(options),
  });
}
