/**
 * PIPELINE.log: what a run did, line by line, each with its time; every child process with exit code and duration. It is
 * kept in memory until the release's folder is known, then appended to as things happen.
 */
import { isReleaseError } from "../../domain/errors/index.ts";
import type { Event } from "../../domain/event.ts";
import { plainText } from "../../formats/plain-text.ts";
import { formatDuration, formatTime } from "../../formats/time.ts";
import type { Ports } from "../../ports/index.ts";

export interface PipelineLog {
  /** From now on lines go to this file, those of before first. */
  writeTo(path: string): void;
  /** The failure that ends the run, which the screen is told only afterwards; a signal's is an event like any other. */
  fail(error: unknown): void;
  /** Waits until all is written. A log that cannot be written fails no release: it is told as a warning. */
  end(): Promise<void>;
}

export function pipelineLog({ reporter, clock, files }: Ports): PipelineLog {
  let path: string | null = null;
  let pending: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    if (path === null || pending.length === 0) return;
    const [text, to] = [pending.join(""), path];
    pending = [];
    writing = writing
      .then(() => files.append(to, text))
      .catch(() => {
        path = null;
      });
  };
  const add = (line: string): void =>
    void pending.push(`${formatTime(clock.now())} ${plainText(line).replaceAll("\n", " ")}\n`);
  const detach = reporter.attach((event) => {
    const line = lineOf(event);
    if (line === undefined) return;
    add(line);
    // Output of builds comes in thousands of lines; it is written with the next thing that ends.
    if (event.type !== "task-output") flush();
  });

  return {
    writeTo(to) {
      path = to;
      writing = files.makeFolder(to.slice(0, to.lastIndexOf("/")));
      flush();
    },
    fail(error) {
      add(
        isReleaseError(error)
          ? `failed: ${error.code} (exit ${error.exit}): ${error.what} Next: ${error.next}`
          : `failed: ${String(error)}`,
      );
      flush();
    },
    async end() {
      detach();
      flush();
      await writing;
    },
  };
}

function lineOf(event: Event): string | undefined {
  switch (event.type) {
    case "step-started":
      return `step ${event.step}: ${event.title}`;
    case "step-finished":
      return `step ${event.step}: done${event.detail === undefined ? "" : `, ${event.detail}`}`;
    case "step-skipped":
      return `step ${event.step}: left out, ${event.reason}`;
    case "step-failed":
      return `step ${event.step}: failed`;
    case "task-started":
      return `  ${event.task}: ${event.title}`;
    case "task-output":
      return `  ${event.task} | ${event.line}`;
    case "task-finished":
      return `  ${event.task}: done${event.reused === true ? ", there already" : ""}${event.detail === undefined ? "" : `, ${event.detail}`}`;
    case "task-failed":
      return `  ${event.task}: failed`;
    case "command":
      return `  $ ${[event.program, ...event.arguments].join(" ")} [in ${event.folder}] exit ${event.exitCode ?? "none"}, ${formatDuration(event.milliseconds)}`;
    case "warning":
      return `warning: ${event.message}`;
    case "note":
      return `note: ${event.message}`;
    case "failed":
      return `failed: ${event.code} (exit ${event.exit}): ${event.what} Next: ${event.next}`;
    default:
      return undefined;
  }
}
