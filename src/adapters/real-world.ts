/** The machine as a command sees it: real adapters, a screen that fits where the output goes, and an end on a signal. */
import type { Event } from "../domain/event.ts";
import { errorCatalogue, type ErrorCode } from "../domain/errors/index.ts";
import type { Ports } from "../ports/index.ts";
import type { Keys } from "../ports/keys.ts";
import type { Reporter } from "../ports/reporter.ts";
import type { OpenSigner } from "../ports/signer.ts";
import { eventHub } from "./event-hub.ts";
import { gitCli } from "./git-cli.ts";
import { filesAtRest, nodeFiles } from "./node-files.ts";
import { nodeProcesses, stopChildren } from "./node-processes.ts";
import { openSigner } from "./open-signer.ts";
import { openPgpKeys } from "./openpgp-keys.ts";
import { jsonScreen } from "./screen/json.ts";
import { lineScreen } from "./screen/lines.ts";
import { beginStopping } from "./stopping.ts";
import { systemClock } from "./system-clock.ts";
import { systemEnvironment } from "./system-environment.ts";

export interface RealOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly ci: boolean;
}

export interface RealWorld {
  readonly ports: Ports;
  readonly openSigner: OpenSigner;
  readonly keys: Keys;
  close(): Promise<void>;
}

export function realWorld(options: RealOptions): RealWorld {
  const screen = screenFor(options);
  const reporter = eventHub(screen.listener);
  const environment = systemEnvironment();
  const processes = nodeProcesses(reporter);
  const files = nodeFiles();
  const ports: Ports = {
    files,
    processes,
    environment,
    reporter,
    clock: systemClock(),
    git: gitCli(processes, environment, files),
  };
  endOnSignal(reporter, screen);
  return { ports, openSigner: openSigner(ports), keys: openPgpKeys(ports), close: () => screen.close() };
}

interface Screen {
  readonly listener: (event: Event) => void;
  close(): Promise<void>;
}

function screenFor({ json, quiet, verbose, ci }: RealOptions): Screen {
  const now = (): number => performance.now();
  const toError = (line: string): void => void process.stderr.write(`${line}\n`);
  if (json)
    return { listener: jsonScreen((line) => void process.stdout.write(`${line}\n`)), close: async () => undefined };
  const lines = lineScreen(toError, { verbose, quiet, now });
  const terminal =
    process.stderr.isTTY &&
    !ci &&
    !quiet &&
    !verbose &&
    process.env["CI"] === undefined &&
    process.env["TERM"] !== "dumb";
  return terminal ? lazyLiveScreen(lines, now) : { listener: lines, close: async () => undefined };
}

/** listr2 costs 41 ms at start; it is loaded when the first step is announced, and events wait for it meanwhile. */
function lazyLiveScreen(lines: (event: Event) => void, now: () => number): Screen {
  const waiting: Event[] = [];
  let live: Promise<import("./screen/live.ts").LiveScreen> | undefined;
  let ready: import("./screen/live.ts").LiveScreen | undefined;
  return {
    listener: (event) => {
      if (ready !== undefined) ready.listener(event);
      else if (live === undefined && event.type !== "steps") lines(event);
      else {
        waiting.push(event);
        live ??= import("./screen/live.ts").then(({ liveScreen }) => {
          ready = liveScreen(lines, now, process.stderr);
          for (const held of waiting.splice(0)) ready.listener(held);
          return ready;
        });
      }
    },
    close: async () => (await live)?.close(),
  };
}

/**
 * The run stands still from the signal on; its children get the signal too. What was being written has a temporary name
 * and is removed by the file adapter at exit, scratch folders with it, so nothing half written stays.
 */
function endOnSignal(reporter: Reporter, screen: Screen): void {
  const ending = new Map<NodeJS.Signals, ErrorCode>([
    ["SIGINT", "INTERRUPTED"],
    ["SIGTERM", "TERMINATED"],
    ["SIGHUP", "TERMINATED"],
  ]);
  let begun = false;
  for (const [signal, code] of ending) {
    process.on(signal, () => {
      const { exit, why } = errorCatalogue[code];
      // Whoever asks twice does not want to wait.
      if (begun) process.exit(exit);
      begun = true;
      beginStopping();
      const stop = async (): Promise<void> => {
        await stopChildren(signal);
        await screen.close();
        const [what, next] = [`Stopped by ${signal}.`, "Run the same command again to finish."];
        reporter.report({ type: "failed", code, exit, what, why, next, details: [] });
        await filesAtRest();
      };
      void stop().finally(() => process.exit(exit));
    });
  }
}
