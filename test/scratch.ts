/** A folder that lives as long as one test, and the ports of the real machine over it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { collectingReporter, type CollectingReporter } from "../src/adapters/collecting-reporter.ts";
import { gitCli } from "../src/adapters/git-cli.ts";
import { nodeFiles } from "../src/adapters/node-files.ts";
import { nodeProcesses } from "../src/adapters/node-processes.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { systemEnvironment } from "../src/adapters/system-environment.ts";
import type { Ports } from "../src/ports/index.ts";

export async function scratchFolder(label = "test"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `ggen-release-${label}-`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Real adapters that believe to be called in `folder`, and keep their events. */
export function realPorts(
  folder: string,
  variables: NodeJS.ProcessEnv = process.env,
): Ports & { readonly reporter: CollectingReporter } {
  const reporter = collectingReporter();
  const files = nodeFiles();
  const environment = systemEnvironment(variables, folder);
  const processes = nodeProcesses(reporter);
  return { files, environment, processes, reporter, clock: systemClock(), git: gitCli(processes, environment, files) };
}
