/** Child processes of the machine (ports/processes.ts). Each run is reported as an event, with secrets taken out of its arguments. */
import { spawn, type ChildProcess } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Command, Completed, Processes } from "../ports/processes.ts";
import type { Reporter } from "../ports/reporter.ts";
import { recordChild } from "./child-record.ts";
import { unlessStopping } from "./stopping.ts";
import { monotonic } from "./system-clock.ts";

const keepDefault = 1024 * 1024;
const graceMilliseconds = 2000;

/** Children that run now. Whatever ends this process ends them too, with all that they started. */
const running = new Set<ChildProcess>();
let endingChildren = false;

export function nodeProcesses(reporter: Reporter, path = process.env["PATH"] ?? ""): Processes {
  endChildrenAtExit();
  const report = (command: Command, exitCode: number | null, milliseconds: number): void =>
    reporter.report({
      type: "command",
      program: command.program,
      arguments: command.arguments,
      folder: command.folder,
      exitCode,
      milliseconds,
    });

  return {
    async run(command) {
      await unlessStopping();
      const started = monotonic();
      const child = start(command);
      const stdout = collect(child.stdout, command.keep ?? keepDefault);
      const stderr = collect(child.stderr, command.keep ?? keepDefault);
      if (command.onLine !== undefined) {
        const { createInterface } = process.getBuiltinModule("node:readline");
        for (const stream of [child.stdout, child.stderr]) {
          if (stream !== null) createInterface({ input: stream }).on("line", command.onLine);
        }
      }
      const fed = feed(child, command);
      fed.catch(() => undefined);
      const limit = withLimit(child, command.timeoutSeconds);
      const { code, signal } = await ended(child, command).finally(() => limit.stop());
      await fed;
      await unlessStopping();
      const milliseconds = Math.round(monotonic() - started);
      report(command, code, milliseconds);
      const completed: Completed = {
        exitCode: code,
        signal,
        timedOut: limit.fired(),
        stdout: stdout(),
        stderr: stderr(),
        milliseconds,
      };
      return completed;
    },
    async *stream(command) {
      await unlessStopping();
      const started = monotonic();
      const child = start(command);
      const stderr = collect(child.stderr, 64 * 1024);
      const fed = feed(child, command);
      fed.catch(() => undefined);
      const end = ended(child, command);
      end.catch(() => undefined);
      try {
        for await (const chunk of child.stdout ?? []) yield chunk as Uint8Array;
      } finally {
        if (child.exitCode === null) child.kill("SIGTERM");
      }
      const { code } = await end;
      await unlessStopping();
      report(command, code, Math.round(monotonic() - started));
      await fed;
      if (code !== 0) {
        throw new ReleaseError("IO", {
          what: `${command.program} ended with exit code ${code ?? "none"}: ${stderr().trim().slice(-500)}`,
          next: "Mend what its message names, then run the same command again.",
        });
      }
    },
    async find(program) {
      for (const folder of isAbsolute(program) ? [""] : path.split(delimiter)) {
        const candidate = isAbsolute(program) ? program : join(folder, program);
        if (
          await access(candidate, constants.X_OK).then(
            () => true,
            () => false,
          )
        )
          return candidate;
      }
      return null;
    },
  };
}

/**
 * Passes a signal on to all children and to what they started, waits until they are gone, and kills what is left after
 * two seconds.
 */
export async function stopChildren(signal: NodeJS.Signals): Promise<void> {
  const children = [...running];
  for (const child of children) killGroup(child, signal);
  const limit = monotonic() + graceMilliseconds;
  while (children.some(isGroupThere) && monotonic() < limit) await new Promise((wake) => setTimeout(wake, 20));
  for (const child of children) killGroup(child, "SIGKILL");
}

function endChildrenAtExit(): void {
  if (endingChildren) return;
  endingChildren = true;
  process.on("exit", () => {
    for (const child of running) killGroup(child, "SIGKILL");
  });
}

function start(command: Command): ChildProcess {
  // A group of its own, so that a time limit ends grandchildren too.
  const child = spawn(command.program, [...command.arguments], {
    cwd: command.folder,
    env: { ...command.environment },
    stdio: [
      command.input === undefined ? "ignore" : "pipe",
      "pipe",
      "pipe",
      ...(command.secret === undefined ? [] : (["pipe"] as const)),
    ],
    detached: true,
  });
  running.add(child);
  recordChild(child.pid, command.folder);
  child.on("error", () => running.delete(child)).on("close", () => running.delete(child));
  return child;
}

/**
 * Writes what the child is to read. A child that ends early takes no more, which is no failure; a stream that fails ends
 * the child, because it must not take half of its input for the whole.
 */
async function feed(child: ChildProcess, command: Command): Promise<void> {
  const secret = child.stdio[3];
  if (secret instanceof Writable) secret.on("error", () => undefined).end(command.secret);
  child.stdin?.on("error", () => undefined);
  if (typeof command.input !== "object" || command.input instanceof Uint8Array) {
    child.stdin?.end(command.input ?? "");
    return;
  }
  let broken: { readonly error: unknown } | undefined;
  const source = command.input;
  const watched = async function* (): AsyncIterable<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      broken = { error };
      killGroup(child, "SIGKILL");
      throw error;
    }
  };
  if (child.stdin !== null) await pipeline(watched, child.stdin).catch(() => undefined);
  if (broken !== undefined) throw broken.error;
}

function ended(child: ChildProcess, command: Command): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(notStarted(command, error)));
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}

function notStarted({ program, folder }: Command, error: NodeJS.ErrnoException): ReleaseError {
  const cause = { cause: error };
  if (error.code === "ENOENT") {
    return new ReleaseError(
      "TOOL_MISSING",
      {
        what: `${program} could not be started: it, or the folder ${folder}, is not there.`,
        next: `Install ${program}, or put it on the PATH.`,
      },
      cause,
    );
  }
  if (error.code === "EACCES") {
    return new ReleaseError(
      "PERMISSION",
      {
        what: `${program} may not be executed (EACCES).`,
        next: "Look at its mode, and whether its file system is mounted noexec (findmnt --target shows it).",
      },
      cause,
    );
  }
  return new ReleaseError(
    "IO",
    {
      what: `${program} could not be started: ${error.message}.`,
      next: "Mend what the message names, then run the same command again.",
    },
    cause,
  );
}

function withLimit(child: ChildProcess, seconds: number | undefined): { stop(): void; fired(): boolean } {
  let fired = false;
  if (seconds === undefined) return { stop: () => undefined, fired: () => false };
  let hard: NodeJS.Timeout | undefined;
  const soft = setTimeout(() => {
    fired = true;
    killGroup(child, "SIGTERM");
    hard = setTimeout(() => {
      killGroup(child, "SIGKILL");
      // A grandchild in a session of its own may hold the pipes open for as long as it likes.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, graceMilliseconds);
  }, seconds * 1000);
  return {
    stop: () => {
      clearTimeout(soft);
      clearTimeout(hard);
    },
    fired: () => fired,
  };
}

function isGroupThere({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** Keeps the last bytes of a stream, so that memory does not grow with what a child prints. */
function collect(stream: NodeJS.ReadableStream | null, keep: number): () => string {
  let chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 2 * keep) {
      const tail = Buffer.concat(chunks).subarray(-keep);
      chunks = [tail];
      size = tail.length;
    }
  });
  return () => Buffer.concat(chunks).subarray(-keep).toString("utf8");
}
