/** What a person sees on a terminal while a release is made, and what is left there when it ends. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Terminal } from "../../../test/terminal.ts";
import type { Event } from "../../domain/event.ts";
import { lineScreen } from "./lines.ts";
import { liveScreen } from "./live.ts";
import type { Style } from "./style.ts";

let now = 0;
let terminal: Terminal;

beforeEach(() => {
  now = 0;
  terminal = new Terminal();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const plain: Style = { color: false, unicode: true };
const steps: Event = {
  type: "steps",
  steps: [
    { step: "plan", title: "Plan" },
    { step: "build", title: "Build and package" },
    { step: "sign", title: "Sign" },
  ],
};
const failed: Event = {
  type: "failed",
  code: "BUILD_FAILED",
  exit: 7,
  what: "It broke.",
  why: "Nothing is there to package.",
  next: "Mend it.",
  details: [],
};

function open(style = plain) {
  const write = (line: string): void => void terminal.write(`${line}\n`);
  const say = lineScreen(write, { verbose: false, quiet: false, now: () => now });
  return liveScreen({ say, now: () => now, output: terminal as never, style });
}

/** Lets so much time pass, and the drawing catch up. */
async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  for (let turn = 0; turn < 20; turn++) await new Promise((wake) => setImmediate(wake));
  vi.advanceTimersByTime(Math.max(100, milliseconds));
  for (let turn = 0; turn < 5; turn++) await new Promise((wake) => setImmediate(wake));
}

/** The spinner stands for itself: which of its signs is shown depends on the time. */
function picture(): readonly string[] {
  return terminal.picture.map((line) => line.replace(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏|/\\-] /, "~ "));
}

async function begun(style = plain) {
  const screen = open(style);
  screen.listener(steps);
  await vi.waitFor(async () => {
    await pass(0);
    expect(terminal.picture).toHaveLength(3);
  });
  screen.listener({ type: "step-started", step: "plan", title: "Plan" });
  screen.listener({ type: "step-finished", step: "plan", detail: "2 files" });
  screen.listener({ type: "step-started", step: "build", title: "Build and package" });
  await pass(100);
  return screen;
}

it("shows the steps, the time that passes, and the last line of what runs", async () => {
  const screen = await begun();
  expect(picture()).toEqual(["✓ Plan · 2 files", "~ Build and package", "◼ Sign"]);
  screen.listener({ type: "task-started", task: "a", title: "tool for x86_64-linux" });
  screen.listener({ type: "task-output", task: "a", line: "compiling\u001b[2J \u001b[31mone" });
  screen.listener({ type: "task-output", task: "a", line: "  " });
  await pass(2000);
  expect(picture()).toEqual([
    "✓ Plan · 2 files",
    "~ Build and package (2 s)",
    "  › tool for x86_64-linux (2 s): compiling one",
    "◼ Sign",
  ]);
  await pass(61_000);
  expect(picture()[1]).toBe("~ Build and package (1 min 3 s)");
  screen.listener({ type: "task-finished", task: "a" });
  screen.listener({ type: "step-finished", step: "build", detail: "1 build" });
  await pass(100);
  expect(picture()).toEqual(["✓ Plan · 2 files", "✓ Build and package · 1 build (1 min 3 s)", "~ Sign"]);
  await screen.close();
});

it("shows a bar for each large file, and no more than four tasks", async () => {
  const screen = await begun();
  for (const task of ["a", "b", "c", "d", "e"])
    screen.listener({ type: "task-started", task, title: `${task}.tar.gz`, minor: true });
  screen.listener({ type: "task-progress", task: "c", done: 45, total: 100 });
  screen.listener({ type: "task-progress", task: "d", done: 200, total: 100 });
  await pass(100);
  expect(picture().slice(2, -1)).toEqual([
    "  › b.tar.gz",
    "    [█████████░░░░░░░░░░░] 45 % c.tar.gz",
    "    [████████████████████] 100 % d.tar.gz",
    "    e.tar.gz",
    "    and 1 more",
  ]);
  await screen.close();
});

it("cuts long output to the window instead of breaking it", async () => {
  terminal = new Terminal(40);
  const screen = await begun();
  screen.listener({ type: "task-started", task: "a", title: "tool" });
  screen.listener({ type: "task-output", task: "a", line: "日本語 ".repeat(40) });
  await pass(100);
  expect(picture()).toHaveLength(4);
  expect(picture()[2]).toMatch(/^ {2}› tool: 日本語 .*…$/);
  await screen.close();
});

it("leaves a whole picture and the cursor after success, and the warnings below it", async () => {
  const screen = await begun();
  screen.listener({ type: "warning", message: "the tag is not signed", next: "Run: git tag -s" });
  screen.listener({ type: "step-finished", step: "build" });
  screen.listener({ type: "step-started", step: "sign", title: "Sign" });
  screen.listener({ type: "step-skipped", step: "sign", title: "Sign", reason: "no key" });
  await pass(100);
  await screen.close();
  expect(picture()).toEqual([
    "✓ Plan · 2 files",
    "✓ Build and package",
    "◼ Sign: left out, no key",
    "",
    "warning: the tag is not signed",
    "         Run: git tag -s",
  ]);
  expect(terminal.cursorHidden).toBe(false);
});

it("names after a failure the step and the task, once, and says below it what to do", async () => {
  const screen = await begun();
  screen.listener({ type: "task-started", task: "a", title: "tool for x86_64-linux" });
  screen.listener({ type: "task-failed", task: "a" });
  screen.listener({ type: "step-failed", step: "build" });
  screen.listener(failed);
  await screen.close();
  expect(picture()).toEqual([
    "✓ Plan · 2 files",
    "✗ Build and package · tool for x86_64-linux",
    "◼ Sign",
    "",
    "error: It broke. [BUILD_FAILED]",
    "  why:  Nothing is there to package.",
    "  next: Mend it.",
  ]);
  expect(terminal.cursorHidden).toBe(false);
});

it("says of a run that was stopped which step it stopped in", async () => {
  const screen = await begun();
  screen.listener({ type: "task-started", task: "a", title: "tool" });
  await pass(3000);
  await screen.close();
  expect(picture()).toEqual(["✓ Plan · 2 files", "✗ Build and package · stopped (3.1 s)", "◼ Sign"]);
  expect(terminal.cursorHidden).toBe(false);
});

it("draws nothing twice and tears nothing when the window changes its width", async () => {
  terminal = new Terminal(100);
  terminal.write("$ ggen-release cut v1.2.3\n");
  const screen = open();
  screen.listener(steps);
  screen.listener({ type: "step-started", step: "plan", title: "Plan" });
  screen.listener({ type: "task-started", task: "a", title: "tool" });
  screen.listener({ type: "task-output", task: "a", line: "x".repeat(200) });
  await pass(200);
  await pass(200);
  const rows = ["$ ggen-release cut v1.2.3", "~ Plan", expect.stringMatching(/^ {2}› tool: x+…$/)];
  for (const columns of [60, 31, 120, 45]) {
    terminal.resize(columns);
    await pass(100);
    expect(picture(), `${columns} columns`).toEqual([...rows, "◼ Build and package", "◼ Sign"]);
  }
  await screen.close();
});

it("says the same in ASCII and without colours where the terminal has no more", async () => {
  const screen = await begun({ color: false, unicode: false });
  screen.listener({ type: "step-failed", step: "build" });
  await screen.close();
  expect(picture()).toEqual(["+ Plan - 2 files", "x Build and package", "~ Sign"]);
  expect(terminal.raw).not.toMatch(/[^\u0000-\u007f]/);
  expect(terminal.raw).not.toMatch(/\u001b\[[0-9;]*m/);
});

it("colours the signs where the terminal has colours", async () => {
  const screen = await begun({ color: true, unicode: true });
  await screen.close();
  expect(terminal.raw).toContain("\u001b[32m✓\u001b[0m Plan");
});

it("goes on when drawing fails", async () => {
  const screen = await begun();
  const write = vi.spyOn(terminal, "write").mockImplementation(() => {
    throw new Error("gone");
  });
  screen.listener({ type: "task-started", task: "a", title: "tool" });
  await pass(500);
  screen.listener({ type: "step-finished", step: "build" });
  write.mockRestore();
  await screen.close();
  expect(terminal.picture.length).toBeGreaterThan(0);
});
