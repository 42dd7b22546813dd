/** How far long work has come, told as bytes pass: nothing of what is done in a moment, and little of the rest. */
import type { Bytes } from "../ports/files.ts";
import type { Ports } from "../ports/index.ts";

/** Milliseconds between two reports, and before the first. */
const interval = 250;

/**
 * Answers a function through which the task's bytes are passed, stream by stream. `total` is what will pass in all; of
 * work whose size is not known (0) nothing is told.
 */
export function taskProgress(
  { reporter, clock }: Pick<Ports, "reporter" | "clock">,
  task: string,
  total: number,
): (bytes: Bytes) => Bytes {
  let done = 0;
  let told = clock.monotonic();
  const passed = (bytes: number): void => {
    done += bytes;
    const now = clock.monotonic();
    if (now - told < interval) return;
    told = now;
    // Some formats read what they have made once more.
    reporter.report({ type: "task-progress", task, done: Math.min(done, total), total });
  };
  return (bytes) => (total > 0 ? counted(bytes, passed) : bytes);
}

async function* counted(bytes: Bytes, passed: (bytes: number) => void): Bytes {
  for await (const chunk of bytes) {
    yield chunk;
    passed(chunk.length);
  }
}
