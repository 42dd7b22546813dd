#!/usr/bin/env node
/** The only place that knows the real world: hands it to the command line. Help and usage need none of it, so it is loaded late. */
import { programVersion } from "./adapters/program-version.ts";
import { outliveOutput } from "./adapters/standard-output.ts";
import { runCli } from "./cli/run.ts";

outliveOutput();
const { stdout, stderr, env } = process;
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
  open: async (options) => (await import("./adapters/real-world.ts")).realWorld(options),
});
