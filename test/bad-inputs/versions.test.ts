/** Tags and versions as somebody types them. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { describeWith } from "../requires.ts";
import { expectRefusal, toolScene, type Refusal, type Scene } from "./scene.ts";

const anyVersion = "targets: [x86_64-linux], smoke: false";

/** One scene refuses each of the tags, and is left as it was. */
async function expectRefused(scene: Scene, tags: readonly string[], refusal: Refusal): Promise<void> {
  for (const run of await Promise.all(tags.map((tag) => scene.run(["cut", tag])))) expectRefusal(run, refusal);
  expect(await scene.left()).toEqual([]);
  expect(scene.repository.git("tag", "--list")).toBe("");
}

describe("a tag", () => {
  const invalid = { exit: 2, code: "VERSION_INVALID", next: "for example" } as const;

  it("that is no version is refused with the form that is one (bad input 1)", async () => {
    await expectRefused(await toolScene(), ["v1.2", "1.2.3.4", "release-1"], { ...invalid, next: "MAJOR.MINOR.PATCH" });
  });

  it("with a leading zero is refused, and said why (bad input 2)", async () => {
    await expectRefused(await toolScene(), ["01.2.3", "v1.2.3-rc.01"], { ...invalid, what: "begins with a zero" });
  });

  it("with an epoch, or with nothing behind its hyphen, is refused (bad input 5, bad input 7)", async () => {
    await expectRefused(await toolScene(), ["1:1.2.3", "v1.0.0-"], invalid);
  });

  it("that keeps its letter where no prefix is configured is refused (bad input 8)", async () => {
    const scene = await toolScene({ config: 'version: { tag-prefix: "" }\n' });
    await expectRefused(scene, ["v1.0.0"], { ...invalid, what: "the prefix stands twice, or where none belongs" });
  });

  it("with digits of other scripts or unseen characters is refused, and these are shown (bad input 10)", async () => {
    await expectRefused(await toolScene(), ["v1．2．3", "v1.2.3\u200b", "v1.2.3\u0661"], { ...invalid, what: "\\u" });
  });

  it("that a shell or a workflow would act on is refused and never acted on (bad input 11)", async () => {
    await expectRefused(await toolScene(), ["v1;$(touch ran)", "v1`touch ran`", "v1${{x}}", "v1|touch ran"], invalid);
  });

  it("with the prefix twice or in capitals is refused (bad input 12)", async () => {
    await expectRefused(await toolScene(), ["vv1.2.3", "V1.2.3"], { ...invalid, what: "the prefix stands twice" });
  });

  it("longer than a file name can be is refused before anything is built (bad input 9)", async () => {
    const refusal = { exit: 2, code: "DEB_VERSION_INVALID", what: "file name", next: "shorter" } as const;
    await expectRefused(await toolScene(), [`v1.2.3-${"a".repeat(293)}`], refusal);
  });
});

describe("numbers beyond 2^53", () => {
  it("are told apart by their last digit (bad input 9)", async () => {
    const scene = await toolScene();
    scene.repository.git("tag", "--annotate", "--message", "one", "v9007199254740993.0.0");
    const [lower, higher] = await Promise.all([
      scene.run(["plan", "v9007199254740992.0.0"]),
      scene.run(["plan", "v9007199254740994.0.0"]),
    ]);
    expectRefusal(lower, { exit: 8, code: "VERSION_BACKWARDS", what: "v9007199254740993.0.0" });
    expect(higher.exit).toBe(0);
  });
});

describeWith(["dpkg", "dpkg-deb"], "a Debian package's version", () => {
  it("lets a pre-release sort before its release, as dpkg says (bad input 4)", async () => {
    const scene = await toolScene({ says: "tool 1.2.3-rc.1\n" });
    expect((await scene.run(["cut", "v1.2.3-rc.1"])).exit).toBe(0);
    const file = join(scene.repository.folder, "releases/v1.2.3-rc.1/tool_1.2.3~rc.1_amd64.deb");
    const version = execFileSync("dpkg-deb", ["--field", file, "Version"], { encoding: "utf8" }).trim();
    execFileSync("dpkg", ["--compare-versions", version, "lt", "1.2.3"]);
    await expect(readlink(join(scene.repository.folder, "releases/latest"))).rejects.toThrow("ENOENT");
  });

  it("keeps build metadata, which dpkg sorts after the release (bad input 3)", async () => {
    const scene = await toolScene({ says: "tool 1.2.3+build.5\n" });
    expect((await scene.run(["cut", "v1.2.3+build.5"])).exit).toBe(0);
    const file = join(scene.repository.folder, "releases/v1.2.3+build.5/tool_1.2.3+build.5_amd64.deb");
    const version = execFileSync("dpkg-deb", ["--field", file, "Version"], { encoding: "utf8" }).trim();
    execFileSync("dpkg", ["--compare-versions", version, "gt", "1.2.3"]);
  });

  it("has the epoch that is configured, and a file name without it (bad input 5)", async () => {
    const scene = await toolScene({ config: "packages: { deb: { epoch: 1, revision: 2 } }\n" });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const file = join(scene.repository.folder, "releases/v1.2.3/tool_1.2.3-2_amd64.deb");
    expect(execFileSync("dpkg-deb", ["--field", file, "Version"], { encoding: "utf8" })).toBe("1:1.2.3-2\n");
  });
});

describe("a Debian package's version that dpkg refuses", () => {
  it("has an epoch that is too big (bad input 6)", async () => {
    for (const epoch of ["2147483648", "-1", "1.5"]) {
      const scene = await toolScene({ config: `packages: { deb: { epoch: ${epoch} } }\n` });
      await expectRefused(scene, ["v1.2.3"], { exit: 2, code: "CONFIG_INVALID", what: "packages.deb.epoch" });
    }
  });

  it("has an empty revision, or one with a hyphen or a space (bad input 7)", async () => {
    for (const revision of ['""', '"1-"', '"1 2"']) {
      const scene = await toolScene({ config: `packages: { deb: { revision: ${revision} } }\n` });
      await expectRefused(scene, ["v1.2.3"], { exit: 2, code: "DEB_VERSION_INVALID", what: "the revision" });
    }
  });
});

describe("a version behind what exists", () => {
  it("is refused, with the next one and the way to a hotfix, which moves no latest (bad input 13)", async () => {
    const scene = await toolScene({ builds: `builds: [{ builder: prebuilt, path: bin/tool, ${anyVersion} }]\n` });
    expect((await scene.run(["cut", "v2.0.0"])).exit).toBe(0);
    expectRefusal(await scene.run(["cut", "v1.9.0"]), {
      exit: 8,
      code: "VERSION_BACKWARDS",
      what: "v2.0.0",
      next: /2\.0\.1 or higher.*--allow-backport/,
    });
    expect((await scene.run(["cut", "v1.9.0", "--allow-backport"])).exit).toBe(0);
    expect(await readlink(join(scene.repository.folder, "releases/latest"))).toBe("v2.0.0");
  });
});

describe("files that name another version than the tag", () => {
  it("are listed with what stands where, and stop the release before the tag is made (bad input 14)", async () => {
    const scene = await toolScene({
      files: {
        "package.json": '{ "name": "tool", "version": "1.2.2", "license": "MIT" }\n',
        "CHANGELOG.md": "# Changelog\n\n## 1.2.1 - 2026-01-01\n",
      },
    });
    const run = await scene.run(["cut", "v1.2.3"]);
    expectRefusal(run, { exit: 8, code: "VERSION_DISAGREES", next: "ggen-release version set 1.2.3" });
    expect(run.stderr).toMatch(/package\.json:1 +1\.2\.2 +1\.2\.3 +manifest/);
    expect(run.stderr).toMatch(/CHANGELOG\.md:3 +1\.2\.1 +1\.2\.3/);
    expect(await scene.left()).toEqual([]);
    expect(scene.repository.git("tag", "--list")).toBe("");
  });

  it("are mended where the tag exists by what is said of the tag, which a commit does not change", async () => {
    const manifest = (version: string): string => `{ "name": "tool", "version": "${version}", "license": "MIT" }\n`;
    const scene = await toolScene({ files: { "package.json": manifest("1.2.2") } });
    scene.repository.git("tag", "--annotate", "--message", "too early", "v1.2.3");
    await writeFile(join(scene.repository.folder, "package.json"), manifest("1.2.3"));
    scene.repository.commit("agree");
    const run = await scene.run(["cut", "v1.2.3"]);
    const next = /next version.*nobody has it yet: git tag -d v1\.2\.3, then ggen-release version set 1\.2\.3/;
    expectRefusal(run, { exit: 8, code: "VERSION_DISAGREES", next });
    scene.repository.git("tag", "-d", "v1.2.3");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const again = await scene.run(["cut", "v1.2.3"]);
    expect([again.exit, again.stderr]).toEqual([0, expect.not.stringContaining("is not signed")]);
  });
});
