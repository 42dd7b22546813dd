/** A run that is stopped: by a signal, by a reader that goes away, by being killed. Real processes, real files. */
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";
import { isAlive, start, textOf } from "./running.ts";
import { copyOf, expectRefusal, releaseIn, toolScene, type Scene } from "./scene.ts";

/** A build that tells when it runs and waits for ever, with a child of its own in the background. */
const waiting = `builds:
  - builder: command
    run: "test -e $MARK/go || { sleep 300 & echo $$ $! > $MARK/pids; wait; }; cp bin/tool tool"
    output: tool
    grant: [MARK]
    targets: [x86_64-linux]
`;
/** The same, of programs that ignore every signal that can be ignored. */
const deaf = waiting.replace('"test', `"trap '' INT TERM HUP; test`);

const endings = [
  { signal: "SIGINT", exit: 130, code: "INTERRUPTED" },
  { signal: "SIGTERM", exit: 143, code: "TERMINATED" },
  { signal: "SIGHUP", exit: 143, code: "TERMINATED" },
] as const;

describe("a signal in the middle of a build (bad input 72)", () => {
  for (const { signal, exit, code } of endings) {
    it(`${signal} ends it with ${exit}, with the build and all that it started, and leaves nothing half done`, async () => {
      const scene = await toolScene({ builds: waiting });
      const mark = await scratchFolder("mark");
      const run = start(scene, ["cut", "v1.2.3"], { MARK: mark });
      const pids = (await textOf(join(mark, "pids"))).trim().split(" ").map(Number);
      expect(pids.map(isAlive)).toEqual([true, true]);
      run.kill(signal);
      const ended = await run.end;
      expectRefusal({ ...ended, stdout: "", events: [] }, { exit, code, what: signal, next: "same command again" });
      expect(pids.map(isAlive)).toEqual([false, false]);
      const left = await scene.left();
      expect(left.filter((path) => /^(\$TMPDIR|~)|\.part$|\.lock/.test(path))).toEqual([]);
      expect(left.filter((path) => path.startsWith("releases/"))).toEqual(["releases/v1.2.3", logPath]);
      expect(await readFile(join(scene.repository.folder, logPath), "utf8")).toMatch(
        new RegExp(`failed: ${code} \\(exit ${exit}\\): Stopped by ${signal}\\..*\\n$`),
      );

      await writeFile(join(mark, "go"), "");
      expect((await scene.run(["cut", "v1.2.3"], { MARK: mark })).exit).toBe(0);
      expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
    });
  }

  it("kills a build that ignores it after two seconds, and at once when it comes twice", async () => {
    const scene = await toolScene({ builds: deaf });
    for (const times of [1, 2]) {
      const mark = await scratchFolder("mark");
      const run = start(scene, ["cut", "v1.2.3"], { MARK: mark });
      const pids = (await textOf(join(mark, "pids"))).trim().split(" ").map(Number);
      const began = performance.now();
      run.kill("SIGTERM");
      await new Promise((wake) => setTimeout(wake, 200));
      if (times === 2) run.kill("SIGTERM");
      expect((await run.end).exit).toBe(143);
      const seconds = (performance.now() - began) / 1000;
      expect(seconds).toBeLessThan(times === 1 ? 6 : 1.9);
      if (times === 1) expect(seconds).toBeGreaterThan(1.9);
      await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
      expect((await scene.left()).filter((path) => path.startsWith("$TMPDIR"))).toEqual([]);
    }
  });
});

const logPath = "releases/v1.2.3/PIPELINE.log";

describeWith(["git"], "a signal in the middle of a file (bad input 72)", () => {
  it("takes away what is written so far", async () => {
    const scene = await toolScene();
    const { run, child } = await inTheMiddleOfAFile(scene);
    // Packages are written a few at a time.
    expect((await scene.left()).filter((path) => path.endsWith(".part")).length).toBeGreaterThan(0);
    run.kill("SIGTERM");
    expect((await run.end).exit).toBe(143);
    expect(isAlive(child)).toBe(false);
    expect((await scene.left()).filter((path) => /\.part$|^\$TMPDIR/.test(path))).toEqual([]);
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  });

  it("that kills leaves it, and the next run takes it away", async () => {
    const scene = await toolScene();
    const { run } = await inTheMiddleOfAFile(scene);
    run.kill("SIGKILL");
    expect((await run.end).signal).toBe("SIGKILL");
    // Packages are written a few at a time.
    expect((await scene.left()).filter((path) => path.endsWith(".part")).length).toBeGreaterThan(0);
    // One that fell into the release itself, where it would be published with it.
    const torn = join(scene.repository.folder, "releases/v1.2.3", `.tool_1.2.3_amd64.deb.${run.pid}.7.part`);
    await writeFile(torn, "torn");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    expect((await scene.left()).filter((path) => /\.part$|\.lock/.test(path))).toEqual([]);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });
});

describe("a run that is killed (bad input 72)", () => {
  it("is finished by the next one, wherever it was, to the same bytes", async () => {
    const whole = await toolScene();
    const one = await copyOf(whole);
    expect((await one.run(["cut", "v1.2.3"])).exit).toBe(0);
    const wanted = await releaseIn(join(one.repository.folder, "releases/v1.2.3"));
    expect(Object.keys(wanted)).toContain("manifest.json");

    for (const step of ["tag", "build", "publish", "record"]) {
      const scene = await copyOf(whole);
      const run = start(scene, ["cut", "v1.2.3", "--json"]);
      await run.seen((event) => event.type === "step-started" && event.step === step);
      run.kill("SIGKILL");
      await run.end;
      expect((await scene.run(["cut", "v1.2.3"])).exit, step).toBe(0);
      expect(await releaseIn(join(scene.repository.folder, "releases/v1.2.3")), step).toEqual(wanted);
      expect(
        (await scene.left()).filter((path) => /\.part$|\.lock|^\.ggen-release\/work\/./.test(path)),
        step,
      ).toEqual([]);
    }
  });

  it("between two files of the release is finished by the next one, to the same bytes", async () => {
    const whole = await toolScene();
    const one = await copyOf(whole);
    expect((await one.run(["cut", "v1.2.3"])).exit).toBe(0);
    const wanted = await releaseIn(join(one.repository.folder, "releases/v1.2.3"));
    for (const file of ["tool_1.2.3_amd64.deb", "manifest.json"]) {
      const scene = await copyOf(whole);
      const run = start(scene, ["cut", "v1.2.3", "--json"]);
      await run.seen((event) => event.type === "task-started" && event.title === `write v1.2.3/${file}`);
      run.kill("SIGKILL");
      await run.end;
      expect((await scene.run(["cut", "v1.2.3"])).exit, file).toBe(0);
      expect(await releaseIn(join(scene.repository.folder, "releases/v1.2.3")), file).toEqual(wanted);
    }
  });

  it("leaves its clones and its build, and the next run ends and removes both, and nothing of a run that lives", async () => {
    const scene = await toolScene({ builds: waiting });
    const [mark, other] = [await scratchFolder("mark"), await scratchFolder("mark")];
    const living = start(await besideOf(scene), ["cut", "v1.2.3"], { MARK: other });
    const spared = (await textOf(join(other, "pids"))).trim().split(" ").map(Number);
    const killed = start(scene, ["cut", "v1.2.3"], { MARK: mark });
    const pids = (await textOf(join(mark, "pids"))).trim().split(" ").map(Number);
    killed.kill("SIGKILL");
    await killed.end;
    const clonesOf = async (run: { readonly pid: number }): Promise<readonly string[]> =>
      (await readdir(scene.temporary)).filter((name) => name.startsWith(`ggen-release-source-${run.pid}-`));
    expect([await clonesOf(killed), pids.map(isAlive)]).toEqual([[expect.any(String)], [true, true]]);

    await writeFile(join(mark, "go"), "");
    expect((await scene.run(["cut", "v1.2.3"], { MARK: mark })).exit).toBe(0);
    await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
    expect([await clonesOf(killed), await clonesOf(living)]).toEqual([[], [expect.any(String)]]);
    expect(spared.map(isAlive)).toEqual([true, true]);
    living.kill("SIGTERM");
    await living.end;
    expect(await readdir(scene.temporary)).toEqual([]);
  });

  it("as a build is when no memory is left, is told as such", async () => {
    const builds = `builds:\n  - { builder: command, run: "kill -9 $$", output: tool, targets: [x86_64-linux] }\n`;
    const scene = await toolScene({ builds });
    const run = await scene.run(["cut", "v1.2.3"]);
    expectRefusal(run, { exit: 7, code: "BUILD_FAILED", what: "no memory left" });
    expect((await scene.left()).filter((path) => /\.part$|\.lock|^\$TMPDIR/.test(path))).toEqual([]);
  });
});

describe("an output that nobody reads any more (bad input 72)", () => {
  it("stops no release: | head", async () => {
    const scene = await toolScene();
    const script = '{ "$@"; echo $? > "$HOME/exit"; } | head -n 1';
    const { exit, stdout } = await scene.run(["cut", "v1.2.3", "--json"], {}, ["sh", "-c", script, "sh"]);
    expect([exit, stdout.split("\n")]).toEqual([0, [expect.stringContaining('{"type":"steps"'), ""]]);
    expect(await textOf(join(scene.home, "exit"))).toBe("0\n");
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });

  it("stops no release when it is closed from the beginning", async () => {
    const scene = await toolScene();
    for (const closed of [">&-", "2>&-"]) {
      const run = await scene.run(["cut", "v1.2.3"], {}, ["sh", "-c", `exec "$@" ${closed}`, "sh"]);
      expect(run.exit, closed).toBe(0);
    }
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });

  it("is told in the exit code when it is lost to a full disk, and the release is whole", async () => {
    const scene = await toolScene();
    for (const args of [["cut", "v1.2.3"], ["plan", "v1.2.3", "--json"], ["--help"]]) {
      const run = await scene.run(args, {}, ["sh", "-c", 'exec "$@" > /dev/full', "sh"]);
      expect([run.exit, run.stderr]).toEqual([7, expect.stringContaining("could not be written (ENOSPC). [IO]")]);
      expect(run.stderr).not.toMatch(/^\s+at /m);
    }
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });
});

/** Another clone of the project, on the same machine: with the same folder for temporary files. */
async function besideOf(scene: Scene): Promise<Scene> {
  return { ...(await copyOf(scene)), variables: scene.variables };
}

/** Stops the run while the source archive is being written: a git that stands still after the first bytes of it. */
async function inTheMiddleOfAFile(scene: Scene): Promise<{ run: ReturnType<typeof start>; child: number }> {
  const bin = join(scene.home, "bin");
  await mkdir(bin);
  const path = process.env["PATH"] ?? "";
  const script = `case " $* " in
  *" archive "*) printf 'the beginning'; echo $$ > '${join(bin, "pid")}'; exec sleep 300 ;;
  *) PATH='${path}' exec git "$@" ;;
esac
`;
  await writeFile(join(bin, "git"), `#!/bin/sh\n${script}`);
  await chmod(join(bin, "git"), 0o755);
  const run = start(scene, ["cut", "v1.2.3"], { PATH: `${bin}${delimiter}${path}` });
  const child = Number(await textOf(join(bin, "pid")));
  // Where the run is killed nobody ends it.
  onTestFinished(() => {
    if (isAlive(child)) process.kill(child, "SIGKILL");
  });
  await expect
    .poll(async () => (await scene.left()).some((left) => left.endsWith(".part")), { timeout: 20_000 })
    .toBe(true);
  return { run, child };
}
