/** `build` on one machine or several, and `cut` that goes on with what it left. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crashProject, git, tag, type CrashProject, type Machine } from "../crash/release-scene.ts";
import { stateOf } from "../crash/release-state.ts";

const targets = ["x86_64-linux-gnu", "x86_64-linux-musl"] as const;

let project: CrashProject;
/** What a release is that one machine made in one go. */
let undisturbed: readonly string[];

beforeAll(async () => {
  project = crashProject({ targets });
  const machine = project.machine();
  expect(await machine.cut()).toMatchObject({ builds: 2, met: false });
  undisturbed = released(machine);
});
afterAll(() => project.remove());

/** Without what stays of the building itself. */
function released(machine: Machine): readonly string[] {
  return stateOf(machine).filter((line) => !line.startsWith(".ggen-release/"));
}

const built = (machine: Machine, ...names: readonly string[]): string =>
  join(machine.repository, ".ggen-release", "build", tag, ...names);

describe("cut after build", () => {
  it("goes on with what build left, and builds nothing", async () => {
    const machine = project.machine();
    expect((await machine.build()).builds).toBe(2);
    const cut = await machine.cut();
    expect(cut).toMatchObject({ builds: 0, result: { unchanged: false } });
    expect(released(machine)).toEqual(undisturbed);
    expect(cut.events).toContainEqual(
      expect.objectContaining({ type: "step-finished", step: "build", detail: `built before, in ${built(machine)}` }),
    );
    const report = readFileSync(join(machine.repository, "releases", tag, "REPORT.md"), "utf8");
    expect(report).toContain("not run here: taken from");
  });

  it.each([
    ["other bytes", (path: string) => appendFileSync(path, "x"), /now it is [0-9a-f]{64}/],
    ["nothing", (path: string) => rmSync(path), /now it is nothing/],
  ])("refuses it when %s is where a file was", async (_, change, what) => {
    const machine = project.machine();
    await machine.build();
    change(built(machine, "tool-1.0.0-x86_64-linux-gnu.tar.gz"));
    const { error } = await machine.cut();
    expect(error).toMatchObject({ code: "ARTIFACT_CHANGED", exit: 3, what: expect.stringMatching(what) });
    expect(readdirSync(machine.site)).not.toContain("v1.0.0");
    expect(git(machine.repository, "tag").split("\n")).not.toContain("v1.0.0");
    // What the message says to do.
    rmSync(built(machine), { recursive: true });
    expect(await machine.cut()).toMatchObject({ result: { unchanged: false } });
    expect(released(machine)).toEqual(undisturbed);
  });

  it("builds anew, and says so, when the plan has changed since", async () => {
    const machine = project.machine();
    await machine.build();
    git(machine.repository, "commit", "--quiet", "--allow-empty", "--message", "go on");
    const { events, builds, result } = await machine.cut();
    expect([builds, result?.unchanged]).toEqual([2, false]);
    const message = expect.stringContaining("is not of this plan") as string;
    expect(events).toContainEqual({ type: "warning", message });
  });

  it("takes no part for the whole, nor what an interrupted build left", async () => {
    for (const interrupted of [true, false]) {
      const machine = project.machine();
      if (interrupted) {
        await machine.build();
        rmSync(built(machine, "manifest.json"));
      }
      const part = await machine.build({ only: ["x86_64-linux-musl"] });
      expect(part).toMatchObject({ result: { folder: `${built(machine)}@x86_64-linux-musl` } });
      const cut = await machine.cut();
      expect(cut.events).toContainEqual({ type: "step-finished", step: "build", detail: "2 builds" });
      expect(released(machine)).toEqual(undisturbed);
    }
  });

  it("fills a folder where a file of the manifest lies only in another store", async () => {
    const machine = project.machine();
    await machine.cut();
    rmSync(join(machine.repository, "releases", tag, "tool-1.0.0-x86_64-linux"));
    expect(await machine.cut()).toMatchObject({ builds: 0, result: { unchanged: false } });
    expect(released(machine)).toEqual(undisturbed);
  });
});

describe("parts of several machines", () => {
  const made: string[] = [];
  beforeAll(async () => {
    for (const target of targets) {
      const machine = project.machine();
      const out = join(machine.folder, "part");
      expect(await machine.build({ only: [target], out })).toMatchObject({ builds: 1, result: { folder: out } });
      made.push(out);
    }
  });

  /** As they come over to another machine, by a service that keeps no modes. */
  function parts(): readonly string[] {
    return made.map((part) => {
      const copy = join(mkdtempSync(`${part}-`), "part");
      cpSync(part, copy, { recursive: true });
      for (const name of readdirSync(copy)) chmodSync(join(copy, name), 0o644);
      return copy;
    });
  }

  it("are joined, and released without a build", async () => {
    const merge = parts();
    const machine = project.machine();
    expect((await machine.build({ merge })).builds).toBe(0);
    expect((await machine.cut()).builds).toBe(0);
    expect(released(machine)).toEqual(undisturbed);
    expect(statSync(built(machine, "tool-1.0.0-x86_64-linux")).mode & 0o777).toBe(0o755);
  });

  it("are refused where one is missing, with its target and the command that makes it, and nothing is built", async () => {
    const [part = ""] = parts();
    const machine = project.machine();
    const attempt = await machine.build({ merge: [part] });
    expect(attempt).toMatchObject({
      builds: 0,
      error: {
        code: "MERGE_INCOMPLETE",
        exit: 5,
        what: expect.stringContaining(`No part holds ${targets[1]}: tool-1.0.0-`),
        next: expect.stringContaining(`ggen-release build ${tag} --only ${targets[1]} `),
      },
    });
    expect(released(machine)).toEqual(released(project.machine()));
    expect(readdirSync(machine.repository)).not.toContain(".ggen-release");
  });

  it("are not joined by a run that makes a part itself", async () => {
    const merge = parts();
    const attempt = await project.machine().build({ merge, only: [targets[0]] });
    expect(attempt).toMatchObject({ builds: 0, error: { code: "USAGE", exit: 2 } });
  });

  it("are not joined into the folder of one of them", async () => {
    const merge = parts();
    const attempt = await project.machine().build({ merge, ...(merge[0] === undefined ? {} : { out: merge[0] }) });
    expect(attempt).toMatchObject({ builds: 0, error: { code: "USAGE", exit: 2 } });
    expect((await project.machine().build({ merge })).builds).toBe(0);
  });

  it("of another plan are refused", async () => {
    const [part = ""] = parts();
    const machine = project.machine();
    git(machine.repository, "commit", "--quiet", "--allow-empty", "--message", "go on");
    const { error } = await machine.build({ merge: [part] });
    expect(error).toMatchObject({ code: "MERGE_OTHER_PLAN", exit: 4 });
    expect((await machine.cut()).builds).toBe(2);
  });

  it.each([
    ["MERGE_PART_DAMAGED", 3, (part: string) => writeFileSync(join(part, "part.json"), '{"schema":1')],
    ["MERGE_PART_DAMAGED", 3, (part: string) => rename(part, "tool-1.0.0-x86_64-linux", "../../outside")],
    ["MERGE_PART_DAMAGED", 3, (part: string) => rename(part, "tool-1.0.0-x86_64-linux", "tool-2.0.0")],
    ["ARTIFACT_CHANGED", 3, (part: string) => appendFileSync(join(part, "tool-1.0.0-x86_64-linux"), "x")],
    ["FILE_MISSING", 2, (part: string) => rmSync(join(part, "tool-1.0.0-x86_64-linux"))],
    ["FILE_MISSING", 2, (part: string) => rmSync(join(part, "part.json"))],
  ])("are refused as %s (exit %i) when something is wrong with them", async (code, exit, change) => {
    const [part = "", ...others] = parts();
    change(part);
    const machine = project.machine();
    expect((await machine.build({ merge: [part, ...others] })).error).toMatchObject({ code, exit });
    expect(released(machine).filter((line) => line.includes("manifest.json"))).toEqual([]);
  });

  it("that made different bytes of one file are refused", async () => {
    const [part = ""] = parts();
    const twin = join(part, "..", "twin");
    const machine = project.machine();
    await machine.build({ only: [targets[0]], out: twin });
    const other = readFileSync(join(twin, "part.json"), "utf8").replace(
      /"sha256":"[0-9a-f]{64}"/,
      `"sha256":"${"0".repeat(64)}"`,
    );
    writeFileSync(join(twin, "part.json"), other);
    expect((await machine.build({ merge: [part, twin] })).error).toMatchObject({ code: "MERGE_CONFLICT", exit: 4 });
  });

  function rename(part: string, from: string, to: string): void {
    const text = readFileSync(join(part, "part.json"), "utf8");
    writeFileSync(join(part, "part.json"), text.replace(`"file":"${from}"`, `"file":"${to}"`));
  }
});
