/**
 * Runs the programs that build: output goes out line by line as it comes, and a failure shows the exact command with its
 * last lines. Invariant: no value of a secret variable and no escape sequence reaches a line that people see.
 */
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import { plainText } from "../../formats/plain-text.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { BuildJob, ToolJob } from "../../ports/builder.ts";
import type { Completed } from "../../ports/processes.ts";
import { redactor } from "./environment.ts";

/** Lines of output that a failure's explanation looks through. */
const remembered = 200;
const shown = 20;
const longestLine = 2000;
/** A shell's answer to a file without the right to execute it (POSIX, Shell Command Language 2.8.2). */
const mayNotBeExecuted = 126;

export interface Call {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Default: the job's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the job's. */
  readonly folder?: string;
  /** What to do where the program is missing. */
  readonly install: string;
  /** Bytes of output to keep, where it is longer than people read (default: Processes.run's). */
  readonly keep?: number;
}

export interface BuildCall extends Call {
  /** Takes a line that is meant for the builder rather than for people, and answers whether it was one. */
  readonly intercept?: (line: string) => boolean;
  /** The failure that the output speaks of, where it has a code of its own. */
  readonly explain?: (output: string) => ReleaseError | undefined | Promise<ReleaseError | undefined>;
}

/** Runs a program to its end; any exit code is a value. Throws BUILD_TOOL_MISSING. */
export async function askTool(job: ToolJob, call: Call, onLine?: (line: string) => void): Promise<Completed> {
  try {
    return await job.ports.processes.run({
      program: call.program,
      arguments: call.arguments,
      folder: call.folder ?? job.folder,
      environment: call.environment ?? job.environment,
      ...(call.keep === undefined ? {} : { keep: call.keep }),
      ...(onLine === undefined ? {} : { onLine }),
    });
  } catch (error) {
    if (!isReleaseError(error) || error.code !== "TOOL_MISSING") throw error;
    throw new ReleaseError(
      "BUILD_TOOL_MISSING",
      { what: `${call.program} is not on the PATH.`, next: call.install },
      { cause: error },
    );
  }
}

/** Runs a step of a build; throws BUILD_FAILED, or what `explain` makes of it, unless it ends with exit code 0. */
export async function runTool(job: BuildJob, call: BuildCall): Promise<void> {
  const redact = redactor(call.environment ?? job.environment);
  const lines: string[] = [];
  const completed = await askTool(job, call, (line) => {
    if (call.intercept?.(line) === true) return;
    const clean = redact(plainText(line)).slice(0, longestLine);
    lines.push(clean);
    if (lines.length > 2 * remembered) lines.splice(0, remembered);
    job.ports.reporter.report({ type: "task-output", task: job.task, line: clean });
  });
  if (completed.exitCode === 0) return;
  const explained = await call.explain?.(lines.slice(-remembered).join("\n"));
  throw explained ?? failed(job, redact(commandLine(call)), completed, lines);
}

/** The command as one would type it. */
export function commandLine(call: Pick<Call, "program" | "arguments">): string {
  return plainText(shellWords([call.program, ...call.arguments]));
}

function failed(job: BuildJob, command: string, completed: Completed, lines: readonly string[]): ReleaseError {
  const stopped = { SIGINT: "INTERRUPTED", SIGTERM: "TERMINATED" } as const;
  const what = `The build of ${job.binaries.join(", ")} for ${job.target.id} failed: ${command} ${ending(completed)}.`;
  const next =
    completed.exitCode === mayNotBeExecuted
      ? "Let the file that its last lines name be executable; where the folder for temporary files is mounted noexec, set TMPDIR to another one."
      : "Mend what its last lines name, then run the same command again.";
  if (completed.signal === "SIGINT" || completed.signal === "SIGTERM")
    return new ReleaseError(stopped[completed.signal], { what, next: "Run the same command again." });
  return new ReleaseError("BUILD_FAILED", { what, next, details: lines.slice(-shown) });
}

function ending({ exitCode, signal }: Completed): string {
  if (exitCode !== null) return `ended with exit code ${exitCode}`;
  return signal === "SIGKILL" ? "was killed (often: no memory left)" : `was ended by ${signal ?? "a signal"}`;
}
