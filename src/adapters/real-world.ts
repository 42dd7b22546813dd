/** The machine as a command sees it: real adapters, a screen that fits where the output goes, and an end on a signal. */
import { errorCatalogue, type ErrorCode } from "../domain/errors/index.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { ServeFolder } from "../ports/folder-server.ts";
import type { Ports } from "../ports/index.ts";
import type { Keys } from "../ports/keys.ts";
import type { Processes } from "../ports/processes.ts";
import type { Reporter, Shown } from "../ports/reporter.ts";
import type { OpenSigner } from "../ports/signer.ts";
import type { OpenStorage } from "../ports/storage.ts";
import { eventHub } from "./event-hub.ts";
import { gitCli } from "./git-cli.ts";
import { filesAtRest, nodeFiles } from "./node-files.ts";
import { nodeProcesses, stopChildren } from "./node-processes.ts";
import { openSigner } from "./open-signer.ts";
import { screenFor, type Screen, type ScreenOptions } from "./screen/screen.ts";
import { beginStopping, signalTaken } from "./stopping.ts";
import { systemClock } from "./system-clock.ts";
import { systemEnvironment } from "./system-environment.ts";

export interface RealWorld {
  readonly ports: Ports;
  readonly openSigner: OpenSigner;
  readonly keys: Keys;
  readonly openStorage: OpenStorage;
  readonly decompressor: Decompressor;
  readonly serveFolder: ServeFolder;
  /** Prints a result for people on standard output, as plain text. */
  readonly show: (result: readonly Shown[]) => void;
  readonly close: () => Promise<void>;
}

export interface Machine {
  /** Begins what a command in a repository will wait for. */
  lookAhead(): void;
  open(options: ScreenOptions): RealWorld;
}

export function realMachine(): Machine {
  const reporter = eventHub();
  const environment = systemEnvironment();
  const processes = nodeProcesses(reporter);
  const files = nodeFiles();
  const git = gitCli(processes, environment, files);
  const ports: Ports = { files, processes, environment, reporter, clock: systemClock(), git };
  return {
    lookAhead: () => git.lookAhead(environment.folder),
    open(options) {
      const screen = screenFor(options, process);
      reporter.attach(screen.listener);
      endOnSignal(reporter, screen);
      const { show, close } = screen;
      return {
        ports,
        openSigner: openSigner(ports),
        keys: lateKeys(ports),
        openStorage: async (place) => (await import("./storage/open.ts")).openStorage(place, ports),
        decompressor: lateDecompressor(processes),
        serveFolder: async (folder, port) => (await import("./folder-server.ts")).serveFolder(folder, port),
        show,
        close,
      };
    },
  };
}

/** Loaded when somebody reads a package. */
function lateDecompressor(processes: Processes): Decompressor {
  let opened: Promise<Decompressor> | undefined;
  const decompressor = (): Promise<Decompressor> =>
    (opened ??= import("./decompressor.ts").then(({ nodeDecompressor }) => nodeDecompressor(processes)));
  return {
    whole: async (...given) => (await decompressor()).whole(...given),
    async *stream(...given) {
      yield* (await decompressor()).stream(...given);
    },
  };
}

/** Loaded when somebody asks about a key: most commands do not. */
function lateKeys(ports: Ports): Keys {
  const keys = async (): Promise<Keys> => (await import("./openpgp-keys.ts")).openPgpKeys(ports);
  return {
    find: async (spec) => (await keys()).find(spec),
    inGpg: async () => (await keys()).inGpg(),
    generate: async (request) => (await keys()).generate(request),
    verify: async (...given) => (await keys()).verify(...given),
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
      if (!begun && signalTaken()) return;
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
