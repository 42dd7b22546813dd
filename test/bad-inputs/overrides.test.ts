/** A configuration that is not the tag's own: what a release remembers of it, and what is said of one that is no use. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectRefusal, toolScene, type Scene } from "./scene.ts";

/** The usual project without a configuration in its tag, and the configuration beside it. */
async function overridden(): Promise<{ readonly scene: Scene; readonly file: string; readonly digest: string }> {
  const scene = await toolScene();
  const { repository } = scene;
  const text = readFileSync(join(repository.folder, "ggen-release.yaml"), "utf8");
  repository.git("rm", "--quiet", "ggen-release.yaml");
  repository.commit("take the configuration out");
  const file = join(scene.home, "other.yaml");
  writeFileSync(file, text);
  return { scene, file, digest: createHash("sha256").update(text).digest("hex") };
}

describe("a release that was made with --config", () => {
  it("names the file and its digest in plan and report, and nothing of the folder that it lay in", async () => {
    const { scene, file, digest } = await overridden();
    const planned = await scene.run(["plan", "v1.2.3", "--config", file]);
    expect(planned.stdout).toContain(`--config  sha256 ${digest}`);
    expect((await scene.run(["cut", "v1.2.3", "--config", file])).exit).toBe(0);
    const report = readFileSync(join(scene.repository.folder, "releases/v1.2.3/REPORT.md"), "utf8");
    expect(report).toContain(`| beside the tag's tree | \`--config other.yaml\`, sha256 \`${digest}\` |`);
    expect(report).not.toContain(scene.home);
  });

  it("is asked for with that configuration again, where a second cut names none", async () => {
    const { scene, file, digest } = await overridden();
    expect((await scene.run(["cut", "v1.2.3", "--config", file])).exit).toBe(0);
    for (const tag of ["v1.2.3", "1.2.3"])
      expectRefusal(await scene.run(["cut", tag]), {
        exit: 2,
        code: "CONFIG_MISSING",
        what: `v1.2.3 was made with a configuration that is not the tag's own: --config, of sha256 ${digest}`,
        next: `ggen-release cut ${tag} --config FILE`,
      });
    expect((await scene.run(["cut", "v1.2.3", "--config", file])).exit).toBe(0);
  });

  it("is asked for with that configuration again, where the tag has one of its own", async () => {
    const scene = await toolScene();
    const file = join(scene.home, "other.yaml");
    writeFileSync(file, readFileSync(join(scene.repository.folder, "ggen-release.yaml")));
    expect((await scene.run(["cut", "v1.2.3", "--config", file])).exit).toBe(0);
    expectRefusal(await scene.run(["cut", "v1.2.3"]), {
      exit: 4,
      code: "STORE_OTHER_PLAN",
      what: "was made with a configuration that is not the tag's own",
      next: "ggen-release cut v1.2.3 --config FILE",
    });
  });
});

describe("--config", () => {
  it("says of a folder, an empty file, a device, a missing file and bytes that are no text what each of them is", async () => {
    const { scene } = await overridden();
    const at = (name: string): string => join(scene.home, name);
    mkdirSync(at("folder"));
    writeFileSync(at("empty.yaml"), "");
    writeFileSync(at("binary.yaml"), new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0]));
    const plan = (path: string) => scene.run(["plan", "v1.2.3", "--config", path]);
    expectRefusal(await plan(at("folder")), { exit: 2, code: "CONFIG_NOT_A_FILE", what: "is a folder" });
    expectRefusal(await plan("/dev/null"), { exit: 2, code: "CONFIG_NOT_A_FILE", what: "/dev/null" });
    expectRefusal(await plan(at("missing.yaml")), { exit: 2, code: "FILE_MISSING", what: "missing.yaml" });
    expectRefusal(await plan(at("binary.yaml")), { exit: 2, code: "CONFIG_SYNTAX", what: "is not UTF-8 text" });
    expectRefusal(await plan(at("empty.yaml")), { exit: 2, code: "CONFIG_INVALID", what: /empty\.yaml.* is empty/ });
  });
});
