/** Progress is told rarely, never beyond the whole, and changes no byte. */
import { expect, it } from "vitest";
import { collectingReporter } from "../adapters/collecting-reporter.ts";
import type { Bytes } from "../ports/files.ts";
import { taskProgress } from "./progress.ts";

async function* chunks(count: number): Bytes {
  for (let index = 0; index < count; index++) yield new Uint8Array(10).fill(index);
}

/** A clock that goes on by `step` milliseconds whenever it is asked. */
function scene(step: number) {
  let now = 0;
  const reporter = collectingReporter();
  const clock = { now: () => now, monotonic: () => (now += step), sleep: () => Promise.resolve() };
  return { reporter, clock };
}

async function drain(bytes: Bytes): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

it("tells at most four times a second how much has passed, and not before the first quarter", async () => {
  const world = scene(100);
  expect(await drain(taskProgress(world, "t", 100)(chunks(10)))).toBe(100);
  expect(world.reporter.events).toEqual([
    { type: "task-progress", task: "t", done: 30, total: 100 },
    { type: "task-progress", task: "t", done: 60, total: 100 },
    { type: "task-progress", task: "t", done: 90, total: 100 },
  ]);
});

it("tells nothing of what is done in a moment, nor of what has no known size", async () => {
  const quick = scene(1);
  await drain(taskProgress(quick, "t", 100)(chunks(10)));
  expect(quick.reporter.events).toEqual([]);
  const unknown = scene(1000);
  await drain(taskProgress(unknown, "t", 0)(chunks(10)));
  expect(unknown.reporter.events).toEqual([]);
});

it("counts the streams of a task together, and never beyond the whole", async () => {
  const world = scene(300);
  const passing = taskProgress(world, "t", 30);
  await drain(passing(chunks(2)));
  await drain(passing(chunks(2)));
  expect(world.reporter.events.map((event) => (event.type === "task-progress" ? event.done : null))).toEqual([
    10, 20, 30, 30,
  ]);
});
