/** Events as lines, for pipes and CI: the same words as on a terminal, nothing redrawn, nothing lost. */
import type { Event } from "../../domain/event.ts";
import { plainText } from "../../formats/plain-text.ts";
import { formatDuration } from "../../formats/time.ts";

export interface LineOptions {
  /** Also commands and the output of builds. */
  readonly verbose: boolean;
  /** Only warnings and failures. */
  readonly quiet: boolean;
  readonly now: () => number;
}

/** Turns events into lines; `write` gets each without its line end. */
export function lineScreen(
  write: (line: string) => void,
  { verbose, quiet, now }: LineOptions,
): (event: Event) => void {
  const begun = new Map<string, number>();
  const titles = new Map<string, string>();
  const since = (id: string): string => {
    const milliseconds = now() - (begun.get(id) ?? now());
    return milliseconds < 1000 ? "" : ` (${formatDuration(milliseconds)})`;
  };
  const say = (line: string): void => {
    for (const part of line.split("\n")) write(plainText(part));
  };
  const begin = (id: string, title: string): void => {
    begun.set(id, now());
    titles.set(id, title);
  };

  return (event) => {
    switch (event.type) {
      case "step-started":
        begin(event.step, event.title);
        if (!quiet) say(`• ${event.title}`);
        return;
      case "step-finished":
        if (!quiet && (event.detail !== undefined || since(event.step) !== ""))
          say(`  ${event.detail ?? "done"}${since(event.step)}`);
        return;
      case "step-skipped":
        if (!quiet) say(`• ${event.title}: left out, ${event.reason}`);
        return;
      case "task-started":
        begin(event.task, event.title);
        if (verbose) say(`  … ${event.title}`);
        return;
      case "task-output":
        if (verbose) say(`    ${event.line}`);
        return;
      case "task-finished":
        if (!quiet && (verbose || since(event.task) !== ""))
          say(
            `  ✓ ${titles.get(event.task) ?? event.task}${event.reused === true ? ", there already" : ""}${since(event.task)}`,
          );
        return;
      case "task-failed":
        say(`  ✗ ${titles.get(event.task) ?? event.task}${since(event.task)}`);
        return;
      case "command":
        if (verbose)
          say(
            `    $ ${[event.program, ...event.arguments].join(" ")} → ${event.exitCode ?? "killed"} (${formatDuration(event.milliseconds)})`,
          );
        return;
      case "warning":
        say(`warning: ${event.message}${event.next === undefined ? "" : `\n         ${event.next}`}`);
        return;
      case "note":
        if (!quiet) say(`note: ${event.message}`);
        return;
      case "failed":
        for (const line of failureLines(event)) say(line);
        return;
      default:
        return;
    }
  };
}

/** A failure as everybody meets it: what happened, why it matters, what to do next. */
export function failureLines(event: Extract<Event, { readonly type: "failed" }>): readonly string[] {
  return [
    `error: ${event.what} [${event.code}]`,
    ...event.details.map((line) => `  ${line}`),
    `  why:  ${event.why}`,
    `  next: ${event.next}`,
  ];
}
