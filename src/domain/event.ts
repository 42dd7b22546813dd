/** What a run reports while it goes on. Screens, logs and `--json` are views of these events and nothing else. */
import type { ErrorCode, ExitCode } from "./errors/index.ts";

export type Event =
  /** All steps that will come, in order, before the first begins. */
  | { readonly type: "steps"; readonly steps: readonly { readonly step: string; readonly title: string }[] }
  /** A step of the release begins; steps do not nest, tasks belong to the step that runs. */
  | { readonly type: "step-started"; readonly step: string; readonly title: string }
  | { readonly type: "step-finished"; readonly step: string; readonly detail?: string }
  | { readonly type: "step-skipped"; readonly step: string; readonly title: string; readonly reason: string }
  | { readonly type: "step-failed"; readonly step: string }
  /** A piece of work inside the step: one build, one artifact. `minor`: one of many, told of only where it takes long. */
  | { readonly type: "task-started"; readonly task: string; readonly title: string; readonly minor?: true }
  /** Bytes, most often; at most a few times a second. */
  | { readonly type: "task-progress"; readonly task: string; readonly done: number; readonly total: number }
  | { readonly type: "task-output"; readonly task: string; readonly line: string }
  | { readonly type: "task-finished"; readonly task: string; readonly detail?: string; readonly reused?: boolean }
  | { readonly type: "task-failed"; readonly task: string }
  /** Every child process, with its exit code; null when a signal ended it. Secrets are removed before. */
  | {
      readonly type: "command";
      readonly program: string;
      readonly arguments: readonly string[];
      readonly folder: string;
      readonly exitCode: number | null;
      readonly milliseconds: number;
    }
  | { readonly type: "warning"; readonly message: string; readonly next?: string }
  | { readonly type: "note"; readonly message: string }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly exit: ExitCode;
      readonly what: string;
      readonly why: string;
      readonly next: string;
      readonly details: readonly string[];
    }
  /** The command's result as data; people see it as a table on stdout. */
  | { readonly type: "result"; readonly command: string; readonly result: unknown };
