/** Progress as it is read in a CI log, from top to bottom. */
import { expect, it } from "vitest";
import type { Event } from "../../domain/event.ts";
import { lineScreen, type LineOptions } from "./lines.ts";

/** The lines of these events; a number lets so many milliseconds pass. */
function linesOf(events: readonly (Event | number)[], options: Partial<LineOptions> = {}): readonly string[] {
  const lines: string[] = [];
  let now = 0;
  const listener = lineScreen((line) => lines.push(line), { verbose: false, quiet: false, now: () => now, ...options });
  for (const event of events) {
    if (typeof event === "number") now += event;
    else listener(event);
  }
  return lines;
}

const release: readonly (Event | number)[] = [
  { type: "steps", steps: [{ step: "build", title: "Build and package" }] },
  { type: "step-started", step: "build", title: "Build and package" },
  { type: "task-started", task: "go:x", title: "yq for x86_64-linux" },
  { type: "task-output", task: "go:x", line: "compiling" },
  1500,
  {
    type: "command",
    program: "go",
    arguments: ["build", "-o", "a b"],
    folder: "/tmp",
    exitCode: 0,
    milliseconds: 1400,
  },
  { type: "task-finished", task: "go:x", detail: "13.8 MB, an ELF program" },
  { type: "task-started", task: "deb", title: "yq.deb", minor: true },
  { type: "task-progress", task: "deb", done: 1, total: 2 },
  { type: "task-finished", task: "deb", detail: "5.6 MB" },
  { type: "task-started", task: "zip", title: "yq.zip", minor: true },
  2000,
  { type: "task-finished", task: "zip" },
  { type: "step-finished", step: "build", detail: "1 build" },
  { type: "step-skipped", step: "sign", title: "Sign", reason: "no key" },
];

it("tells steps, what takes long, and what came of it", () => {
  expect(linesOf(release)).toEqual([
    "• Build and package",
    "  ✓ yq for x86_64-linux: 13.8 MB, an ELF program (1.5 s)",
    "  ✓ yq.zip (2.0 s)",
    "  1 build (3.5 s)",
    "• Sign: left out, no key",
  ]);
});

it("tells commands, output and every task with --verbose", () => {
  expect(linesOf(release, { verbose: true })).toEqual([
    "• Build and package",
    "  … yq for x86_64-linux",
    "    compiling",
    "    ran go build -o 'a b' (1.4 s)",
    "  ✓ yq for x86_64-linux: 13.8 MB, an ELF program (1.5 s)",
    "  … yq.deb",
    "  ✓ yq.deb: 5.6 MB",
    "  … yq.zip",
    "  ✓ yq.zip (2.0 s)",
    "  1 build (3.5 s)",
    "• Sign: left out, no key",
  ]);
});

it("tells with --quiet nothing but warnings and failures", () => {
  expect(
    linesOf(
      [
        ...release,
        { type: "task-failed", task: "zip" },
        { type: "note", message: "by the way" },
        { type: "warning", message: "look here", next: "Do this." },
      ],
      { quiet: true },
    ),
  ).toEqual(["warning: look here", "         Do this."]);
});

it("tells a failure in full: what, why, what next", () => {
  const lines = linesOf([
    { type: "step-started", step: "build", title: "Build" },
    { type: "task-started", task: "a", title: "tool for x" },
    { type: "task-failed", task: "a" },
    { type: "step-failed", step: "build" },
    {
      type: "failed",
      code: "BUILD_FAILED",
      exit: 7,
      what: "It broke.",
      why: "Nothing to package.",
      next: "Mend it.",
      details: ["line 1", "line 2"],
    },
  ]);
  expect(lines).toEqual([
    "• Build",
    "  ✗ tool for x",
    "error: It broke. [BUILD_FAILED]",
    "  line 1",
    "  line 2",
    "  why:  Nothing to package.",
    "  next: Mend it.",
  ]);
});

it("names what a command ended with, where that is not success", () => {
  const command = { type: "command", program: "git", arguments: ["x"], folder: "/", milliseconds: 3 } as const;
  expect(
    linesOf(
      [
        { ...command, exitCode: 128 },
        { ...command, exitCode: null },
      ],
      { verbose: true },
    ),
  ).toEqual(["    ran git x (3 ms, exit code 128)", "    ran git x (3 ms, killed)"]);
});

it("lets through nothing that a terminal could act on", () => {
  const text = "a\u001b[2Jb\u009b1mc\rd\u202ee";
  const [line] = linesOf([{ type: "warning", message: text, next: text }]);
  expect(line).toBe("warning: abcde");
});
