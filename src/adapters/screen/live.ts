/**
 * Events on a terminal, drawn by listr2: the steps with the time they take, what runs in the current one, a bar on long
 * work, the last line of a running build. A view only: the run does not wait for it, and does not know of it. What does
 * not belong to a step (warnings, notes, failures) is printed in full below the list, when that is drawn for good.
 */
import {
  DefaultRenderer,
  Listr,
  ListrLogger,
  ProcessOutput,
  Spinner,
  type ListrDefaultRendererLogLevels,
  type ListrTaskWrapper,
} from "listr2";
import type { Event } from "../../domain/event.ts";
import { textWidth } from "../../formats/text-width.ts";
import { heading, runningLines, type StepView } from "./step-view.ts";
import { inColor, inSigns, type Style } from "./style.ts";

export interface LiveOptions {
  /** Prints what stands outside the list. */
  readonly say: (event: Event) => void;
  readonly now: () => number;
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
}

export interface LiveScreen {
  readonly listener: (event: Event) => void;
  /** Ends the drawing and leaves the last picture on the screen. */
  readonly close: () => Promise<void>;
}

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>;

/** A step, and its place in the list. */
interface Drawn extends StepView {
  readonly end: Promise<void>;
  readonly wake: () => void;
  task?: Task;
}

export function liveScreen(options: LiveOptions): LiveScreen {
  const { say, now } = options;
  const steps = new Map<string, Drawn>();
  const later: Event[] = [];
  let current: Drawn | undefined;
  let finished: Promise<unknown> | undefined;
  const end = (step: Drawn | undefined, outcome: "done" | "skipped" | "failed", detail?: string): void => {
    if (step === undefined || step.ended !== undefined) return;
    step.ended = { at: now(), outcome, detail };
    step.tasks.clear();
    step.wake();
  };

  return {
    async close() {
      // What runs still has been stopped; what has not begun stays as it stands.
      for (const step of steps.values()) {
        if (step.begun !== undefined) end(step, "failed", "stopped");
        step.wake();
      }
      await finished;
      finished = undefined;
      if (later.length > 0) options.output.write("\n");
      for (const event of later.splice(0)) say(event);
    },
    listener(event) {
      switch (event.type) {
        case "steps":
          for (const { step, title } of event.steps) steps.set(step, drawnStep(title));
          finished = draw([...steps.values()], options);
          return;
        case "step-started":
          current = steps.get(event.step);
          if (current !== undefined) current.begun = now();
          return;
        case "step-finished":
          return end(steps.get(event.step), "done", event.detail);
        case "step-skipped":
          return end(steps.get(event.step), "skipped", event.reason);
        case "step-failed":
          return end(steps.get(event.step), "failed");
        case "task-started":
          current?.tasks.set(event.task, { title: event.title, begun: now() });
          return;
        case "task-progress": {
          const task = current?.tasks.get(event.task);
          if (task !== undefined && event.total > 0) task.part = event.done / event.total;
          return;
        }
        case "task-output": {
          const task = current?.tasks.get(event.task);
          if (task !== undefined && event.line.trim() !== "") task.line = event.line;
          return;
        }
        case "task-finished":
          current?.tasks.delete(event.task);
          return;
        case "task-failed":
          return end(current, "failed", current?.tasks.get(event.task)?.title);
        case "warning":
        case "note":
        case "failed":
          if (finished === undefined) say(event);
          else later.push(event);
          return;
        default:
          return;
      }
    },
  };
}

function drawnStep(title: string): Drawn {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { title, tasks: new Map(), end: promise, wake: resolve };
}

/** Whatever goes wrong with the drawing is swallowed: a picture less, and the run as it was. */
function draw(steps: readonly Drawn[], options: LiveOptions): Promise<unknown> {
  const { output, now, style } = options;
  const refresh = (): void => {
    for (const { task, ...step } of steps) {
      if (task === undefined || step.ended !== undefined) continue;
      task.title = heading(step, now());
      task.output = runningLines(step, now(), (output.columns ?? 80) - 8).join("\n");
    }
  };
  const surface = surfaceOf(output, style);
  const list = new Listr(
    steps.map((step) => ({ title: step.title, task: (_: unknown, task: Task) => follow(step, task, now) })),
    {
      renderer: surface.renderer,
      rendererOptions: {
        ...looks(style),
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({
          processOutput: new ProcessOutput(surface.stream, surface.stream),
        }),
        spinner: new Ticker(refresh, style),
      },
      concurrent: false,
      exitOnError: true,
      registerSignalListeners: false,
    },
  );
  return list
    .run()
    .catch(() => undefined)
    .finally(() => surface.close());
}

/** One task of the list lasts as long as its step. */
async function follow(step: Drawn, task: Task, now: () => number): Promise<void> {
  step.task = task;
  await step.end;
  const { ended } = step;
  task.title = heading(step, now());
  if (ended === undefined || ended.outcome === "skipped") task.skip(task.title);
  else if (ended.outcome === "failed") throw new Error(step.title);
}

function looks(style: Style): object {
  const levels = {
    COMPLETED: ["✓", "green"],
    FAILED: ["✗", "red"],
    PENDING: ["›", "yellow"],
    OUTPUT: ["›", "faint"],
    WAITING: ["◼", "faint"],
    SKIPPED_WITH_COLLAPSE: ["◼", "faint"],
    COMPLETED_WITH_SISTER_TASKS_FAILED: ["◼", "faint"],
  } as const;
  const entries = Object.entries(levels);
  return {
    icon: Object.fromEntries(entries.map(([level, [sign]]) => [level, sign])),
    color: Object.fromEntries(
      entries.map(([level, [, color]]) => [level, (text: string) => inColor(text, color, style)]),
    ),
    showErrorMessage: false,
  };
}

/** The clock of the drawing. It keeps no process alive, and no failure of the drawing reaches the run. */
class Ticker extends Spinner {
  protected override readonly spinner: string[];
  readonly #refresh: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(refresh: () => void, { unicode }: Style) {
    super();
    this.spinner = unicode ? Array.from("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏") : ["|", "/", "-", "\\"];
    this.#refresh = refresh;
  }

  override start(redraw: () => void = () => undefined): void {
    this.#timer = setInterval(() => {
      try {
        this.spin();
        this.#refresh();
        redraw();
      } catch {
        this.stop();
      }
    }, 100).unref();
  }

  override isRunning(): boolean {
    return this.#timer !== undefined;
  }

  override stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Where listr2 draws: the terminal, in its signs. When the window gets narrower, a terminal breaks the lines that no
 * longer fit, and the picture takes more rows than listr2 knows of; those are taken away before it draws anew.
 */
function surfaceOf(output: NodeJS.WriteStream, style: Style) {
  let picture: readonly string[] = [];
  let rowsTooMany = 0;
  class Picture extends DefaultRenderer {
    /** Standard output may be a file: what is drawn on is the terminal of standard error. */
    static override nonTTY = true;
    override create(parts?: Parameters<DefaultRenderer["create"]>[0]): string {
      const text = super.create(parts);
      picture = inSigns(text, style).split("\n");
      return text;
    }
  }
  const onResize = (): void => {
    const columns = output.columns || 80;
    const rows = picture.map((line) => Math.max(1, Math.ceil(textWidth(withoutColor(line)) / columns)));
    rowsTooMany = rows.reduce((sum, count) => sum + count - 1, 0);
  };
  const stream: NodeJS.WriteStream = Object.create(output, {
    write: {
      writable: true,
      value: (text: string | Uint8Array): boolean => {
        const up = "\u001b[2K\u001b[1A".repeat(rowsTooMany);
        rowsTooMany = 0;
        return output.write(up + inSigns(String(text), style));
      },
    },
  });
  output.on("resize", onResize);
  return { stream, renderer: Picture, close: () => void output.off("resize", onResize) };
}

function withoutColor(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
