#!/usr/bin/env node
/** The only place that knows the real world: hands it to the command line. */
import { programVersion, realWorld } from "./adapters/real-world.ts";
import { runCli } from "./cli/run.ts";

const { stdin, stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  colorDepth: 1,
  version: programVersion(),
  open: realWorld,
});
