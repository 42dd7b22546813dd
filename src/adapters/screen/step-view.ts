/** A step as a terminal shows it: its heading, and below it what runs in it now. Pure: the screen decides when to look. */
import { plainText } from "../../formats/plain-text.ts";
import { cutToWidth } from "../../formats/text-width.ts";
import { formatDuration, formatElapsed } from "../../formats/time.ts";

export interface TaskView {
  readonly title: string;
  readonly begun: number;
  /** The last line that it printed. */
  line?: string;
  /** Part that is done, 0 to 1. */
  part?: number;
}

export interface StepView {
  readonly title: string;
  begun?: number;
  ended?: {
    readonly at: number;
    readonly outcome: "done" | "skipped" | "failed";
    readonly detail?: string | undefined;
  };
  /** What runs now, in the order of its beginning. */
  readonly tasks: Map<string, TaskView>;
}

/** At most so many tasks are shown at once: the picture must fit on a small terminal. */
const shownTasks = 4;

export function heading({ title, begun, ended }: StepView, now: number): string {
  if (ended?.outcome === "skipped") return oneLine(`${title}: left out, ${ended.detail ?? "not needed"}`);
  const lasted = begun === undefined ? 0 : (ended?.at ?? now) - begun;
  const format = ended === undefined ? formatElapsed : formatDuration;
  const time = lasted < 1000 ? "" : ` (${format(lasted)})`;
  return oneLine(`${title}${ended?.detail === undefined ? "" : ` · ${ended.detail}`}${time}`);
}

/** A line for each task that runs, none wider than `columns`. */
export function runningLines({ tasks }: StepView, now: number, columns: number): readonly string[] {
  const running = [...tasks.values()];
  const hidden = Math.max(0, running.length - shownTasks);
  return [
    ...running.slice(hidden).map((task) => cutToWidth(taskLine(task, now, columns), columns)),
    ...(hidden === 0 ? [] : [`and ${hidden} more`]),
  ];
}

function taskLine({ title, begun, line, part }: TaskView, now: number, columns: number): string {
  const time = now - begun < 1000 ? "" : ` (${formatElapsed(now - begun)})`;
  const progress = part === undefined ? "" : `${bar(part, columns < 70 ? 10 : 20)} `;
  return oneLine(`${progress}${title}${time}${line === undefined ? "" : `: ${line}`}`);
}

function bar(part: number, width: number): string {
  const bounded = Math.min(1, Math.max(0, part));
  const full = Math.floor(bounded * width);
  return `[${"█".repeat(full)}${"░".repeat(width - full)}] ${String(Math.floor(bounded * 100)).padStart(3)} %`;
}

function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}
