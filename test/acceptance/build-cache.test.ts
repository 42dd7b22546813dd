/** What is kept between runs: where it lies, that a rehearsal builds for the release, and that nobody needs it. */
import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { releaseIn, toolScene } from "../bad-inputs/scene.ts";
import type { CommandRun } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { commandBuild, host, toolSource } from "./first-user-scene.ts";

const compiled = `${commandBuild().join("\n")}\n`;
/** The user's own, as a shell without XDG_CACHE_HOME has it. */
const usual = { XDG_CACHE_HOME: undefined };

describeWith(["git", "cc"], "the cache", () => {
  it("holds what a dry run built, for the release and for the next dry run", async () => {
    const scene = await toolScene({ builds: compiled, files: { "tool.c": toolSource } });
    const rehearse = async (): Promise<CommandRun> => scene.run(["cut", "v1.2.3", "--dry-run", "--json"], usual);
    expect(wasReused(await rehearse())).toBe(false);
    expect(await scene.left()).toContain("~/.cache/ggen-release/builds");
    expect((await scene.left()).filter((path) => !path.startsWith("~/.cache"))).toEqual([]);
    expect(wasReused(await rehearse())).toBe(true);
    expect(wasReused(await scene.run(["cut", "v1.2.3", "--json"], usual))).toBe(true);
  });

  it("lies where the documents say, and may be deleted: the next build makes the same bytes", async () => {
    const scene = await toolScene({ builds: compiled, files: { "tool.c": toolSource } });
    expect(wasReused(await scene.run(["cut", "v1.2.3", "--json"], usual))).toBe(false);
    const folder = join(scene.repository.folder, "releases", "v1.2.3");
    const first = await releaseIn(folder);
    for (const document of ["README.md", "docs/first-release.md", "packaging/ggen-release.1"]) {
      const text = readFileSync(new URL(`../../${document}`, import.meta.url), "utf8").replaceAll("\\-", "-");
      expect([document, text]).toEqual([document, expect.stringContaining("~/.cache/ggen-release")]);
    }
    await rm(join(scene.home, ".cache/ggen-release"), { recursive: true });
    await rm(join(scene.repository.folder, "releases"), { recursive: true });
    expect(wasReused(await scene.run(["cut", "v1.2.3", "--json"], usual))).toBe(false);
    expect(await releaseIn(folder)).toEqual(first);
    expect(await readdir(join(scene.home, ".cache/ggen-release/builds"))).toHaveLength(1);
  });
});

function wasReused({ exit, events, stderr, stdout }: CommandRun): boolean | undefined {
  expect([exit, exit === 0 ? "" : stderr + stdout]).toEqual([0, ""]);
  const built = events.find((event) => event.type === "task-finished" && event.task === `command:${host}`);
  return built?.type === "task-finished" ? built.reused : undefined;
}
