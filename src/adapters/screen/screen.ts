/**
 * The screen that fits where the output goes: drawn on a terminal, lines in pipes and in CI, JSON where it is asked for.
 * Progress goes to standard error, results to standard output. Invariant: a screen that fails fails nothing else.
 */
import type { Event } from "../../domain/event.ts";
import { plainText } from "../../formats/plain-text.ts";
import type { Shown } from "../../ports/reporter.ts";
import { jsonScreen } from "./json.ts";
import { lineScreen } from "./lines.ts";
import type { LiveScreen } from "./live.ts";
import { styled, styleOf } from "./style.ts";
import { tableLines } from "./table.ts";
import { monotonic } from "../system-clock.ts";

export interface ScreenOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly ci: boolean;
}

export interface Screen {
  readonly listener: (event: Event) => void;
  /** Prints a result for people on standard output, as plain text. */
  readonly show: (result: readonly Shown[]) => void;
  /** Ends the drawing: what is printed afterwards stands below it. */
  readonly close: () => Promise<void>;
}

/** The process, as far as a screen sees it. */
export interface Outputs {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function screenFor({ json, quiet, verbose, ci }: ScreenOptions, { stdout, stderr, env }: Outputs): Screen {
  const onStdout = styleOf(stdout, env);
  const onStderr = styleOf(stderr, env);
  const show = (result: readonly Shown[]): void => {
    const lines = result.flatMap((part) => (typeof part === "string" ? part.split("\n") : tableLines(part)));
    const text = lines.map((line) => `${styled(plainText(line), onStdout)}\n`).join("");
    if (text !== "") stdout.write(text);
  };
  if (json)
    return { listener: jsonScreen((line) => void stdout.write(`${line}\n`)), show, close: async () => undefined };
  const lines = lineScreen((line) => void stderr.write(`${styled(line, onStderr)}\n`), {
    verbose,
    quiet,
    now: monotonic,
  });
  const plain = ci || quiet || verbose || Boolean(env["CI"]) || env["TERM"] === "dumb" || !stderr.isTTY;
  const screen = plain
    ? { listener: lines, close: async () => undefined }
    : lateScreen(lines, async () => {
        const { liveScreen } = await import("./live.ts");
        return liveScreen({ say: lines, now: monotonic, output: stderr, style: onStderr });
      });
  // A line between the steps and the result.
  let steps = false;
  let closed = false;
  return {
    show,
    listener: (event) => {
      // A helper of ours may end a moment after the work that it was for.
      if (closed && event.type === "command") return;
      if (event.type === "steps") steps = !quiet;
      if (event.type === "failed") steps = false;
      screen.listener(event);
    },
    close: async () => {
      closed = true;
      await screen.close();
      if (steps) stderr.write("\n");
      steps = false;
    },
  };
}

/** The library costs 41 ms at start; it is loaded when the first step is announced, and events wait for it meanwhile. */
function lateScreen(
  lines: (event: Event) => void,
  load: () => Promise<LiveScreen>,
): Pick<Screen, "listener" | "close"> {
  const waiting: Event[] = [];
  let loading: Promise<LiveScreen> | undefined;
  let listener: ((event: Event) => void) | undefined;
  const begin = (screen: LiveScreen): LiveScreen => {
    ({ listener } = screen);
    for (const held of waiting.splice(0)) listener(held);
    return screen;
  };
  return {
    listener: (event) => {
      if (listener !== undefined) listener(event);
      else if (loading === undefined && event.type !== "steps") lines(event);
      else {
        waiting.push(event);
        loading ??= load().then(begin, () => begin({ listener: lines, close: async () => undefined }));
      }
    },
    close: async () => (await loading)?.close(),
  };
}
