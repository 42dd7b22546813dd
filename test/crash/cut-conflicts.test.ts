/** `cut` that meets what is not its own: files of somebody else, a tag that was moved, a damaged stage. */
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crashProject, git, wholeStage, tag, type CrashProject, type Machine } from "./release-scene.ts";
import { seenOn, stateOf } from "./release-state.ts";

const release = join("repository", "releases", tag);
const program = "tool-1.0.0-x86_64-linux";
const archive = `${program}.tar.gz`;

let project: CrashProject;
/** What a run leaves that nothing disturbs. */
let wanted: readonly string[];
/** Name of the folder in which the site stages the release. */
let stage: string;
/** Effects by which a run has staged all of the release here, or there too, and has published nothing. */
let stagedHere: string;
let stagedThere: string;

beforeAll(async () => {
  project = crashProject();
  const machine = project.machine();
  const { effects } = await machine.cut();
  wanted = stateOf(machine);
  stagedHere = wholeStage(effects, `repository/releases/${tag}`);
  stagedThere = wholeStage(effects, `site/.staged/${tag}/<digest>`);
  const { site } = await project.killedAfter(stagedThere);
  [stage = ""] = readdirSync(join(site, ".staged", tag)).filter((name) => name !== "incoming");
});
afterAll(() => project.remove());

/** Refused, and again with nothing changed by the second time. */
async function expectRefusedTwice(machine: Machine, refusal: object): Promise<void> {
  expect((await machine.cut()).error).toMatchObject(refusal);
  const before = stateOf(machine);
  expect((await machine.cut()).error).toMatchObject(refusal);
  expect(stateOf(machine)).toEqual(before);
}

describe("what is somebody else's", () => {
  interface Stranger {
    readonly where: string;
    readonly path: () => string;
    /** What has to go for the release to be made; the file itself by default. */
    readonly away?: string;
  }
  const strangers: readonly Stranger[] = [
    { where: "a file in the release's own folder", path: () => join(release, archive) },
    { where: "a list of sums there", path: () => join(release, "SHA256SUMS") },
    {
      where: "a folder in the place of a file",
      path: () => join(release, program, "file"),
      away: join(release, program),
    },
    { where: "a file on the site", path: () => join("site", tag, archive), away: join("site", tag) },
    {
      where: "a folder of the tag's name on the site",
      path: () => join("site", tag, "notes"),
      away: join("site", tag),
    },
    { where: "a file of the tag's name on the site", path: () => join("site", tag) },
    { where: "a file in the stage", path: () => join("site", ".staged", tag, stage, archive) },
    { where: "a file in the place of the pointer", path: () => join("site", "latest") },
  ];

  it.each(strangers)("$where is a conflict, however often cut is run, and stays as it is", async ({ path, away }) => {
    const machine = project.machine();
    const file = join(machine.folder, path());
    rmSync(file, { force: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "of somebody else");
    const before = seenOn(machine);
    const next = expect.stringMatching(/away[^]*, then run: ggen-release cut v1\.0\.0/) as string;
    await expectRefusedTwice(machine, { code: "CHANNEL_CONFLICT", exit: 4, next });
    expect(readFileSync(file, "utf8")).toBe("of somebody else");
    // Only where the pointer is the obstacle has the release itself appeared.
    if (!file.endsWith("latest")) expect(seenOn(machine)).toEqual(before);
    rmSync(away === undefined ? file : join(machine.folder, away), { recursive: true });
    expect((await machine.cut()).error).toBeUndefined();
    expect(stateOf(machine)).toEqual(wanted);
  });
});

describe("a tag that was moved", () => {
  it.each(["here", "there too"])("after the release was staged %s is refused, until it is set back", async (where) => {
    const machine = await project.killedAfter(where === "here" ? stagedHere : stagedThere);
    const before = seenOn(machine);
    const commit = git(machine.repository, "rev-parse", `${tag}^{commit}`);
    git(machine.repository, "commit", "--quiet", "--allow-empty", "--message", "go on");
    const move = ["tag", "--force", "--annotate", "--message", "moved", tag];
    git(machine.repository, ...move);
    const next = expect.stringContaining(`git tag -f -a ${tag} ${commit.slice(0, 12)}`) as string;
    await expectRefusedTwice(machine, { code: "GIT_TAG_MOVED", exit: 4, next });
    expect(seenOn(machine)).toEqual(before);
    git(machine.repository, ...move, commit);
    expect(await machine.cut()).toMatchObject({ builds: 0, result: { unchanged: false } });
    expect(stateOf(machine)).toEqual(wanted);
  });

  it("before anything was staged is the release's own", async () => {
    const machine = await project.killedAfter(`createTag repository/${tag}#1`);
    git(machine.repository, "commit", "--quiet", "--allow-empty", "--message", "go on");
    git(machine.repository, "tag", "--force", "--annotate", "--message", "moved", tag);
    const { result } = await machine.cut();
    expect(result?.manifest.commit).toBe(git(machine.repository, "rev-parse", "HEAD"));
    expect(readFileSync(join(machine.site, tag, "manifest.json"), "utf8")).toContain(result?.manifest.commit);
  });
});

describe("a manifest that is damaged", () => {
  const change = (path: string, from: string | RegExp, to: string): void => {
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(from);
    writeFileSync(path, text.replace(from, to));
  };
  const damages: readonly (readonly [string, (path: string) => void])[] = [
    ["empty", (path) => truncateSync(path)],
    ["cut off", (path) => truncateSync(path, 300)],
    ["of zeros, as a crashed file system leaves it", (path) => writeFileSync(path, new Uint8Array(500))],
    ["without an artifact", (path) => change(path, /"artifacts":\[\{[^}]*\},/, '"artifacts":[')],
    ["naming a path", (path) => change(path, `"file":"${archive}"`, '"file":"../../../outside"')],
    ["naming a file of no plan", (path) => change(path, `"file":"${archive}"`, '"file":"virus"')],
  ];

  it.each(damages)("(%s) is refused, and nothing is done", async (_, damage) => {
    const machine = await project.killedAfter(stagedHere);
    damage(join(machine.folder, release, "manifest.json"));
    const before = seenOn(machine);
    await expectRefusedTwice(machine, {
      code: "STORE_DAMAGED",
      exit: 3,
      next: expect.stringContaining("Move the damaged"),
    });
    expect(seenOn(machine)).toEqual(before);
    rmSync(join(machine.folder, release), { recursive: true });
    expect((await machine.cut()).error).toBeUndefined();
    expect(stateOf(machine)).toEqual(wanted);
  });

  it("or gives a file another digest, is never published", async () => {
    for (const effect of [stagedHere, stagedThere]) {
      const machine = await project.killedAfter(effect);
      change(join(machine.folder, release, "manifest.json"), /"sha256":"[0-9a-f]{64}"/, `"sha256":"${"0".repeat(64)}"`);
      const before = seenOn(machine);
      await expectRefusedTwice(machine, { code: "CHANNEL_CONFLICT", exit: 4 });
      expect(seenOn(machine)).toEqual(before);
    }
  });

  it("on the site is refused by a machine that has nothing of its own", async () => {
    const machine = await project.killedAfter(stagedThere);
    truncateSync(join(machine.site, ".staged", tag, stage, "manifest.json"), 300);
    const other = project.beside(machine);
    expect((await other.cut()).error).toMatchObject({ code: "STORE_DAMAGED", exit: 3 });
  });

  it("does not hide a file of it that is damaged: another machine takes no changed bytes", async () => {
    const machine = await project.killedAfter(stagedThere);
    writeFileSync(join(machine.site, ".staged", tag, stage, archive), "damaged");
    const other = project.beside(machine);
    const before = seenOn(machine);
    expect((await other.cut()).error).toMatchObject({ code: "ARTIFACT_CHANGED", exit: 3 });
    expect(seenOn(machine)).toEqual(before);
  });
});
