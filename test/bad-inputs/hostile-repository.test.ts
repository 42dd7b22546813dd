/** Repositories made to lead the program somewhere else: out of the tree, into .git, or to files that the tag does not hold. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

describe("a document that is a link (bad input 32)", () => {
  const linked = async (path: string, target: string, config = ""): Promise<Scene> => {
    const scene = await toolScene({ config, files: { "docs/page.md": "the page\n" } });
    const at = join(scene.repository.folder, path);
    await mkdir(dirname(at), { recursive: true });
    await rm(at, { force: true });
    await symlink(target, at);
    scene.repository.commit("link");
    return scene;
  };

  it("and leads out of the tree is refused before anything is built, named by nobody or by the configuration", async () => {
    for (const [path, target, config] of [
      ["README.md", "/etc/passwd", ""],
      ["LICENSE", "../../../etc/passwd", ""],
      ["README.md", "README.md", ""],
      ["docs/tool.1", "/etc/passwd", "documents: { man: [docs/tool.1] }\n"],
      ["completions/tool.bash", "/etc/passwd", "documents: { completions: { bash: completions/tool.bash } }\n"],
      ["etc/conf", "/etc/passwd", "packages: { deb: { files: { etc: /etc/tool } } }\n"],
      ["copyright", "/etc/passwd", "packages: { deb: { copyright: copyright } }\n"],
    ] as const) {
      const scene = await linked(path, target, config);
      for (const args of [
        ["plan", "v1.2.3"],
        ["cut", "v1.2.3"],
      ])
        expectRefusal(await scene.run(args), {
          exit: 2,
          code: "GIT_SYMLINK_ESCAPES",
          what: path,
          next: "Commit the file",
        });
      expect((await scene.left()).filter((left) => /^releases\/.*\/(?!PIPELINE.log$)|^[~$]/.test(left))).toEqual([]);
      expect((await scene.run(["check"])).exit).toBe(2);
    }
  });

  it("and leads to nothing, or to a folder, is refused before anything is built", async () => {
    const dangling = await linked("LICENSE", "gone");
    expectRefusal(await dangling.run(["plan", "v1.2.3"]), { exit: 2, code: "GIT_SYMLINK_DANGLING", what: "LICENSE" });
    const folder = await linked("README.md", "docs");
    expectRefusal(await folder.run(["plan", "v1.2.3"]), { exit: 2, code: "PACKAGE_SPECIAL_FILE", what: "README.md" });
    const absent = await toolScene({ config: "packages: { deb: { files: { gone: /opt/gone } } }\n" });
    expectRefusal(await absent.run(["plan", "v1.2.3"]), { exit: 2, code: "PACKAGE_FILE_MISSING", what: "gone" });
  });

  it("and stays in the tree is shipped as what it leads to", async () => {
    const scene = await linked("README.md", "docs/../docs/page.md");
    const run = await scene.run(["cut", "v1.2.3"]);
    expect(run.exit, run.stderr).toBe(0);
    const archive = join(scene.repository.folder, "releases/v1.2.3/tool-1.2.3-x86_64-linux.tar.gz");
    const words = ["-xzOf", archive, "tool-1.2.3-x86_64-linux/README.md"];
    expect(execFileSync("tar", words, { encoding: "utf8" })).toBe("the page\n");
  });
});

describe("a document whose name no archive can hold (bad input 34)", () => {
  it("is refused before anything is built, and drawn on no screen", async () => {
    const files = { "docs/e\u001b[31m.md": "x" };
    const scene = await toolScene({ config: "documents: { files: [docs/*] }\n", files });
    const run = await scene.run(["plan", "v1.2.3"]);
    expectRefusal(run, { exit: 2, code: "PACKAGE_PATH_INVALID", what: "control character", next: "Rename" });
    expect(run.stderr).not.toContain("\u001b");
  });
});

describe("source.overlay", () => {
  it("brings documents that the tag does not hold, with and without their names in the configuration", async () => {
    const overlay = "source: { overlay: { NOTICE: made/notice, docs/tool.1: made/page, more/x.txt: made/notice } }\n";
    const named = "documents: { files: [README.md, more/*.txt], man: [docs/tool.1] }\n";
    for (const [config, wanted] of [
      [`${overlay}${named}`, ["README.md", "x.txt", "tool.1"]],
      [overlay, ["README.md", "NOTICE", "LICENSE"]],
    ] as const) {
      const scene = await toolScene({ config, files: { ".gitignore": "/releases/\n/.ggen-release/\n/made/\n" } });
      await scene.repository.write({ "made/notice": "laid over\n", "made/page": ".TH TOOL 1\n" });
      const run = await scene.run(["cut", "v1.2.3"]);
      expect(run.exit, run.stderr).toBe(0);
      const archive = join(scene.repository.folder, "releases/v1.2.3/tool-1.2.3-x86_64-linux.tar.gz");
      const names = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).split("\n");
      for (const name of wanted)
        expect(
          names.some((one) => one.endsWith(`/${name}`)),
          `${name} of ${names.join(", ")}`,
        ).toBe(true);
    }
  });

  it("takes no file from behind a link that leads out, and lays none behind one (bad input 32)", async () => {
    const outside = await scratchFolder("outside");
    await writeFile(join(outside, "secret"), "secret");
    for (const [overlay, what] of [
      ["{ README.md: link/secret }", "lays link/secret over README.md"],
      ["{ README.md: secret }", "lays secret over README.md"],
      ["{ link/planted: LICENSE }", 'behind "link"'],
    ] as const) {
      const scene = await toolScene({ config: `source: { overlay: ${overlay} }\n` });
      await symlink(outside, join(scene.repository.folder, "link"));
      await symlink(join(outside, "secret"), join(scene.repository.folder, "secret"));
      scene.repository.commit("links");
      for (const args of [
        ["plan", "v1.2.3"],
        ["build", "v1.2.3"],
      ])
        expectRefusal(await scene.run(args), { exit: 2, code: "CONFIG_PATH_ESCAPES", what });
      expect(await readdir(outside)).toEqual(["secret"]);
    }
  });

  it("lays nothing into .git, and nothing of it is shipped (bad input 29)", async () => {
    for (const config of [
      "source: { overlay: { .git/config: README.md } }\n",
      "documents: { completions: { bash: .git/config } }\n",
      "packages: { deb: { files: { lib/.GIT: /opt/x } } }\n",
    ]) {
      const scene = await toolScene({ config });
      expectRefusal(await scene.run(["plan", "v1.2.3"]), { exit: 2, code: "CONFIG_PATH_ESCAPES", what: "git's own" });
    }
  });
});

describe("programs that a repository's settings name (bad input 29)", () => {
  const evil = async (scene: Scene): Promise<string> => {
    const script = join(scene.home, "evil.sh");
    await writeFile(script, `#!/bin/sh\necho "$0 $*" >> '${join(scene.home, "ran")}'\ncat\n`, { mode: 0o755 });
    return script;
  };
  const withSubmodule = async (inner: Scene, outer: Scene, name = "lib"): Promise<void> => {
    const add = ["submodule", "--quiet", "add", "--name", name, inner.repository.folder, "lib"];
    outer.repository.git("-c", "protocol.file.allow=always", ...add);
    outer.repository.commit("submodule");
  };

  it("are not started of a submodule that has changed, and the change is told all the same", async () => {
    const [inner, outer] = [await toolScene({ files: { ".gitattributes": "* filter=evil\n" } }), await toolScene()];
    const script = await evil(outer);
    await withSubmodule(inner, outer);
    const lib = join(outer.repository.folder, "lib");
    for (const setting of ["filter.evil.clean", "filter.evil.smudge", "core.fsmonitor"])
      outer.repository.git("-C", lib, "config", setting, script);
    await writeFile(join(lib, "README.md"), "changed\n");
    for (const args of [
      ["plan", "v1.2.3"],
      ["build", "v1.2.3"],
      ["cut", "v1.2.3"],
    ]) {
      const run = await outer.run(args);
      expect(run.exit, run.stderr).toBe(0);
      expect(run.stderr).toContain("not committed, so not in the release: lib");
    }
    expect(existsSync(join(outer.home, "ran"))).toBe(false);
  });

  it("are not started when origin is asked for its tag", async () => {
    for (const settings of [
      { "remote.origin.uploadpack": "evil" },
      { "remote.origin.url": "ssh://host.invalid/tool", "core.sshCommand": "evil" },
      { "remote.origin.url": "git://host.invalid/tool", "core.gitProxy": "evil" },
    ]) {
      const scene = await toolScene();
      const script = await evil(scene);
      scene.repository.git("tag", "--annotate", "--message", "one", "v1.2.3");
      scene.repository.git("remote", "add", "origin", scene.repository.folder);
      for (const [name, value] of Object.entries(settings))
        scene.repository.git("config", name, value === "evil" ? script : value);
      const run = await scene.run(["cut", "v1.2.3"]);
      expect(run.exit, run.stderr).toBe(0);
      expect(existsSync(join(scene.home, "ran")), JSON.stringify(settings)).toBe(false);
    }
  });

  it("are not started by way of a submodule's name", async () => {
    const [inner, outer] = [await toolScene(), await toolScene()];
    await withSubmodule(inner, outer);
    const path = join(outer.repository.folder, ".gitmodules");
    const hostile = `[submodule "lib.update=!touch '${join(outer.home, "ran")}';#"]\n\tpath = lib\n\turl = /\n`;
    await writeFile(path, `${hostile}${await readFile(path, "utf8")}`);
    outer.repository.commit("name");
    expectRefusal(await outer.run(["cut", "v1.2.3"]), { exit: 2, code: "GIT_SUBMODULE_MISSING", what: "git misreads" });
    expect(existsSync(join(outer.home, "ran"))).toBe(false);
  });
});

describe("a submodule of a submodule", () => {
  it("comes from the user's own copy, whatever address is named for it (bad input 29)", async () => {
    const [deepest, inner, outer] = [await toolScene(), await toolScene(), await toolScene()];
    const allowed = ["-c", "protocol.file.allow=always", "submodule", "--quiet"];
    inner.repository.git(...allowed, "add", deepest.repository.folder, "deep");
    inner.repository.commit("deep");
    outer.repository.git(...allowed, "add", inner.repository.folder, "lib");
    outer.repository.git(...allowed, "update", "--init", "--recursive");
    outer.repository.commit("lib");
    await rm(deepest.repository.folder, { recursive: true });
    await rm(inner.repository.folder, { recursive: true });
    const run = await outer.run(["cut", "v1.2.3"]);
    expect(run.exit, run.stderr).toBe(0);
  });
});

describe("objects that a repository replaces (bad input 29)", () => {
  it("are read as what their ids name, as in every other clone", async () => {
    const scene = await toolScene();
    const commit = scene.repository.git("rev-parse", "HEAD");
    await scene.repository.write({ "ggen-release.yaml": "name: [\n" });
    const other = scene.repository.commit("broken");
    scene.repository.git("reset", "--quiet", "--hard", commit);
    scene.repository.git("replace", commit, other);
    const run = await scene.run(["plan", "v1.2.3"]);
    expect(run.exit, run.stderr).toBe(0);
  });

  it("or graft do not put a commit on the branch that must hold it", async () => {
    const scene = await toolScene({ config: "source: { branch: main }\n" });
    const main = scene.repository.git("rev-parse", "HEAD");
    scene.repository.git("checkout", "--quiet", "--orphan", "side");
    const side = scene.repository.commit("side");
    await writeFile(join(scene.repository.folder, ".git/info/grafts"), `${main} ${side}\n`);
    expect((await scene.run(["plan", "v1.2.3"])).stderr).toContain("is not on main");
  });
});
