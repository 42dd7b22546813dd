/**
 * `cut` on the real file system, killed at its effects, and again in the recovery; out of disk at its writes; gone on with
 * by another machine. Here at a sample of the points, the same on every run; `npm run crash` takes all of them.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isReleaseError } from "../../src/domain/errors/index.ts";
import { Killed } from "../../src/standins/memory-world.ts";
import { makeKey } from "../key-world.ts";
import type { Fate } from "./mortal-ports.ts";
import { crashProject, tag, wholeStage, type CrashProject, type Machine } from "./release-scene.ts";
import { seenOn, stateOf } from "./release-state.ts";

const whole = process.env["CRASH"] === "whole";
const limit = whole ? 3_600_000 : 120_000;

let project: CrashProject;
/** Names of the effects of a run that nothing disturbs, and what it leaves. */
let effects: readonly string[];
let wanted: readonly string[];
/** What visitors of the site may see at any moment: the release of before, the new one beside it, and the move. */
let lawful: readonly (readonly string[])[];

beforeAll(async () => {
  project = crashProject({ key: (await makeKey()).secret });
  const machine = project.machine();
  const before = seenOn(machine);
  const run = await machine.cut();
  expect(run).toMatchObject({ builds: 1, result: { unchanged: false } });
  effects = run.effects;
  wanted = stateOf(machine);
  const after = seenOn(machine);
  lawful = [before, after.map((line) => (line.startsWith("site/latest") ? "site/latest -> v0.9.0" : line)), after];
});
afterAll(() => project.remove());

/** Effects with the moments at which to die: in the log only where all are taken, it lies beside every other effect. */
function deaths(): readonly Fate[] {
  const torn = /^(write|create|append|link|remove|makeFolder|clone) /;
  return effects
    .filter((effect) => whole || !effect.includes("PIPELINE.log"))
    .flatMap((effect): readonly Fate[] => [
      { effect, end: "before" },
      ...(torn.test(effect) ? [{ effect, end: "torn" } as const] : []),
      { effect, end: "after" },
    ]);
}

/** As many as wanted, evenly spread, never only the first or the last moments of effects. `most`: where all are taken. */
function sampled<Item>(items: readonly Item[], few: number, most = items.length): readonly Item[] {
  const count = whole ? most : few;
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)] as Item);
}

const told = ({ effect, end }: Fate): string => `${String(end)} ${effect}`;

/** What stands where it belongs: if it is touched again, something is done twice. */
function settledIn({ repository, site }: Machine): ReadonlyMap<string, number> {
  const folders = [
    join(site, tag),
    ...(isWhole(join(repository, "releases", tag)) ? [join(repository, "releases", tag)] : []),
  ];
  const paths = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));
  const records = /\/(plan\.json|ledger\.jsonl|PIPELINE\.log|REPORT\.md|\..*)$/;
  return new Map(paths.filter((path) => !records.test(path)).map((path) => [path, lstatSync(path).ino]));
}

function namesIn(folder: string): readonly string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}

function isWhole(folder: string): boolean {
  return namesIn(folder).includes("manifest.json");
}

/** Kills a run; nothing half done is public then. Answers what must not be touched any more. */
async function killed(machine: Machine, fate: Fate): Promise<ReadonlyMap<string, number>> {
  const { error, result, met } = await machine.cut(fate);
  if (met) expect([result, error], told(fate)).toEqual([undefined, expect.any(Killed)]);
  expect(lawful, told(fate)).toContainEqual(seenOn(machine));
  return settledIn(machine);
}

async function expectRecovery(machine: Machine, settled: ReadonlyMap<string, number>, where: string): Promise<void> {
  const staged = isWhole(join(machine.repository, "releases", tag));
  const { error, builds } = await machine.cut();
  expect(error, where).toBeUndefined();
  if (staged) expect(builds, where).toBe(0);
  expect(stateOf(machine), where).toEqual(wanted);
  for (const [path, inode] of settled) expect(lstatSync(path).ino, `${where}: ${path} was made twice`).toBe(inode);
}

describe("cut", () => {
  it(
    "ends where an undisturbed run ends, whatever effect it was killed at",
    async () => {
      const points = sampled(deaths(), 18);
      expect(points.length).toBeGreaterThan(17);
      for (const fate of points) {
        const machine = project.machine();
        const settled = await killed(machine, fate);
        await expectRecovery(machine, settled, told(fate));
        machine.remove();
      }
    },
    limit,
  );

  it(
    "ends there when its recovery is killed, too",
    async () => {
      const points = sampled(deaths(), 6, 150);
      for (const [index, first] of points.entries()) {
        const machine = project.machine();
        await killed(machine, first);
        // A recovery has at least as many effects as a run that finds everything done.
        const second: Fate = {
          effect: (index * 37) % 90,
          end: (["before", "torn", "after"] as const)[index % 3] ?? "after",
        };
        const settled = await killed(machine, second);
        await expectRecovery(machine, settled, `${told(first)}, then ${told(second)}`);
        machine.remove();
      }
    },
    limit,
  );

  it(
    "changes nothing once it is whole, and builds and signs nothing again",
    async () => {
      const machine = project.machine();
      await machine.cut();
      const settled = settledIn(machine);
      const signatures = signaturesIn(join(machine.site, tag));
      expect(signatures.size).toBeGreaterThan(3);
      expect(await machine.cut()).toMatchObject({ builds: 0, result: { unchanged: true } });
      expect(stateOf(machine)).toEqual(wanted);
      expect(settledIn(machine)).toEqual(settled);
      expect(signaturesIn(join(machine.site, tag))).toEqual(signatures);
    },
    limit,
  );

  it(
    "stops when the disk is full, leaves what was there, and finishes when there is room again",
    async () => {
      const writes = effects.filter((effect) => /^(write|create|append|link|makeFolder|makeScratch) /.test(effect));
      const points = sampled(
        writes.filter((effect) => whole || !effect.includes("PIPELINE.log")),
        8,
      );
      for (const effect of points) {
        const machine = project.machine();
        const { error } = await machine.cut({ effect, end: "disk-full" });
        if (!effect.includes("PIPELINE.log")) expectDiskFull(error, effect);
        expect(lawful, effect).toContainEqual(seenOn(machine));
        await expectRecovery(machine, settledIn(machine), `full at ${effect}`);
        machine.remove();
      }
    },
    limit,
  );
});

function expectDiskFull(error: unknown, where: string): void {
  if (!isReleaseError(error)) throw new Error(`${where}: ${String(error)}`);
  expect([`DISK_FULL 7`, `RELEASE_INCOMPLETE 5`], where).toContain(`${error.code} ${error.exit}`);
  expect(error.what, where).toContain("No room left to write");
  expect(error.next, where).toMatch(
    error.exit === 7 ? /Free some space/ : /Run again to finish: ggen-release cut v1\.0\.0/,
  );
}

describe("another machine", () => {
  it(
    "goes on from the stage that the first one left whole, without building or signing again",
    async () => {
      const staged = effects.indexOf(wholeStage(effects, `site/.staged/${tag}/<digest>`));
      const points = deaths().filter(({ effect, end }) => {
        const index = effects.indexOf(String(effect));
        return index > staged || (index === staged && end === "after");
      });
      expect(points.length).toBeGreaterThan(10);
      for (const fate of sampled(points, 4)) {
        const machine = project.machine();
        await killed(machine, fate);
        const signatures = signaturesIn(join(machine.repository, "releases", tag));
        const other = project.beside(machine);
        expect(await other.cut(), told(fate)).toMatchObject({ builds: 0, result: { manifest: { tag } } });
        expectReleased(other, told(fate));
        expect(signaturesIn(join(machine.site, tag)), told(fate)).toEqual(signatures);
        expect(signaturesIn(join(other.repository, "releases", tag)), told(fate)).toEqual(signatures);
        // The first one comes back.
        await expectRecovery(machine, settledIn(machine), told(fate));
        for (const made of [other, machine]) made.remove();
      }
    },
    limit,
  );

  it(
    "is killed and goes on as the first one does, whatever the first one left",
    async () => {
      const points = sampled(deaths(), 4, 150);
      for (const [index, first] of points.entries()) {
        const machine = project.machine();
        await killed(machine, first);
        const other = project.beside(machine);
        const second: Fate = { effect: (index * 53) % 90, end: index % 2 === 0 ? "torn" : "after" };
        const where = `${told(first)}, elsewhere ${told(second)}`;
        await killed(other, second);
        expect((await other.cut()).error, where).toBeUndefined();
        expectReleased(other, where);
        await expectRecovery(machine, settledIn(machine), where);
        for (const made of [other, machine]) made.remove();
      }
    },
    limit,
  );

  /** It has no release of before in its own folder. */
  function expectReleased(other: Machine, where: string): void {
    const ours = wanted.filter((line) => !line.startsWith("releases/v0.9.0") && !line.startsWith("tag "));
    expect(
      stateOf(other).filter((line) => !line.startsWith("tag ")),
      where,
    ).toEqual(ours);
  }
});

function signaturesIn(folder: string): ReadonlyMap<string, string> {
  const names = namesIn(folder).filter((name) => name.endsWith(".asc"));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}
