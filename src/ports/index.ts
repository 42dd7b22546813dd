import type { Clock } from "./clock.ts";
import type { Environment } from "./environment.ts";
import type { Files } from "./files.ts";
import type { Git } from "./git.ts";
import type { Processes } from "./processes.ts";
import type { Reporter } from "./reporter.ts";

/** Everything through which a run can touch the world. main.ts hands in the real ones, tests their own. */
export interface Ports {
  readonly files: Files;
  readonly processes: Processes;
  readonly git: Git;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly reporter: Reporter;
}
