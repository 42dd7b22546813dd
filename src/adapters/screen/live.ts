/**
 * Events on a terminal, drawn by listr2: the steps, what runs in the current one, elapsed time, a bar on long work, the
 * last line of a running build. A view only: the run does not wait for it, and does not know of it.
 */
import { Listr, type ListrTaskWrapper } from "listr2";
import type { Event } from "../../domain/event.ts";
import { plainText } from "../../formats/plain-text.ts";
import { formatDuration } from "../../formats/time.ts";

type Task = ListrTaskWrapper<unknown, never, never>;

interface StepView {
  readonly title: string;
  readonly begin: () => void;
  readonly end: (outcome: "done" | "skipped" | "failed", detail?: string) => void;
  readonly update: (draw: (task: Task) => void) => void;
}

export interface LiveScreen {
  readonly listener: (event: Event) => void;
  /** Ends the drawing and leaves the last picture on the screen. */
  close(): Promise<void>;
}

/** `say` prints what stands outside the list: warnings, notes, failures. */
export function liveScreen(say: (event: Event) => void, now: () => number, output: NodeJS.WriteStream): LiveScreen {
  const views = new Map<string, StepView>();
  const later: Event[] = [];
  let current: StepView | undefined;
  let finished: Promise<unknown> | undefined;
  const titles = new Map<string, string>();
  const begun = new Map<string, number>();

  const show = (line: string): void =>
    current?.update((task) => void (task.output = plainText(line).slice(0, (output.columns ?? 80) - 6)));
  const close = async (): Promise<void> => {
    for (const view of views.values()) view.end("skipped");
    await finished;
    finished = undefined;
    for (const event of later.splice(0)) say(event);
  };

  return {
    close,
    listener: (event) => {
      switch (event.type) {
        case "steps":
          for (const { step, title } of event.steps) views.set(step, stepView(title));
          finished = draw([...views.values()], output);
          return;
        case "step-started":
          current = views.get(event.step);
          current?.begin();
          return;
        case "step-finished":
          views.get(event.step)?.end("done", event.detail);
          return;
        case "step-skipped":
          views.get(event.step)?.end("skipped", event.reason);
          return;
        case "step-failed":
          views.get(event.step)?.end("failed");
          return;
        case "task-started":
          titles.set(event.task, event.title);
          begun.set(event.task, now());
          show(event.title);
          return;
        case "task-progress":
          show(`${bar(event.done / Math.max(1, event.total))} ${titles.get(event.task) ?? ""}`);
          return;
        case "task-output":
          if (event.line.trim() !== "")
            show(
              `${titles.get(event.task) ?? ""} ${formatDuration(now() - (begun.get(event.task) ?? now()))}: ${event.line}`,
            );
          return;
        case "warning":
        case "note":
        case "failed":
          // Printed below the list: text between its lines would tear the picture.
          if (finished === undefined) say(event);
          else later.push(event);
          return;
        default:
          return;
      }
    },
  };
}

function stepView(title: string): StepView & { readonly run: (task: Task) => Promise<void> } {
  let task: Task | undefined;
  let ended: { readonly outcome: string; readonly detail?: string | undefined } | undefined;
  let wake: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (wake = resolve));
  return {
    title,
    begin: () => undefined,
    update: (draw) => {
      if (task !== undefined) draw(task);
    },
    end: (outcome, detail) => {
      ended ??= { outcome, detail };
      wake();
    },
    run: async (own) => {
      task = own;
      await end;
      if (ended?.outcome === "failed") throw new Error(title);
      if (ended?.outcome === "skipped")
        own.skip(ended.detail === undefined ? title : `${title}: left out, ${ended.detail}`);
      else if (ended?.detail !== undefined) own.title = `${title} · ${plainText(ended.detail)}`;
    },
  };
}

function draw(views: readonly StepView[], output: NodeJS.WriteStream): Promise<unknown> {
  const list = new Listr(
    views.map((view) => ({
      title: view.title,
      task: (_: unknown, task: Task) => (view as ReturnType<typeof stepView>).run(task),
    })),
    {
      concurrent: false,
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, collapseSkips: false, timer: timer() },
      fallbackRendererCondition: () => !output.isTTY,
    } as never,
  );
  return list.run().catch(() => undefined);
}

/** Durations behind steps that took a second or more. */
function timer(): {
  condition(duration: number): boolean;
  field(duration: number): string;
  format(): (text: string) => string;
} {
  return { condition: (duration) => duration >= 1000, field: formatDuration, format: () => (text) => text };
}

function bar(part: number): string {
  const width = 20;
  const full = Math.round(Math.min(1, Math.max(0, part)) * width);
  return `[${"█".repeat(full)}${"░".repeat(width - full)}] ${String(Math.round(part * 100)).padStart(3)} %`;
}
