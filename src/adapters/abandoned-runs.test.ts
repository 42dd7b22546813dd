import { spawn } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { isAlive } from "../../test/bad-inputs/running.ts";
import { scratchFolder } from "../../test/scratch.ts";
import { removeAbandonedRuns } from "./abandoned-runs.ts";
import { markWords, ownMark, statOf } from "./run-mark.ts";
import { startOf } from "./system-environment.ts";

const mine = ownMark();
/** Numbers this high are given to nobody. */
const dead = { ...mine, pid: 4_194_000 };
const scratch = (mark: typeof mine, label = "source"): string => `ggen-release-${label}-${markWords(mark)}-aB3dE6`;
const list = (mark: typeof mine): string => `ggen-release-children-${markWords(mark)}`;

let folder: string;
const before = process.env["TMPDIR"];
beforeEach(async () => {
  folder = await scratchFolder("abandoned");
  process.env["TMPDIR"] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
});

it("removes the folders of runs that are dead, of a number that another has now, and of before a restart", async () => {
  const gone = [dead, { ...mine, start: "1" }, { ...dead, boot: "00000000" }, { ...mine, boot: "00000000" }];
  for (const mark of gone) {
    await mkdir(join(folder, scratch(mark), "source"), { recursive: true });
    await writeFile(join(folder, scratch(mark), "source", "file"), "");
    await writeFile(join(folder, list(mark)), "");
  }
  await removeAbandonedRuns();
  expect(await readdir(folder)).toEqual([]);
});

it("leaves what is of a living run, of another machine, a link, a file, or not named by us", async () => {
  const kept = [scratch(mine), scratch({ ...dead, machine: "00000000" }), "ggen-release-source-aB3dE6", "other"];
  for (const name of kept) await mkdir(join(folder, name, "source"), { recursive: true });
  await mkdir(join(folder, "other", scratch(dead)));
  await symlink("other", join(folder, scratch(dead)));
  await writeFile(join(folder, scratch(dead, "smoke")), "");
  await symlink("other", join(folder, list(dead)));
  const all = await readdir(folder);
  await removeAbandonedRuns();
  expect(await readdir(folder)).toEqual(all);
  expect(await readdir(join(folder, "other"))).toEqual([scratch(dead), "source"]);
});

it("removes a bounded number in one run, and the rest in the next", async () => {
  for (let pid = 4_194_000; pid < 4_194_020; pid++) await mkdir(join(folder, scratch({ ...mine, pid })));
  for (const left of [12, 4, 0]) {
    await removeAbandonedRuns();
    expect(await readdir(folder)).toHaveLength(left);
  }
});

it("ends the children that a dead run wrote down, and no process that has only the same number", async () => {
  const [one, other, member] = [groupLeader(), groupLeader(), groupLeader()];
  const start = (pid: number): string => startOf(statOf(pid) ?? "");
  const lines = [`${one} ${start(one)}`, `${other} 1`, "x", "-1 1", "0 0"];
  await writeFile(join(folder, list(dead)), `${lines.join("\n")}\n${member} `);
  await removeAbandonedRuns();
  await expect.poll(() => isAlive(one)).toBe(false);
  expect([other, member].map(isAlive)).toEqual([true, true]);
  expect(await readdir(folder)).toEqual([]);
});

function groupLeader(): number {
  const child = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid ?? 0;
}
