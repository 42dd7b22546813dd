/** The program as users start it, killed for good (SIGKILL) at moments that have nothing to do with its effects, and two of it at once. */
import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { machineEnvironment, programWords } from "../cli.ts";
import { makeKey } from "../key-world.ts";
import { crashProject, tag, type CrashProject, type Machine } from "./release-scene.ts";
import { seenOn, stateOf } from "./release-state.ts";

const whole = process.env["CRASH"] === "whole";
const limit = whole ? 3_600_000 : 120_000;

let project: CrashProject;
let wanted: readonly string[];
/** How long a run takes that nothing disturbs, in milliseconds. */
let duration: number;

beforeAll(async () => {
  const key = (await makeKey()).secret;
  // The build waits as long as there is a file of this name.
  project = crashProject({
    key,
    build: 'while test -e "$HOLD"; do sleep 0.02; done; cp bin/tool tool',
    grant: ["HOLD"],
  });
  const machine = project.machine();
  const started = performance.now();
  expect(await start(machine).end).toEqual({ exit: 0, signal: null });
  duration = performance.now() - started;
  wanted = stateOf(machine);
});
afterAll(() => project.remove());

interface Started {
  readonly end: Promise<{ readonly exit: number | null; readonly signal: string | null }>;
  kill(): void;
}

function start({ repository, variables }: Machine, more: NodeJS.ProcessEnv = {}): Started {
  const [program, ...words] = [...programWords, "cut", tag];
  // Each machine has what it built in its own home.
  const env = { ...machineEnvironment(), XDG_CACHE_HOME: undefined, ...variables, ...more };
  const child = spawn(program, words, { cwd: repository, env, stdio: "ignore" });
  const end = new Promise<{ exit: number | null; signal: string | null }>((resolve) => {
    child.on("close", (exit, signal) => resolve({ exit, signal }));
  });
  return { end, kill: () => void child.kill("SIGKILL") };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 30_000) throw new Error("it did not happen in 30 s");
    await pause(10);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, milliseconds));
}

it(
  "ends where an undisturbed run ends, however often it was killed and whenever",
  async () => {
    let alive = 0;
    for (let round = 0; round < (whole ? 30 : 3); round++) {
      const machine = project.machine();
      // Twice killed, at moments spread by the golden ratio over the time that a run takes after its start.
      for (const turn of [0, 1]) {
        const run = start(machine);
        await pause(duration * (0.25 + 0.75 * (((2 * round + turn) * 0.618_034) % 1)));
        run.kill();
        if ((await run.end).signal === "SIGKILL") alive++;
      }
      expect(await start(machine).end).toEqual({ exit: 0, signal: null });
      expect(stateOf(machine), `round ${round}`).toEqual(wanted);
      machine.remove();
    }
    expect(alive).toBeGreaterThan(0);
  },
  limit,
);

it(
  "lets one of two runs proceed, and ends the other with 9 before it does anything",
  async () => {
    const machine = project.machine();
    const hold = join(machine.folder, "hold");
    writeFileSync(hold, "");
    const before = seenOn(machine);
    const runs = [start(machine, { HOLD: hold }), start(machine, { HOLD: hold })];
    const first = await Promise.race(runs.map(async ({ end }, index) => ({ index, ...(await end) })));
    expect(first.exit).toBe(9);
    expect(seenOn(machine)).toEqual(before);
    rmSync(hold);
    expect(await runs[1 - first.index]?.end).toEqual({ exit: 0, signal: null });
    expect(stateOf(machine)).toEqual(wanted);
  },
  limit,
);

it(
  "does no damage where the locks were removed by hand and a second run overtook the first",
  async () => {
    const machine = project.machine();
    const hold = join(machine.folder, "hold");
    const locks = ["releases/.lock", `.ggen-release/work/${tag}.lock`].map((path) => join(machine.repository, path));
    writeFileSync(hold, "");
    const slow = start(machine, { HOLD: hold });
    await until(() => existsSync(join(machine.repository, ".ggen-release", "work", tag, "scratch")));
    for (const lock of locks) rmSync(lock);
    expect(await start(machine).end).toEqual({ exit: 0, signal: null });
    const published = seenOn(machine);
    expect(stateOf(machine).filter((line) => !line.startsWith(".ggen-release"))).toEqual(
      wanted.filter((line) => !line.startsWith(".ggen-release")),
    );
    rmSync(hold);
    expect((await slow.end).exit).not.toBe(70);
    expect(seenOn(machine)).toEqual(published);
    expect(await start(machine).end).toEqual({ exit: 0, signal: null });
    expect(stateOf(machine)).toEqual(wanted);
  },
  limit,
);
