/**
 * SHA-256 of large files on threads of their own, so that several are hashed at the same time and none holds up the rest
 * of the program. A thread's code is this file's function as text: so it needs no file, which a single executable has not.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Content } from "../domain/digest.ts";

type Answer = Content | { readonly code: string };

/** Memory is a window for each of few threads, and hashing is soon as fast as reading. */
const most = 4;
const idle: Worker[] = [];
const waiting: (() => void)[] = [];
let started = 0;

/** Failures are those of the file system, with their code. */
export async function digestOfLargeFile(path: string): Promise<Content> {
  const worker = await freeWorker();
  try {
    const answer = await ask(worker, path);
    if ("code" in answer) throw Object.assign(new Error(`${answer.code}: ${path}`), { code: answer.code });
    return answer;
  } finally {
    idle.push(worker);
    waiting.shift()?.();
  }
}

async function freeWorker(): Promise<Worker> {
  for (;;) {
    const worker = idle.pop();
    if (worker !== undefined) return worker;
    if (started < Math.min(most, availableParallelism())) {
      started++;
      return new Worker(`(${hashFiles.toString()})()`, { eval: true });
    }
    await new Promise<void>((wake) => waiting.push(wake));
  }
}

/** A thread keeps the process alive only while it works. */
function ask(worker: Worker, path: string): Promise<Answer> {
  worker.ref();
  return new Promise<Answer>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: Answer) => {
      worker.off("error", reject);
      worker.unref();
      resolve(answer);
    });
    worker.postMessage(path, []);
  });
}

/** Runs in the thread; sees nothing of this file. */
function hashFiles(): void {
  const { closeSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  const { createHash } = process.getBuiltinModule("node:crypto");
  const port = process.getBuiltinModule("node:worker_threads").parentPort;
  const window = Buffer.allocUnsafeSlow(1024 * 1024);
  const digest = (path: string): object => {
    const handle = openSync(path, "r");
    try {
      const hash = createHash("sha256");
      let size = 0;
      for (let length = readSync(handle, window); length > 0; length = readSync(handle, window)) {
        hash.update(window.subarray(0, length));
        size += length;
      }
      return { size, sha256: hash.digest("hex") };
    } finally {
      closeSync(handle);
    }
  };
  port?.on("message", (path: string) => {
    try {
      port.postMessage(digest(path));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
      port.postMessage({ code });
    }
  });
}
