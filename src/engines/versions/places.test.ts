/** Documents, packaging, and the places that the configuration names. */
import { describe, expect, it } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { placesOf, refusalOf, versionSettings } from "../../../test/version-places.ts";
import type { VersionPlace } from "../../domain/version-settings.ts";
import { parseVersion } from "../../domain/version.ts";
import { agreement } from "./agreement.ts";

describe("documents and packaging", () => {
  it.each([
    ["# Changelog\n\n## [1.2.3] - 2026-01-01\n", "3 1.2.3 document"],
    ["## v1.2.3\n", "1 1.2.3 document"],
    ["# tool 1.2.3\n", "1 1.2.3 document"],
    ["### [1.2.3](https://x) (2026-01-01)\n", "1 1.2.3 document"],
    ["1.2.3 / 2026-01-01\n==================\n", "1 1.2.3 document"],
    ["# Changelog\r\n\r\n## 1.2.3\r\n", "3 1.2.3 document"],
    ["## [Unreleased]\n\n## 1.2.2\n", "3 1.2.2 document !"],
    ["# Changelog\n\n## Unreleased\n", "3 Unreleased document !"],
    ["# Changelog\n\nNothing yet.\n", "1 none document !"],
    ["```\n## 1.2.3\n```\n## 1.2.2\n### Upgrade serde to 9.9.9\n", "4 1.2.2 document !"],
    ["## 1.2.3.4\n## 1.2.2\n", "2 1.2.2 document !"],
    ["", "1 none document !"],
  ])("a changelog %j", async (text, expected) => {
    expect(await placesOf({ "CHANGELOG.md": text }, "1.2.3")).toEqual([`CHANGELOG.md:${expected}`]);
  });

  it("release notes may name the version anywhere", async () => {
    expect(await placesOf({ "RELEASE_NOTES.md": "# Notes\n\nThis is 1.2.3.\n" }, "1.2.3")).toEqual([
      "RELEASE_NOTES.md:3 1.2.3 document",
    ]);
    expect(await placesOf({ "RELEASE_NOTES.md": "# Notes\n" }, "1.2.3")).toEqual([
      "RELEASE_NOTES.md:1 none document !",
    ]);
  });

  it.each([
    ["tool (1.2.3-1) unstable; urgency=medium\n", "1.2.3", "1.2.3-1", ""],
    ["tool (1.2.3) unstable; urgency=medium\n", "1.2.3", "1.2.3", ""],
    ["tool (1:1.2.3-4) unstable; urgency=medium\n", "1.2.3", "1:1.2.3-4", ""],
    ["tool (1.2.3~rc.1-1) unstable; urgency=medium\n", "1.2.3-rc.1", "1.2.3~rc.1-1", ""],
    ["\n\ntool (1.2.3~rc.1) unstable; urgency=medium\n", "1.2.3-rc.1", "1.2.3~rc.1", ""],
    ["tool (1.2.3-rc.1) unstable; urgency=medium\n", "1.2.3-rc.1", "1.2.3-rc.1", " !"],
    ["tool (1.2.2-1) unstable; urgency=medium\n", "1.2.3-a-b", "1.2.2-1", " !"],
  ])("debian/changelog %j against %s", async (text, version, value, mark) => {
    const [found] = await placesOf({ "debian/changelog": text }, version);
    expect(found?.replace(/^debian\/changelog:\d+ /, "")).toBe(`${value} packaging${mark}`);
  });

  it("names the Debian version that is wanted, with epoch and revision", async () => {
    const tree = memoryTree({ "debian/changelog": "tool (2:1.2.2-3) unstable; urgency=medium\n" });
    const [found] = await agreement(tree, parseVersion("1.2.3-rc.1"), { settings: versionSettings() });
    expect(found?.wanted).toBe("2:1.2.3~rc.1-1");
  });

  it("a formula's address is read where it names the file", async () => {
    const url = (path: string): string => `class X < Formula\n  url "https://x.org/${path}"\nend\n`;
    for (const path of ["a/download/v1.2.3/tool-1.2.3-x86_64-linux.tar.gz", "v1.2.3.tar.gz", "tool-v1.2.3.zip"])
      expect((await placesOf({ "Formula/x.rb": url(path) }, "1.2.3"))[0], path).toBe("Formula/x.rb:2 1.2.3 packaging");
    expect(await placesOf({ "Formula/x.rb": url("tool-1.2.3-rc.1.tar.gz") }, "1.2.3-rc.1")).toEqual([
      "Formula/x.rb:2 1.2.3-rc.1 packaging",
    ]);
    expect(await placesOf({ "formula/x.rb": "# caveats\ndef caveats\nend\n" }, "1.2.3")).toEqual([]);
  });
});

describe("places of the configuration", () => {
  it("a pattern finds the version wherever it fits, and takes no other character for more than itself", async () => {
    const files = {
      "Chart.yaml": 'version: 1.0.0\nappVersion: "1.0.0"\n# version.1.0.0\nimage: (tool:1.0.0)+ v1.0.0/x-1.0.0.tgz\n',
    };
    const one = (pattern: string): VersionPlace => ({ file: "Chart.yaml", pattern, role: "packaging" });
    const find = (pattern: string): Promise<readonly string[]> =>
      placesOf(files, "2.0.0", { settings: versionSettings(one(pattern)) });
    expect(await find('appVersion: "{version}"')).toEqual(["Chart.yaml:2 1.0.0 packaging !"]);
    expect(await find("(tool:{version})+")).toEqual(["Chart.yaml:4 1.0.0 packaging !"]);
    expect(await find("v{version}/x-{version}.tgz")).toHaveLength(2);
    expect(await find("version.{version}")).toEqual(["Chart.yaml:3 1.0.0 packaging !"]);
  });

  it("a sentence's full stop is no part of the version", async () => {
    const place = { file: "README.md", pattern: "tool {version}", role: "document" } as const;
    expect(await placesOf({ "README.md": "Get tool 1.0.0.\n" }, "1.0.0", { settings: versionSettings(place) })).toEqual(
      ["README.md:1 1.0.0 document"],
    );
  });

  it("a place that is not there, or that nothing fits, is a failure and no agreement", async () => {
    const missing = await refusalOf(() =>
      placesOf({}, "1.0.0", { settings: versionSettings({ file: "gone.md", pattern: "{version}", role: "document" }) }),
    );
    expect(missing).toMatchObject({ code: "VERSION_PLACE_UNREADABLE", exit: 2 });
    expect(missing.what).toContain('"gone.md"');
    const empty = await refusalOf(() =>
      placesOf({ a: "x" }, "1.0.0", {
        settings: versionSettings({ file: "a", pattern: "v={version}", role: "document" }),
      }),
    );
    expect(empty.what).toContain('nothing in it fits "v={version}"');
    const unmarked = await refusalOf(() =>
      placesOf({ a: "x" }, "1.0.0", { settings: versionSettings({ file: "a", pattern: "version", role: "document" }) }),
    );
    expect(unmarked.code).toBe("CONFIG_INVALID");
    const unknown = await refusalOf(() =>
      placesOf({ "a.xyz": "1" }, "1.0.0", { settings: versionSettings({ file: "a.xyz", role: "lock" }) }),
    );
    expect(unknown.code).toBe("CONFIG_INVALID");
  });

  it("a glob reaches several files, and test data only where it is named", async () => {
    const files = { "a/x.txt": "v=1.0.0", "test/fixtures/x.txt": "v=0.5.0", "examples/x.txt": "v=0.5.0" };
    const glob = (file: string): VersionPlace => ({ file, pattern: "v={version}", role: "manifest" });
    expect(await placesOf(files, "1.0.0", { settings: versionSettings(glob("**/x.txt")) })).toEqual([
      "a/x.txt:1 1.0.0 manifest",
      "examples/x.txt:1 0.5.0 fixture !",
      "test/fixtures/x.txt:1 0.5.0 fixture !",
    ]);
    expect(await placesOf(files, "1.0.0", { settings: versionSettings(glob("examples/*")) })).toEqual([
      "examples/x.txt:1 0.5.0 manifest !",
    ]);
  });

  it("a lock file elsewhere is read like the one beside the manifest", async () => {
    const files = {
      "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n',
      "release/Cargo.lock":
        '[[package]]\nname = "x"\nversion = "0.9.0"\n[[package]]\nname = "y"\nversion = "0.9.0"\nsource = "registry+x"\n',
    };
    const lock = { file: "release/Cargo.lock", role: "lock" } as const;
    expect(await placesOf(files, "1.0.0", { settings: versionSettings(lock) })).toEqual([
      "Cargo.toml:3 1.0.0 manifest",
      "release/Cargo.lock:3 0.9.0 lock !",
    ]);
  });

  it("a file that is only to be left alone may hold anything", async () => {
    const files = { VERSION: "seven\n", "CHANGELOG.md": "## 0.1.0\n" };
    expect((await refusalOf(() => placesOf(files, "1.0.0"))).code).toBe("VERSION_PLACE_UNREADABLE");
    expect(
      await placesOf(files, "1.0.0", {
        settings: versionSettings(
          { file: "VERSION", role: "placeholder" },
          { file: "CHANGELOG.md", role: "placeholder" },
        ),
      }),
    ).toEqual(["CHANGELOG.md:1 0.1.0 placeholder !"]);
  });

  it("counts where a place is found by itself as well", async () => {
    const own = { file: "VERSION", pattern: "{version}", role: "document" } as const;
    expect(await placesOf({ VERSION: "0.1.0\n" }, "1.0.0", { settings: versionSettings(own) })).toEqual([
      "VERSION:1 0.1.0 document !",
    ]);
  });
});
