/** Events as lines, for pipes and CI: the same words as on a terminal, nothing redrawn, nothing lost. */
import type { Event } from "../../domain/event.ts";
import { plainText } from "../../formats/plain-text.ts";
import { shellWords } from "../../formats/shell-words.ts";
import { formatDuration } from "../../formats/time.ts";

export interface LineOptions {
  /** Also commands, the output of builds, and every small task. */
  readonly verbose: boolean;
  /** Only warnings and failures. */
  readonly quiet: boolean;
  readonly now: () => number;
}

interface Begun {
  readonly title: string;
  readonly at: number;
  readonly minor: boolean;
}

/** Turns events into lines; `write` gets each without its line end. */
export function lineScreen(
  write: (line: string) => void,
  { verbose, quiet, now }: LineOptions,
): (event: Event) => void {
  const begun = new Map<string, Begun>();
  const begin = (id: string, title: string, minor = false): void => void begun.set(id, { title, at: now(), minor });
  const titleOf = (task: string): string => begun.get(task)?.title ?? task;
  /** Nobody waits for what took less than a second. */
  const since = (id: string): string => {
    const milliseconds = now() - (begun.get(id)?.at ?? now());
    return milliseconds < 1000 ? "" : ` (${formatDuration(milliseconds)})`;
  };
  const say = (text: string): void => {
    for (const line of text.split("\n")) write(plainText(line));
  };
  const tell = (text: string): void => {
    if (!quiet) say(text);
  };

  return (event) => {
    switch (event.type) {
      case "step-started":
        begin(event.step, event.title);
        tell(`• ${event.title}`);
        return;
      case "step-finished":
        if (event.detail !== undefined || since(event.step) !== "")
          tell(`  ${event.detail ?? "done"}${since(event.step)}`);
        return;
      case "step-skipped":
        tell(`• ${event.title}: left out, ${event.reason}`);
        return;
      case "task-started":
        begin(event.task, event.title, event.minor);
        if (verbose) tell(`  … ${event.title}`);
        return;
      case "task-output":
        if (verbose) tell(`    ${event.line}`);
        return;
      case "task-finished":
        if (verbose || begun.get(event.task)?.minor !== true || since(event.task) !== "")
          tell(`  ✓ ${titleOf(event.task)}${outcomeOf(event)}${since(event.task)}`);
        return;
      case "task-failed":
        tell(`  ✗ ${titleOf(event.task)}${since(event.task)}`);
        return;
      case "command":
        if (verbose) tell(`    ran ${commandLine(event)}`);
        return;
      case "warning":
        say(`warning: ${event.message}${event.next === undefined ? "" : `\n         ${event.next}`}`);
        return;
      case "note":
        tell(`note: ${event.message}`);
        return;
      case "failed":
        say(failureLines(event).join("\n"));
        return;
      default:
        return;
    }
  };
}

function outcomeOf({ reused, detail }: Extract<Event, { readonly type: "task-finished" }>): string {
  return `${reused === true ? ", there already" : ""}${detail === undefined ? "" : `: ${detail}`}`;
}

/** Told when it has ended, so its output stands before it. */
function commandLine(event: Extract<Event, { readonly type: "command" }>): string {
  const end = event.exitCode === null ? ", killed" : event.exitCode === 0 ? "" : `, exit code ${event.exitCode}`;
  return `${shellWords([event.program, ...event.arguments])} (${formatDuration(event.milliseconds)}${end})`;
}

/** A failure as everybody meets it: what happened, why it matters, what to do next. */
function failureLines(event: Extract<Event, { readonly type: "failed" }>): readonly string[] {
  return [
    `error: ${event.what} [${event.code}]`,
    ...event.details.map((line) => `  ${line}`),
    `  why:  ${event.why}`,
    `  next: ${event.next}`,
  ];
}
