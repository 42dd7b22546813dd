/** A machine that refuses: no room, no permission, an odd environment. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../scratch.ts";
import { copyOf, expectRefusal, failureIn, releaseIn, toolScene, type Scene } from "./scene.ts";

/** Runs what follows in a mount namespace of its own, after `$1` has made its mounts. */
function mounted(script: string): readonly string[] {
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", `set -e; ${script}; set +e; "$@"; exit $?`, "sh"];
}

/** Without the rights of root over other people's files, where it is root who runs this. */
const ordinary =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--"] : [];

const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
const needsMounts = canMount ? describe : describe.runIf(false);
const mounts = (name: string): string => (canMount ? name : `${name}: not run, user namespaces are not allowed here`);

needsMounts(mounts("a disk without room (bad input 70)"), () => {
  it("stops the release with what is whole, and the next run finishes it", async () => {
    const whole = await toolScene();
    for (const size of ["20k", "40k"]) {
      const scene = await copyOf(whole);
      const releases = await scratchFolder("small");
      const after = 'cp -a "$RELEASES" "$HOME/left"';
      const mount = `mount -t tmpfs -o size=${size} none "$RELEASES"`;
      const through = mounted(`${mount}; trap '${after}' EXIT`);
      const full = await scene.run(["cut", "v1.2.3", "--releases", releases], { RELEASES: releases }, through);
      expectRefusal(full, { exit: 7, code: "DISK_FULL", what: releases, next: "Free some space" });
      const left = join(scene.home, "left");
      await expectWhole(join(left, "v1.2.3"));

      const next = await scene.run(["cut", "v1.2.3", "--releases", left]);
      expect(next.exit, next.stderr).toBe(0);
      expect((await scene.run(["verify", join(left, "v1.2.3")])).exit).toBe(0);
      expect((await scene.left()).filter((path) => /\.part$|\.lock|^\$TMPDIR/.test(path))).toEqual([]);
    }
  });

  it("or without inodes leaves earlier releases as they are", async () => {
    const scene = await toolScene();
    const releases = join(scene.repository.folder, "releases");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const earlier = await releaseIn(join(releases, "v1.2.3"));
    const through = mounted(
      `cp -a '${releases}' "$HOME/copy"; mount -t tmpfs -o nr_inodes=26 none '${releases}'; cp -a "$HOME/copy/." '${releases}'; trap "cp -a '${releases}' '$HOME/after'" EXIT`,
    );
    const full = await scene.run(["cut", "v1.2.4", "--config", await nextConfig(scene)], {}, through);
    expectRefusal(full, { exit: 7, code: "DISK_FULL", next: "df -i" });
    expect(await releaseIn(join(scene.home, "after/v1.2.3"))).toEqual(earlier);
  });

  it("for temporary files is told as such, and leaves nothing there", async () => {
    const scene = await toolScene();
    const through = mounted('mount -t tmpfs -o size=16k none "$TMPDIR"; trap "ls -A $TMPDIR > $HOME/left" EXIT');
    const run = await scene.run(["cut", "v1.2.3"], {}, through);
    expectRefusal(run, {
      exit: 7,
      code: "DISK_FULL",
      what: /No space left on device|ENOSPC/,
      next: /Free some space|TMPDIR/,
    });
    expect(await readFile(join(scene.home, "left"), "utf8")).toBe("");
  });
});

describe("a file that may not be as large as it is (bad input 70)", () => {
  it("is named, and the next run without the limit finishes the release", async () => {
    // Each fits below 12 kB; the archive of them all does not.
    const scene = await toolScene({ files: { "README.md": noise(1), NOTICE: noise(2), "LICENSE-2": noise(3) } });
    const run = await scene.run(["cut", "v1.2.3"], {}, ["sh", "-c", 'ulimit -f 24; exec "$@"', "sh"]);
    expectRefusal(run, { exit: 7, code: "DISK_FULL", what: "tar.gz would be larger", next: "ulimit -f" });
    expect((await scene.left()).filter((path) => /\.part$|\.lock|^\$TMPDIR/.test(path))).toEqual([]);
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });
});

needsMounts(mounts("a file system that is read-only or noexec (bad input 70)"), () => {
  it("read-only is named, and nothing is changed", async () => {
    const scene = await toolScene();
    const releases = await scratchFolder("read-only");
    const through = mounted(`mount --bind '${releases}' '${releases}'; mount -o remount,ro,bind '${releases}'`);
    const run = await scene.run(["cut", "v1.2.3", "--releases", join(releases, "deep")], {}, through);
    expectRefusal(run, { exit: 7, code: "PERMISSION", what: "EROFS", next: "mounted read-only" });
    expect(await scene.left()).toEqual([]);
    expect(scene.repository.git("tag", "--list")).toBe("");
  });

  it("noexec for temporary files is no obstacle, unless the build executes what it made", async () => {
    const noexec = mounted('mount -t tmpfs -o noexec none "$TMPDIR"');
    const scene = await toolScene();
    expect((await scene.run(["cut", "v1.2.3"], {}, noexec)).exit).toBe(0);
    const builds = `builds:
  - { builder: command, run: "./configure && cp bin/tool tool", output: tool, targets: [x86_64-linux] }
`;
    const built = await toolScene({ builds, files: { configure: "#!/bin/sh\nexit 0\n" } });
    await chmod(join(built.repository.folder, "configure"), 0o755);
    built.repository.commit("executable");
    expectRefusal(await built.run(["cut", "v1.2.3"], {}, noexec), {
      exit: 7,
      code: "BUILD_FAILED",
      what: "Permission denied",
      next: "set TMPDIR",
    });
    expect((await built.run(["cut", "v1.2.3"])).exit).toBe(0);
  });

  it("noexec for the repository is not taken for a broken program", async () => {
    const scene = await toolScene();
    const { folder } = scene.repository;
    const through = mounted(
      `mount --bind '${folder}' '${folder}'; mount -o remount,noexec,bind '${folder}'; cd '${folder}'`,
    );
    const run = await scene.run(["cut", "v1.2.3"], {}, through);
    expectRefusal(run, { exit: 7, code: "PERMISSION", what: "may not be executed", next: "noexec" });
  });
});

describe("a folder that others own (bad input 70)", () => {
  it("is named with what to look at, and nothing is changed", async () => {
    const scene = await toolScene();
    const closed = await scratchFolder("closed");
    await chmod(closed, 0o555);
    const run = await scene.run(["cut", "v1.2.3", "--releases", join(closed, "releases")], {}, ordinary);
    expectRefusal(run, { exit: 7, code: "PERMISSION", what: `${closed}/releases/.lock (EACCES)`, next: "who owns" });
    expect(await scene.left()).toEqual([]);
    expect(await readdir(closed)).toEqual([]);
    expect(scene.repository.git("tag", "--list")).toBe("");
  });

  it("is told the same way as data", async () => {
    const scene = await toolScene();
    const closed = await scratchFolder("closed");
    await chmod(closed, 0o555);
    const args = ["cut", "v1.2.3", "--releases", closed];
    const [text, data] = [await scene.run(args, {}, ordinary), await scene.run([...args, "--json"], {}, ordinary)];
    const failed = failureIn(data);
    expect([data.exit, failed?.exit, failed?.code]).toEqual([7, 7, "PERMISSION"]);
    expect(text.stderr).toContain(
      `error: ${failed?.what} [PERMISSION]\n  why:  ${failed?.why}\n  next: ${failed?.next}\n`,
    );
  });

  it("that is a file, or lies behind one, is named", async () => {
    const scene = await toolScene();
    for (const releases of ["README.md", "README.md/deep"]) {
      const run = await scene.run(["cut", "v1.2.3", "--releases", releases]);
      expectRefusal(run, { exit: 7, code: "IO", what: "a file that is no folder", next: "another folder" });
    }
    expect(await scene.left()).toEqual([]);
    expect(await readFile(join(scene.repository.folder, "README.md"), "utf8")).toBe("# tool\n");
  });
});

describe("an environment that is odd (bad input 70)", () => {
  it("with a narrow umask gives the same files, for everybody to read", async () => {
    const whole = await toolScene();
    const [usual, narrow] = [await copyOf(whole), await copyOf(whole)];
    expect((await usual.run(["cut", "v1.2.3"])).exit).toBe(0);
    expect((await narrow.run(["cut", "v1.2.3"], {}, ["sh", "-c", 'umask 077; exec "$@"', "sh"])).exit).toBe(0);
    const folder = join(narrow.repository.folder, "releases/v1.2.3");
    expect(await releaseIn(folder)).toEqual(await releaseIn(join(usual.repository.folder, "releases/v1.2.3")));
    const modes = await Promise.all(
      ["..", ".", "manifest.json", "tool-1.2.3-x86_64-linux"].map(
        async (name) => (await stat(join(folder, name))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o755, 0o755, 0o644, 0o755]);
  });

  it("without HOME makes the same release", async () => {
    const scene = await toolScene();
    const run = await scene.run(["cut", "v1.2.3"], { HOME: undefined });
    expect(run.exit, run.stderr).toBe(0);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });

  it("without anybody's name for the tag says what to tell git, before anything is built", async () => {
    const scene = await toolScene();
    const nobody = {
      GIT_AUTHOR_NAME: undefined,
      GIT_AUTHOR_EMAIL: undefined,
      GIT_COMMITTER_NAME: undefined,
      GIT_COMMITTER_EMAIL: undefined,
    };
    scene.repository.git("config", "user.useConfigOnly", "true");
    const run = await scene.run(["cut", "v1.2.3"], nobody);
    expectRefusal(run, { exit: 7, code: "GIT_IDENTITY_MISSING", next: "git config user.name" });
    // Where the lock was.
    const mayStay = /^(releases|\.ggen-release(\/work)?$)/;
    expect((await scene.left()).filter((path) => !mayStay.test(path))).toEqual([]);
  });

  it("without a folder for temporary files names TMPDIR", async () => {
    const scene = await toolScene();
    const run = await scene.run(["cut", "v1.2.3"], { TMPDIR: join(scene.home, "nowhere") });
    expectRefusal(run, { exit: 7, code: "IO", what: join(scene.home, "nowhere"), next: "Set TMPDIR" });
  });

  it("without git says what to install", async () => {
    const scene = await toolScene();
    const bin = join(scene.home, "bin");
    await mkdir(bin);
    const run = await scene.run(["plan", "v1.2.3"], { PATH: bin });
    expectRefusal(run, { exit: 7, code: "TOOL_MISSING", what: "git", next: "Install git" });
  });
});

/** No file is a temporary one, and none of those that tell is cut off. */
async function expectWhole(folder: string): Promise<void> {
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(name).not.toMatch(/\.part$/);
    if (name.endsWith(".deb")) expect(spawnSync("dpkg-deb", ["--info", join(folder, name)]).status).toBe(0);
    if (name.endsWith(".gz")) expect(spawnSync("gzip", ["--test", join(folder, name)]).status).toBe(0);
  }
}

/** 11 kB of text that does not compress to less than 8. */
function noise(seed: number): string {
  const blocks = Array.from({ length: 172 }, (_, index) =>
    createHash("sha384").update(`${seed} ${index}`).digest("base64"),
  );
  return `${blocks.join("\n")}\n`;
}

/** A configuration of the next version, whose program need not name it. */
async function nextConfig(scene: Scene): Promise<string> {
  const config = await readFile(join(scene.repository.folder, "ggen-release.yaml"), "utf8");
  const path = join(scene.home, "next.yaml");
  await writeFile(path, config.replace("targets:", "smoke: false, targets:"));
  return path;
}
