/** Two runs of one release: at once, or one after another that left its lock behind. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemEnvironment } from "../../src/adapters/system-environment.ts";
import { scratchFolder } from "../scratch.ts";
import { start, textOf } from "./running.ts";
import { expectRefusal, releaseIn, toolScene } from "./scene.ts";

const builds = `builds:
  - builder: command
    run: "echo $$ > $MARK/begun; while ! test -e $MARK/go; do sleep 0.05; done; cp bin/tool tool"
    output: tool
    grant: [MARK]
    targets: [x86_64-linux]
`;

describe("a second run", () => {
  it("is refused while the first one lasts, names it, and does it no harm (bad input 71)", async () => {
    const scene = await toolScene({ builds });
    const mark = await scratchFolder("mark");
    const first = start(scene, ["cut", "v1.2.3"], { MARK: mark });
    await textOf(join(mark, "begun"));
    const before = await scene.left();
    for (const tag of ["v1.2.3", "v1.2.4"]) {
      const second = await scene.run(["cut", tag], { MARK: mark });
      expectRefusal(second, { exit: 9, code: "LOCKED", what: `Process ${first.pid} on `, next: "Wait for it to end" });
    }
    expect((await scene.left()).filter((path) => !before.includes(path))).toEqual([]);
    expect(scene.repository.git("tag", "--list")).toBe("");
    await writeFile(join(mark, "go"), "");
    expect((await first.end).exit).toBe(0);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });

  it("beginning at the same moment lets one of the two make the release (bad input 71)", async () => {
    const scene = await toolScene();
    const runs = await Promise.all([1, 2, 3].map(() => scene.run(["cut", "v1.2.3"])));
    const exits = runs.map(({ exit }) => exit);
    expect(exits).toContain(0);
    expect(exits.filter((exit) => exit !== 0 && exit !== 9)).toEqual([]);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
    expect((await scene.left()).filter((path) => /\.lock|\.part$|^\$TMPDIR/.test(path))).toEqual([]);
  });
});

describe("a lock that was left behind (bad input 71)", () => {
  const here = systemEnvironment().process;

  it("by a process that is dead, or of before a restart, is taken over without a question", async () => {
    const scene = await toolScene();
    const path = join(scene.repository.folder, "releases/.lock");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    for (const holder of [
      { ...here, pid: 4_194_000 },
      { ...here, boot: "an earlier one" },
      { ...here, start: "1" },
    ]) {
      await writeFile(path, JSON.stringify(holder));
      expect((await scene.run(["cut", "v1.2.3"])).exit, JSON.stringify(holder)).toBe(0);
    }
    await writeFile(path, '{"pid":');
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    expect((await scene.left()).filter((left) => left.includes(".lock"))).toEqual([]);
  });

  it("on another machine is believed, and stays until somebody removes it", async () => {
    const scene = await toolScene();
    const path = join(scene.repository.folder, "releases/.lock");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const release = await releaseIn(join(scene.repository.folder, "releases/v1.2.3"));
    const holder = JSON.stringify({ ...here, host: "another.machine" });
    await writeFile(path, holder);
    expectRefusal(await scene.run(["cut", "v1.2.3"]), {
      exit: 9,
      code: "LOCKED",
      what: `Process ${here.pid} on another.machine holds`,
      next: `remove ${path}`,
    });
    expect(await readFile(path, "utf8")).toBe(holder);
    expect(await releaseIn(join(scene.repository.folder, "releases/v1.2.3"))).toEqual(release);
  });
});
