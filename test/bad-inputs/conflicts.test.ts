/** A release folder in which somebody else's bytes lie under our names. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectRefusal, toolScene } from "./scene.ts";

describe("other bytes under a name of the release (bad input 66)", () => {
  it("are never written over, and the command that goes on is the one that was typed", async () => {
    const scene = await toolScene();
    scene.repository.git("tag", "--annotate", "--message", "two", "v2.0.0");
    const config = join(scene.home, "my config.yaml");
    await writeFile(config, await readFile(join(scene.repository.folder, "ggen-release.yaml")));
    const words = ["cut", "v1.2.3", "--config", config, "--releases", "out", "--allow-backport"];
    const file = join(scene.repository.folder, "out/v1.2.3/SHA256SUMS");
    await scene.repository.write({ "out/v1.2.3/SHA256SUMS": "not ours\n" });
    const run = await scene.run(words);
    expectRefusal(run, {
      exit: 4,
      code: "CHANNEL_CONFLICT",
      what: "SHA256SUMS",
      next: `ggen-release cut v1.2.3 --config '${config}' --releases out --allow-backport`,
    });
    expect(await readFile(file, "utf8")).toBe("not ours\n");
  });
});
