/** Where `build` works and writes: several at the same moment in one clone, a `cut` beside them, and folders of others. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isAlive, start, textOf } from "../bad-inputs/running.ts";
import { expectRefusal, toolScene, type Scene } from "../bad-inputs/scene.ts";
import { scratchFolder } from "../scratch.ts";

const [gnu, musl] = ["x86_64-linux-gnu", "x86_64-linux-musl"];
/** A build that tells that it has begun, and waits for leave to go on. */
const builds = `builds:
  - builder: command
    run: "echo $$ > $MARK/begun-{target}; while ! test -e $MARK/go; do sleep 0.05; done; cp bin/tool tool"
    output: tool
    grant: [MARK]
    targets: [${gnu}, ${musl}]
`;

async function waitingScene(): Promise<{ scene: Scene; mark: string; go: () => Promise<void> }> {
  const [scene, mark] = [await toolScene({ builds }), await scratchFolder("mark")];
  return { scene, mark, go: () => writeFile(join(mark, "go"), "") };
}

describe("builds of one tag at the same moment", () => {
  it("of different targets do not meet: each makes its part, and the parts are joined", async () => {
    const { scene, mark, go } = await waitingScene();
    const variables = { MARK: mark };
    const runs = [gnu, musl].map((target) => start(scene, ["build", "v1.2.3", "--only", target], variables));
    // Both are in the middle of it.
    for (const target of [gnu, musl]) await textOf(join(mark, `begun-${target}`));
    await go();
    for (const run of runs) expect(await run.end).toMatchObject({ exit: 0 });
    const parts = [gnu, musl].map((target) => join(".ggen-release/build", `v1.2.3@${target}`));
    const merge = parts.flatMap((part) => ["--merge", part]);
    expect((await scene.run(["build", "v1.2.3", ...merge], variables)).exit).toBe(0);
    expect((await scene.run(["verify", ".ggen-release/build/v1.2.3"])).exit).toBe(0);
    expect((await scene.run(["cut", "v1.2.3"], variables)).exit).toBe(0);
    expect((await scene.left()).filter((path) => /lock$|unfinished|^\.ggen-release\/work\/./.test(path))).toEqual([]);
  });

  it.each([
    ["the whole twice", ["build", "v1.2.3"], ["build", "v1.2.3"]],
    ["the whole to two folders", ["build", "v1.2.3", "--out", "one"], ["build", "v1.2.3", "--out", "two"]],
    [
      "two parts in one folder",
      ["build", "v1.2.3", "--only", gnu, "--out", "part"],
      ["build", "v1.2.3", "--only", musl, "--out", "part"],
    ],
    ["a cut beside a build", ["build", "v1.2.3"], ["cut", "v1.2.3"]],
    ["a build beside a cut", ["cut", "v1.2.3"], ["build", "v1.2.3"]],
    ["a cut to another folder", ["cut", "v1.2.3"], ["cut", "v1.2.3", "--releases", "elsewhere"]],
  ])("do no harm to each other: %s ends the second with 9, and it names the first", async (_, one, other) => {
    const { scene, mark, go } = await waitingScene();
    const first = start(scene, one, { MARK: mark });
    await textOf(join(mark, `begun-${gnu}`));
    expectRefusal(await scene.run(other, { MARK: mark }), {
      exit: 9,
      code: "LOCKED",
      what: `Process ${first.pid} on `,
      next: "Wait for it to end",
    });
    await go();
    expect(await first.end).toMatchObject({ exit: 0 });
    expect((await scene.run(other, { MARK: mark })).exit).toBe(0);
    expect((await scene.left()).filter((path) => /lock$|unfinished/.test(path))).toEqual([]);
  });

  it("that were killed are taken over by the next one", async () => {
    const { scene, mark, go } = await waitingScene();
    const first = start(scene, ["build", "v1.2.3", "--out", "dist"], { MARK: mark });
    const child = Number(await textOf(join(mark, `begun-${gnu}`)));
    first.kill("SIGKILL");
    await first.end;
    await go();
    await expect.poll(() => isAlive(child)).toBe(false);
    expect((await scene.run(["build", "v1.2.3", "--out", "dist"], { MARK: mark })).exit).toBe(0);
    expect((await readdir(join(scene.repository.folder, "dist"))).filter((name) => name.startsWith("."))).toEqual([]);
    expect((await scene.left()).filter((path) => path.startsWith(".ggen-release/work/"))).toEqual([]);
  });
});

describe("build --out DIR", () => {
  it("refuses a folder with other people's files before it builds anything, also in a dry run", async () => {
    const scene = await toolScene();
    const folder = await scratchFolder("site");
    await writeFile(join(folder, "manifest.json"), '{"name": "a site"}\n');
    await writeFile(join(folder, "SHA256SUMS"), "mine\n");
    for (const more of [[], ["-n"], ["--only", "x86_64-linux"]]) {
      const run = await scene.run(["build", "v1.2.3", "--out", folder, ...more]);
      expectRefusal(run, {
        exit: 2,
        code: "BUILD_FOLDER_FOREIGN",
        what: '"SHA256SUMS", "manifest.json"',
        next: "--out",
      });
    }
    expect((await readdir(folder)).sort()).toEqual(["SHA256SUMS", "manifest.json"]);
    expect(await readFile(join(folder, "SHA256SUMS"), "utf8")).toBe("mine\n");
    expect(await scene.left()).toEqual([]);
  });

  it("makes a build of ours anew, for another version too, and leaves what is beside it", async () => {
    const scene = await toolScene();
    const folder = join(await scratchFolder("out"), "dist");
    expect((await scene.run(["build", "v1.2.3", "--out", folder])).exit).toBe(0);
    await writeFile(join(folder, "notes.txt"), "mine\n");
    expect((await scene.run(["build", "--snapshot", "--out", folder])).exit).toBe(0);
    const names = await readdir(folder);
    expect(names.filter((name) => /1\.2\.3|^\./.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["notes.txt", "manifest.json", "SHA256SUMS"]));
    await rm(join(folder, "notes.txt"));
    expect((await scene.run(["verify", folder])).exit).toBe(0);
  });
});
