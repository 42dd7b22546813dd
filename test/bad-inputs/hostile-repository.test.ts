/** Repositories made to lead the program somewhere else: out of the tree, into .git, or to files that the tag does not hold. */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CommandRun } from "../cli.ts";
import { scratchFolder } from "../scratch.ts";
import { expectRefusal, toolScene, type Scene } from "./scene.ts";

/** Runs the program in another folder than the scene's. */
function runIn(scene: Scene, folder: string, args: readonly string[]): Promise<CommandRun> {
  return scene.run(args, {}, ["sh", "-c", `cd '${folder}' && exec "$@"`, "sh"]);
}

describe("core.worktree of a repository (bad input 29)", () => {
  const refusal = { exit: 2, code: "GIT_WORK_TREE", what: "core.worktree", next: "git config --unset" } as const;

  it("that names any folder but the one around its .git is refused, and nothing is written there", async () => {
    const outside = await scratchFolder("outside");
    const scene = await toolScene({ files: { "docs/a.md": "a" } });
    const settings = join(scene.repository.folder, ".git/config");
    const before = await readFile(settings, "utf8");
    for (const value of [".", "objects", "../docs", "../..", outside, "/", "gone", String.raw`../docs\n`]) {
      await writeFile(settings, `${before}[core]\n\tworktree = "${value}"\n`);
      expectRefusal(await runIn(scene, join(scene.repository.folder, "docs"), ["build", "v1.2.3"]), refusal);
    }
    expect([await scene.left(), await readdir(outside)]).toEqual([[], []]);
  });

  it("is refused by every command that reads the repository", async () => {
    const scene = await toolScene();
    scene.repository.git("config", "core.worktree", ".");
    for (const args of [["check"], ["plan", "v1.2.3"], ["cut", "v1.2.3"], ["init", "--force"], ["version", "next"]])
      expectRefusal(await scene.run(args), refusal);
    expect(await readdir(join(scene.repository.folder, ".git"))).not.toContain("releases");
  });

  it("is of no matter in a linked working tree, a submodule and a repository whose .git lies elsewhere", async () => {
    const scene = await toolScene();
    const aside = await scratchFolder("aside");
    const git = (...words: readonly string[]): string => scene.repository.git(...words);
    const [linked, separate] = [join(aside, "linked"), join(aside, "separate")];
    git("worktree", "add", "--quiet", "--detach", linked);
    git("clone", "--quiet", `--separate-git-dir=${join(aside, "git")}`, scene.repository.folder, separate);
    git("clone", "--quiet", scene.repository.folder, join(aside, "outer"));
    const add = ["submodule", "--quiet", "add", scene.repository.folder, "inner"];
    git("-C", join(aside, "outer"), "-c", "protocol.file.allow=always", ...add);
    for (const folder of [linked, separate, join(aside, "outer/inner")]) {
      const run = await runIn(scene, join(folder, "bin"), ["plan", "v1.2.3"]);
      expect(run.exit, run.stderr).toBe(0);
    }
  });
});

describe("a folder that is git's own (bad input 29)", () => {
  it("is refused, and so is a repository without files, each with what to do", async () => {
    const scene = await toolScene();
    const { folder } = scene.repository;
    expectRefusal(await runIn(scene, join(folder, ".git/refs"), ["plan", "v1.2.3"]), {
      exit: 2,
      code: "GIT_WORK_TREE",
      what: "belongs to git itself",
      next: "Change to the folder",
    });
    scene.repository.git("config", "core.bare", "true");
    expectRefusal(await scene.run(["check"]), { exit: 2, code: "GIT_WORK_TREE", next: "core.bare false" });
    // A repository that a commit brought along as plain files, with settings of its own.
    const planted = await scratchFolder("planted");
    execFileSync("git", ["init", "--quiet", "--bare", join(planted, "fake")]);
    execFileSync("git", ["-C", join(planted, "fake"), "config", "core.bare", "false"]);
    execFileSync("git", ["-C", join(planted, "fake"), "config", "core.worktree", ".."]);
    await mkdir(join(planted, "fake/docs"));
    for (const inner of ["fake", "fake/docs"]) {
      const run = await runIn(scene, join(planted, inner), ["init"]);
      expectRefusal(run, { exit: 2, code: "GIT_WORK_TREE" });
    }
    expect(await readdir(planted)).toEqual(["fake"]);
  });
});

describe("a configuration that is a link (bad input 32)", () => {
  const refusal = { exit: 2, code: "CONFIG_NOT_A_FILE", what: "is a link, not a file", next: "--config FILE" } as const;
  const commands = [["check"], ["plan", "v1.2.3"], ["build", "--snapshot"], ["cut", "v1.2.3"], ["version", "next"]];
  const canary = "hunter2-canary: [";

  it("is refused, in the commit and beside it, and nothing of what it leads to is shown", async () => {
    for (const isCommitted of [true, false]) {
      const scene = await toolScene();
      const config = join(scene.repository.folder, "ggen-release.yaml");
      await writeFile(join(scene.home, "secret"), canary);
      await rm(config);
      if (!isCommitted) scene.repository.commit("none");
      await symlink(join(scene.home, "secret"), config);
      if (isCommitted) scene.repository.commit("link");
      for (const args of commands) {
        const run = await scene.run(args);
        expectRefusal(run, refusal);
        expect(`${run.stdout}${run.stderr}`).not.toContain("canary");
      }
    }
  });

  it("is refused in the commit where the working directory has a file", async () => {
    const scene = await toolScene();
    const config = join(scene.repository.folder, "ggen-release.yaml");
    const text = await readFile(config, "utf8");
    await rm(config);
    await symlink("README.md", config);
    scene.repository.commit("link");
    await rm(config);
    await writeFile(config, text);
    expectRefusal(await scene.run(["plan", "v1.2.3"]), { ...refusal, what: "In the commit" });
  });

  it("is followed where the user names it himself", async () => {
    const scene = await toolScene();
    const config = join(scene.repository.folder, "ggen-release.yaml");
    await symlink(config, join(scene.home, "link.yaml"));
    for (const args of [["check"], ["plan", "v1.2.3"]]) {
      const run = await scene.run([...args, "--config", join(scene.home, "link.yaml")]);
      expect(run.exit, run.stderr).toBe(0);
    }
  });

  it("is refused as a pipe or a folder too, at once", async () => {
    for (const make of ["mkfifo", "mkdir"]) {
      const scene = await toolScene();
      const config = join(scene.repository.folder, "ggen-release.yaml");
      await rm(config);
      execFileSync(make, [config]);
      expectRefusal(await scene.run(["check"]), { exit: 2, code: "CONFIG_NOT_A_FILE", what: /a folder|a pipe/ });
    }
  });
});
