/**
 * Starts a binary that was built and looks at what it says of itself. Invariant: a pass means that this very file ran
 * here, ended with 0 and printed something; one that cannot run here is "not-run" with its reason.
 */
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import type { SmokeSpec } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";
import { openBinary, type NamedFile } from "../../engines/binary/open.ts";
import { identify } from "../../formats/executable.ts";
import { plainText } from "../../formats/plain-text.ts";
import type { Ports } from "../../ports/index.ts";
import type { Completed } from "../../ports/processes.ts";
import { namesVersion } from "./version-in-output.ts";

export type SmokeOutcome =
  | {
      readonly outcome: "passed";
      /** First line that it printed, fit for a terminal. */
      readonly said: string;
      readonly milliseconds: number;
    }
  | { readonly outcome: "not-run"; readonly reason: string };

export type SmokePorts = Pick<Ports, "files" | "processes" | "environment">;

/**
 * `environment` is the build's reduced one; HOME is replaced by the empty folder that the program runs in. Throws
 * SMOKE_FAILED, SMOKE_SILENT, SMOKE_VERSION.
 */
export async function smokeTest(
  binary: NamedFile,
  spec: SmokeSpec,
  version: string,
  target: Target,
  ports: SmokePorts,
  environment: Readonly<Record<string, string>>,
): Promise<SmokeOutcome> {
  const obstacle = await obstacleToRunning(binary, target, ports);
  if (obstacle !== undefined) return { outcome: "not-run", reason: obstacle };
  const command = [binary.name, ...spec.arguments].join(" ");
  const completed = await run(binary, command, spec, ports, environment);
  // Some programs answer on stderr; a line that is drawn over with carriage returns counts as several.
  const output = plainText(`${completed.stdout}\n${completed.stderr}`.replaceAll("\r", "\n"));
  const lines = linesOf(output);
  if (completed.timedOut || completed.exitCode !== 0) {
    throw new ReleaseError("SMOKE_FAILED", {
      what: `\`${command}\` ${howItEnded(completed, spec)}.`,
      next: `Run ${binary.path} ${spec.arguments.join(" ")} by hand; where it has no such option, set the build's smoke.arguments.`,
      details: lines.slice(-linesShown),
    });
  }
  const [said] = lines;
  if (said === undefined) {
    throw new ReleaseError("SMOKE_SILENT", {
      what: `\`${command}\` printed nothing and ended with exit code 0.`,
      next: "Let the program print its version, or set the build's smoke.arguments to a command that prints something.",
    });
  }
  if (spec.version && !namesVersion(output, version)) {
    throw new ReleaseError("SMOKE_VERSION", {
      what: `\`${command}\` does not name ${version}. It printed: ${said}`,
      next: "Set the version in the program's sources and commit, or pass it to the build (the builder go: ldflags, with the variable that is printed, -X main.Version={version}); smoke.version: false where it never prints one.",
      details: lines.slice(-linesShown),
    });
  }
  return { outcome: "passed", said, milliseconds: completed.milliseconds };
}

/** Why the binary cannot run on this machine; undefined when it can. */
async function obstacleToRunning(binary: NamedFile, target: Target, ports: SmokePorts): Promise<string | undefined> {
  const { host } = ports.environment;
  const [architecture, system] = host.split("-");
  const sameMachine = target.architecture === architecture || target.architecture === "universal";
  if (target.system !== system || !sameMachine)
    return `a program for ${target.id} does not run on this machine (${host})`;
  const found = await identify((await openBinary(binary, ports.files)).bytes);
  const loader = found.format === "other" ? undefined : found.interpreter;
  if (loader === undefined || (await ports.files.status(loader)) !== null) return undefined;
  return `its loader ${loader} is not on this machine (${host})`;
}

async function run(
  binary: NamedFile,
  command: string,
  spec: SmokeSpec,
  { files, processes }: SmokePorts,
  environment: Readonly<Record<string, string>>,
): Promise<Completed> {
  const folder = await files.makeScratch("smoke");
  try {
    return await processes.run({
      program: binary.path,
      arguments: spec.arguments,
      folder,
      environment: { ...environment, HOME: folder },
      timeoutSeconds: spec.timeoutSeconds,
    });
  } catch (error) {
    // Its mode was looked at before: what forbids it is the machine, and no fault of the program.
    if (!isReleaseError(error) || error.code === "PERMISSION") throw error;
    throw new ReleaseError(
      "SMOKE_FAILED",
      { what: `\`${command}\` could not be started: ${error.what}`, next: `Run ${binary.path} by hand.` },
      { cause: error },
    );
  } finally {
    await files.remove(folder);
  }
}

function howItEnded({ timedOut, exitCode, signal }: Completed, { timeoutSeconds }: SmokeSpec): string {
  if (timedOut) return `was still running after ${timeoutSeconds} s and was stopped`;
  return exitCode === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit code ${exitCode}`;
}

const linesShown = 20;
const longestLine = 200;

function linesOf(output: string): readonly string[] {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
}
