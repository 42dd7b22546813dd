/**
 * Several runs of one release: on two machines that publish to the same site, or in one clone without its lock; one after
 * the other, at the same moment, or one in the middle of the other. The lock gives a message; these hold without it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../src/engines/manifest-text.ts";
import type { CutResult } from "../../src/operations/cut.ts";
import { crashProject, wholeStage, tag, type Attempt, type CrashProject, type Machine } from "./release-scene.ts";
import { seenOn, stateOf } from "./release-state.ts";

const whole = process.env["CRASH"] === "whole";
const limit = whole ? 3_600_000 : 120_000;

const release = join("repository", "releases", tag);
const program = "tool-1.0.0-x86_64-linux";
const archive = `${program}.tar.gz`;

let project: CrashProject;
/** What a run leaves that nothing disturbs, and its effects; those in the log lie beside other ones. */
let wanted: readonly string[];
let effects: readonly string[];
/** Effects by which a run has staged all of the release here, or there too, and has published nothing. */
let stagedHere: string;
let stagedThere: string;

beforeAll(async () => {
  // Each run may make other bytes: what is in the variable gets into the program.
  project = crashProject({ build: 'cp bin/tool tool && printf %s "$NONCE" >> tool', grant: ["NONCE"] });
  const machine = project.machine();
  effects = (await machine.cut()).effects.filter((effect) => !effect.includes("PIPELINE.log"));
  wanted = stateOf(machine);
  stagedHere = wholeStage(effects, `repository/releases/${tag}`);
  stagedThere = wholeStage(effects, `site/.staged/${tag}/<digest>`);
});
afterAll(() => project.remove());

describe("a build that makes other bytes each time", () => {
  it("is made again where nothing of it was whole, and never where something was", async () => {
    const begun = `write repository/releases/${tag}/${archive}#1`;
    for (const [effect, nonce] of [
      [begun, "second"],
      [stagedHere, "first"],
      [stagedThere, "first"],
    ] as const) {
      const machine = await project.killedAfter(effect, { NONCE: "first" });
      expect((await machine.cut(null, { NONCE: "second" })).error).toBeUndefined();
      expectReleaseOf(nonce, machine);
    }
  });
});

describe("a second machine that makes other bytes of the same tag", () => {
  it("publishes its own where the first one's stage was not whole; the first one is then refused", async () => {
    const begun = `rename site/.staged/${tag}/<digest>/${archive}#1`;
    const machine = await project.killedAfter(begun, { NONCE: "first" });
    const other = project.beside(machine);
    expect(await other.cut(null, { NONCE: "second" })).toMatchObject({ builds: 1, result: { unchanged: false } });
    expectReleaseOf("second", other);
    const published = seenOn(machine);
    for (const nonce of ["first", "second"])
      expect((await machine.cut(null, { NONCE: nonce })).error).toMatchObject({ code: "CHANNEL_CONFLICT", exit: 4 });
    expect(seenOn(machine)).toEqual(published);
    // What it has of its own goes, and it takes what is published.
    rmSync(join(machine.folder, release), { recursive: true });
    expect(await machine.cut(null, { NONCE: "first" })).toMatchObject({ builds: 0 });
    expect(seenOn(machine)).toEqual(published);
  });

  it("takes the first one's bytes where its stage was whole", async () => {
    const machine = await project.killedAfter(stagedThere, { NONCE: "first" });
    const other = project.beside(machine);
    expect(await other.cut(null, { NONCE: "second" })).toMatchObject({ builds: 0 });
    expectReleaseOf("first", other);
  });

  it("finishes what the first one began here and the second one published", async () => {
    const begun = `write repository/releases/${tag}/${archive}#1`;
    const machine = await project.killedAfter(begun, { NONCE: "first" });
    const other = project.beside(machine);
    expect((await other.cut(null, { NONCE: "second" })).error).toBeUndefined();
    expect(await machine.cut(null, { NONCE: "first" })).toMatchObject({ builds: 0, result: { unchanged: false } });
    expectReleaseOf("second", machine);
  });
});

describe("a second run in the middle of the first, with no lock between them,", () => {
  /** Effects at which the first one is held up: all of them, or some that are evenly spread. */
  const heldUp = (): readonly string[] => effects.filter((_, index) => whole || index % 15 === 7);

  it(
    "that makes the same bytes on another machine does no harm, and both end with the release",
    async () => {
      for (const effect of heldUp()) {
        const machine = project.machine();
        const other = project.beside(machine);
        const first = await machine.cut({ effect, end: async () => expectDone(await other.cut(), effect) });
        expect(first.met, effect).toBe(true);
        expectDone(first, effect);
        expect(stateOf(machine), effect).toEqual(wanted);
        for (const made of [other, machine]) made.remove();
      }
    },
    limit,
  );

  it(
    "that makes other bytes on another machine: one of the two is released, the other refused",
    async () => {
      for (const effect of heldUp()) {
        const machine = project.machine();
        const other = project.beside(machine);
        let second: Attempt<CutResult> | undefined;
        const end = async (): Promise<void> => void (second = await other.cut(null, { NONCE: "second" }));
        const first = await machine.cut({ effect, end }, { NONCE: "first" });
        const runs = [first, second];
        const refused = runs.filter((run) => run?.error !== undefined);
        for (const run of refused) expect(run?.error, effect).toMatchObject({ code: "CHANNEL_CONFLICT", exit: 4 });
        const released = runs.find((run) => run?.result !== undefined);
        expect(released, effect).toBeDefined();
        // Where neither was refused, the later one found the other's whole, and went on with it.
        expectReleaseOf(
          refused.includes(second) || (refused.length === 0 && nonceOf(machine) === "first") ? "first" : "second",
          machine,
        );
        for (const made of [other, machine]) made.remove();
      }
    },
    limit,
  );

  it(
    "in the same clone, after the locks were removed by hand, leaves nothing that the next run does not put right",
    async () => {
      for (const effect of heldUp()) {
        const machine = project.machine();
        const before = seenOn(machine);
        const end = async (): Promise<void> => {
          for (const lock of ["releases/.lock", `.ggen-release/work/${tag}.lock`])
            rmSync(join(machine.repository, lock), { force: true });
          expectDone(await machine.cut(), effect);
        };
        const first = await machine.cut({ effect, end });
        expect(seenOn(machine), effect).not.toEqual(before);
        if (first.error !== undefined) expect(first.error, effect).toMatchObject({ exit: expect.any(Number) });
        expectDone(await machine.cut(), effect);
        expect(stateOf(machine), effect).toEqual(wanted);
        machine.remove();
      }
    },
    limit,
  );

  function expectDone({ error }: Attempt<CutResult>, where: string): void {
    expect(error, where).toBeUndefined();
  }
});

/** The release on the site is this machine's, whole, and agrees with itself. */
function expectReleaseOf(nonce: string, { site }: Machine): void {
  const folder = join(site, tag);
  expect(nonceOf({ site })).toBe(nonce);
  const manifest = readManifest(readFileSync(join(folder, "manifest.json"), "utf8"));
  const files = manifest?.artifacts.map(({ file, sha256 }) => [file, sha256]) ?? [];
  expect(new Set(readdirSync(folder))).toEqual(new Set([...files.map(([file]) => file), "manifest.json"]));
  for (const [file = "", sha256] of files)
    expect(
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
      file,
    ).toBe(sha256);
}

/** What the published program was built with. */
function nonceOf({ site }: Pick<Machine, "site">): string {
  return readFileSync(join(site, tag, program), "latin1").replace(/^[^]*\0/, "");
}
