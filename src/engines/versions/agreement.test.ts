/** Which places a tree holds, what each means, and what a disagreement looks like to the person who meets it. */
import { describe, expect, it } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { isReleaseError, type ReleaseError } from "../../domain/errors/index.ts";
import type { VersionPlace, VersionSettings } from "../../domain/version-settings.ts";
import { parseVersion } from "../../domain/version.ts";
import { type AgreementOptions, agreement, agreementTable, disagreements, requireAgreement } from "./agreement.ts";

const settings = (...places: readonly VersionPlace[]): VersionSettings => ({
  scheme: "semver",
  tagPrefix: "v",
  places,
  strict: false,
});

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Each place in short: `file:line value role`, with `!` where it does not agree. */
async function places(
  files: Files,
  version: string,
  options: Partial<AgreementOptions> = {},
): Promise<readonly string[]> {
  const found = await agreement(memoryTree(files), parseVersion(version), { settings: settings(), ...options });
  return found.map(({ file, line, value, role, agrees }) => `${file}:${line} ${value} ${role}${agrees ? "" : " !"}`);
}

describe("a first release's tree, as its first user had it", () => {
  const crate = (name: string, version = "5.0.2", rest = ""): string =>
    `[package]\nname = "${name}"\nversion = "${version}"\n${rest}`;
  const ggen: Files = {
    "Cargo.toml": [
      "[workspace]",
      'members = [".", "crates/*"]',
      'exclude = ["crates/removed"]',
      "",
      "[workspace.dependencies]",
      'ggen-core = { path = "crates/ggen-core", version = "5.0.0" }',
      'ggen-cli-lib = { path = "crates/ggen-cli", version = "=5.0.0" }',
      'serde = { version = "1.0.0" }',
      "",
      "[dependencies.tokio]",
      'version = "1.40.0"',
      "",
      "[package]",
      'name = "ggen"',
      'version = "5.0.2" # the version',
      "",
    ].join("\n"),
    "crates/ggen-cli/Cargo.toml": crate("ggen-cli-lib", "5.0.2", "[dependencies]\nggen-core.workspace = true\n"),
    "crates/ggen-core/Cargo.toml": crate("ggen-core"),
    "crates/ggen-e2e/Cargo.toml": crate("ggen-e2e", "0.1.0", "publish = false\n"),
    "crates/ggen-node/Cargo.toml": crate("ggen-node"),
    "crates/ggen-node/package.json": '{\n  "name": "@ggen/node",\n  "version": "3.4.0"\n}\n',
    "crates/removed/Cargo.toml": crate("removed", "2.0.0"),
    "playground/Cargo.toml": crate("playground", "0.1.0"),
    "bindings/generated/node/package.json": '{"name": "@ggen/bindings", "version": "5.0.1"}',
    "examples/hello/Cargo.toml": crate("hello", "0.1.0"),
    "tests/fixtures/broken/Cargo.toml": "this is no TOML",
    "templates/Cargo.toml": '[package]\nname = "{{ name }}"\nversion = {{ version }}\n',
    VERSION: "4.0.0\n",
    "ggen.toml": '[project]\nname = "ggen"\nversion = "4.0.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [4.0.0] - 2025-10-01\n\n- things\n",
    "Formula/ggen.rb": [
      "class Ggen < Formula",
      '  url "https://github.com/x/ggen/archive/refs/tags/v5.0.1.tar.gz"',
      '  sha256 "00"',
      '  resource "thing" do',
      '    url "https://example.org/thing-1.2.3.tar.gz"',
      "  end",
      "  test do",
      '    assert_match "ggen 5.0.1", shell_output("#{bin}/ggen --version")',
      "  end",
      "end",
    ].join("\n"),
    "README.md": "Install ggen 5.0.0.\n\nSee ggen 5.0.0 for more.\n",
    "go/vendor/x/package.json": '{"version": "9.9.9"}',
  };
  const declared = settings(
    { file: "ggen.toml", pattern: 'version = "{version}"', role: "manifest" },
    { file: "README.md", pattern: "ggen {version}", role: "document" },
  );
  const previous = {
    version: parseVersion("5.0.1"),
    tree: memoryTree({
      "crates/ggen-e2e/Cargo.toml": crate("ggen-e2e", "0.1.0"),
      "playground/Cargo.toml": crate("playground", "0.1.0"),
    }),
  };

  it("lists every place that was wrong, in one list, and none of the dependency sections", async () => {
    const found = await places(ggen, "5.0.2", { settings: declared, previous, released: ["ggen-cli-lib"] });
    expect(found).toEqual([
      "Cargo.toml:6 5.0.0 manifest",
      "Cargo.toml:7 =5.0.0 manifest !",
      "Cargo.toml:15 5.0.2 manifest",
      "VERSION:1 4.0.0 manifest !",
      "bindings/generated/node/package.json:1 5.0.1 manifest !",
      "crates/ggen-cli/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-core/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-node/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-node/package.json:3 3.4.0 manifest !",
      "ggen.toml:3 4.0.0 manifest !",
      "Formula/ggen.rb:2 5.0.1 packaging !",
      "Formula/ggen.rb:8 5.0.1 packaging !",
      "CHANGELOG.md:5 4.0.0 document !",
      "README.md:1 5.0.0 document !",
      "README.md:3 5.0.0 document !",
      "crates/ggen-e2e/Cargo.toml:3 0.1.0 other-train !",
      "crates/removed/Cargo.toml:3 2.0.0 other-train !",
      "playground/Cargo.toml:3 0.1.0 other-train !",
    ]);
  });

  it("refuses the release with the table, and says how to mend it", async () => {
    const found = await agreement(memoryTree(ggen), parseVersion("5.0.2"), { settings: declared, previous });
    const error = refusal(() => requireAgreement(found, parseVersion("5.0.2"), false));
    expect(error.code).toBe("VERSION_DISAGREES");
    expect(error.exit).toBe(8);
    expect(error.what).toBe("5 places name another version than 5.0.2.");
    expect(error.next).toContain("version set 5.0.2");
    expect(error.details[0]).toMatch(/^place +value +wanted +role +what$/);
    expect(error.details).toContain("VERSION:1                               4.0.0   5.0.2   manifest   version");
    expect(error.details.some((line) => line.includes("other-train"))).toBe(false);
  });

  it("warns of packaging and documents, and refuses them too where the project is strict", async () => {
    const found = await agreement(memoryTree(ggen), parseVersion("5.0.2"), { settings: declared, previous });
    const loose = disagreements(found, false);
    const strict = disagreements(found, true);
    expect(loose.warned.map(({ role }) => role)).toEqual([
      "packaging",
      "packaging",
      "document",
      "document",
      "document",
    ]);
    expect(strict.failing).toHaveLength(loose.failing.length + loose.warned.length);
    expect(strict.warned).toEqual([]);
  });
});

describe("which packages must agree", () => {
  const member = (name: string, version: string, rest = ""): string =>
    `[package]\nname = "${name}"\nversion = "${version}"\n${rest}`;

  it("an inherited version stands in one place, the workspace's", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\nversion = "1.0.0"\n',
      "a/Cargo.toml": '[package]\nname = "a"\nversion.workspace = true\n[[bin]]\nname = "a"\n',
      "b/Cargo.toml": '[package]\nname = "b"\nversion = { workspace = true }\n',
      "Cargo.lock": '[[package]]\nname = "a"\nversion = "1.0.0"\n\n[[package]]\nname = "b"\nversion = "0.9.0"\n',
    };
    expect(await places(files, "1.0.1")).toEqual([
      "Cargo.toml:4 1.0.0 manifest !",
      "Cargo.lock:3 1.0.0 lock !",
      "Cargo.lock:7 0.9.0 lock !",
    ]);
  });

  it("a workspace's version that nothing released inherits is another's", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["*"]\n[workspace.package]\nversion = "0.0.7"\n',
      "tool/Cargo.toml": member("tool", "3.1.0"),
      "tool/src/main.rs": "fn main() {}",
      "inner/Cargo.toml": '[package]\nname = "inner"\nversion.workspace = true\n',
    };
    expect(await places(files, "3.1.0")).toEqual([
      "tool/Cargo.toml:3 3.1.0 manifest",
      "Cargo.toml:4 0.0.7 other-train !",
    ]);
  });

  it("the program's members below it keep versions of their own, and it is held to its own", async () => {
    // The shape of ripgrep: the root is the program, its libraries count for themselves.
    const files = {
      "Cargo.toml": `${member("rg", "14.1.0")}[workspace]\nmembers = ["crates/globset"]\n[dependencies]\ngrep = { version = "0.3.1", path = "crates/grep" }\n`,
      "crates/globset/Cargo.toml": member("globset", "0.4.14"),
      "crates/grep/Cargo.toml": member("grep", "0.3.1"),
      "crates/grep/src/main.rs": "",
    };
    expect(await places(files, "14.1.0")).toEqual([
      "Cargo.toml:3 14.1.0 manifest",
      "crates/globset/Cargo.toml:3 0.4.14 other-train !",
      "crates/grep/Cargo.toml:3 0.3.1 other-train !",
    ]);
  });

  describe("a member left behind", () => {
    const files = {
      "Cargo.toml": `${member("tool", "26.7.3")}[workspace]\nmembers = ["lsp", "own"]\n[dependencies]\nnear = { path = "near" }\n`,
      "lsp/Cargo.toml": member("tool-lsp", "26.7.2"),
      "own/Cargo.toml": member("own", "26.7.2"),
      "near/Cargo.toml": member("near", "26.7.2"),
    };

    it("is known by the release before, in whose tree it had that release's version", async () => {
      const tree = memoryTree({
        "Cargo.toml": `${member("tool", "26.7.2")}[workspace]\nmembers = ["lsp", "own"]\n`,
        "lsp/Cargo.toml": member("tool-lsp", "26.7.2"),
        "own/Cargo.toml": member("own", "1.0.0"),
      });
      expect(await places(files, "26.7.3", { previous: { version: parseVersion("26.7.2"), tree } })).toEqual([
        "Cargo.toml:3 26.7.3 manifest",
        "lsp/Cargo.toml:3 26.7.2 manifest !",
        "near/Cargo.toml:3 26.7.2 manifest !",
        "own/Cargo.toml:3 26.7.2 other-train !",
      ]);
    });

    it("is known without one only where the program is built with it", async () => {
      expect(await places(files, "26.7.3")).toEqual([
        "Cargo.toml:3 26.7.3 manifest",
        "near/Cargo.toml:3 26.7.2 manifest !",
        "lsp/Cargo.toml:3 26.7.2 other-train !",
        "own/Cargo.toml:3 26.7.2 other-train !",
      ]);
    });

    it("is judged without an earlier tree that cannot be read", async () => {
      const previous = { version: parseVersion("26.7.2"), tree: memoryTree({ "Cargo.toml": "broken" }) };
      expect(await places(files, "26.7.3", { previous })).toContain("lsp/Cargo.toml:3 26.7.2 manifest !");
    });
  });

  it.each(["0.0.0", "0.0.0-development", "0.0.0-semantically-released"])("%s is a placeholder", async (version) => {
    const files = {
      "package.json": JSON.stringify({ name: "x", version, bin: "x.js" }),
      "package-lock.json": JSON.stringify({ name: "x", version, packages: { "": { version } } }),
    };
    expect(await places(files, "1.2.3")).toEqual([
      `package-lock.json:1 ${version} placeholder !`,
      `package-lock.json:1 ${version} placeholder !`,
      `package.json:1 ${version} placeholder !`,
    ]);
  });

  it("a private package.json beside another language's manifest only holds tools", async () => {
    const tools = '{"name": "tools", "private": true, "version": "1.0.0"}';
    expect(await places({ "go.mod": "module x", "package.json": tools }, "2.0.0")).toEqual([
      "package.json:1 1.0.0 other-train !",
    ]);
    expect(await places({ "package.json": tools }, "2.0.0")).toEqual(["package.json:1 1.0.0 manifest !"]);
  });

  it("two languages' manifests in one folder are one package, unless one is private", async () => {
    const crate = member("x", "2.0.0");
    const both = (rest: string) => ({
      "Cargo.toml": '[workspace]\nmembers = ["x"]\n[package]\nname = "root"\nversion = "2.0.0"\n',
      "x/Cargo.toml": crate,
      "x/package.json": `{"name": "x", "version": "1.0.0"${rest}}`,
    });
    expect(await places(both(""), "2.0.0")).toContain("x/package.json:1 1.0.0 manifest !");
    expect(await places(both(', "private": true'), "2.0.0")).toContain("x/package.json:1 1.0.0 other-train !");
  });

  it("members that are examples are fixtures, unless they inherit", async () => {
    const files = {
      "Cargo.toml":
        '[workspace]\nmembers = [".", "examples/*"]\n[workspace.package]\nversion = "1.0.0"\n[package]\nname = "x"\nversion.workspace = true\n',
      "examples/a/Cargo.toml": member("a", "1.0.0"),
      "examples/b/Cargo.toml": '[package]\nname = "b"\nversion.workspace = true\n',
      "Cargo.lock": ["a", "b", "x"].map((name) => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n`).join("\n"),
    };
    expect(await places(files, "1.1.0")).toEqual([
      "Cargo.toml:4 1.0.0 manifest !",
      "Cargo.lock:7 1.0.0 lock !",
      "Cargo.lock:11 1.0.0 lock !",
      "Cargo.lock:3 1.0.0 fixture !",
      "examples/a/Cargo.toml:3 1.0.0 fixture !",
    ]);
  });

  it("a program in a folder of a monorepo is compared with its own files, and its workspace's lock", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["app", "other"]\n',
      "Cargo.lock": '[[package]]\nname = "app"\nversion = "1.0.0"\n\n[[package]]\nname = "other"\nversion = "7.0.0"\n',
      "app/Cargo.toml": member("app", "1.0.0"),
      "app/CHANGELOG.md": "## 1.0.1\n",
      "other/Cargo.toml": member("other", "7.0.0"),
      VERSION: "7.0.0",
      "CHANGELOG.md": "## 7.0.0",
    };
    expect(await places(files, "1.0.1", { root: "app" })).toEqual([
      "app/Cargo.toml:3 1.0.0 manifest !",
      "Cargo.lock:3 1.0.0 lock !",
      "app/CHANGELOG.md:1 1.0.1 document",
      "Cargo.lock:7 7.0.0 other-train !",
      "other/Cargo.toml:3 7.0.0 other-train !",
    ]);
  });

  it("a version that only git knows has no place at all", async () => {
    expect(await places({ "go.mod": "module x", "main.go": "package main" }, "1.0.0")).toEqual([]);
  });
});

describe("npm", () => {
  it("members, their requirements on each other and both copies in the lock are places", async () => {
    const files = {
      "package.json": JSON.stringify({
        name: "tool",
        version: "1.0.0",
        bin: "x",
        workspaces: ["./packages/*", "!packages/out"],
        optionalDependencies: { "@tool/linux": "1.0.0", left: "^1.0.0" },
      }),
      "packages/core/package.json":
        '{"name": "@tool/core", "version": "1.0.0", "dependencies": {"@tool/linux": "workspace:*"}}',
      "packages/linux/package.json": '{"name": "@tool/linux", "version": "1.0.0"}',
      "packages/out/package.json": '{"name": "out", "version": "0.3.0"}',
      "package-lock.json": JSON.stringify(
        {
          name: "tool",
          version: "1.0.0",
          lockfileVersion: 3,
          packages: {
            "": { name: "tool", version: "1.0.0", optionalDependencies: { "@tool/linux": "1.0.0" } },
            "node_modules/@tool/linux": { resolved: "packages/linux", link: true },
            "node_modules/left": { version: "1.0.0" },
            "packages/linux": { name: "@tool/linux", version: "1.0.0" },
          },
        },
        null,
        2,
      ),
    };
    expect(await places(files, "1.1.0")).toEqual([
      "package.json:1 1.0.0 manifest !",
      "package.json:1 1.0.0 manifest !",
      "packages/core/package.json:1 1.0.0 manifest !",
      "packages/linux/package.json:1 1.0.0 manifest !",
      "package-lock.json:3 1.0.0 lock !",
      "package-lock.json:8 1.0.0 lock !",
      "package-lock.json:10 1.0.0 lock !",
      "package-lock.json:22 1.0.0 lock !",
      "packages/out/package.json:1 0.3.0 other-train !",
    ]);
  });

  it("a package that is built with an earlier release of itself is no place", async () => {
    const files = {
      "package.json":
        '{"name": "x", "version": "3.3.3", "devDependencies": {"x": "3.3.2", "y": "3.3.2"}, "peerDependencies": {"y": "3.3.2"}}',
      "tools/y/package.json": '{"name": "y", "version": "3.3.3"}',
    };
    expect(await places(files, "3.3.3")).toEqual([
      "package.json:1 3.3.3 manifest",
      "package.json:1 3.3.2 manifest !",
      "tools/y/package.json:1 3.3.3 manifest",
    ]);
  });

  it("knows pnpm's members", async () => {
    const files = {
      "package.json": '{"name": "x", "version": "1.0.0"}',
      "pnpm-workspace.yaml": "packages:\n  - 'libs/**'\n",
      "libs/a/b/package.json": '{"name": "b", "version": "1.0.0"}',
    };
    expect(await places(files, "1.0.0")).toEqual([
      "libs/a/b/package.json:1 1.0.0 manifest",
      "package.json:1 1.0.0 manifest",
    ]);
    const broken = await refusalOf(places({ ...files, "pnpm-workspace.yaml": "a: 1\npackages: [\n" }, "1.0.0"));
    expect(broken.what).toMatch(/"pnpm-workspace.yaml", line \d+.*not YAML/);
  });
});

describe("Python", () => {
  it("is read in both forms, and a computed version is none", async () => {
    expect(await places({ "pyproject.toml": '[project]\nname = "x"\nversion = "1.0.0"\n' }, "1.0.1")).toEqual([
      "pyproject.toml:3 1.0.0 manifest !",
    ]);
    expect(await places({ "pyproject.toml": '[tool.poetry]\nname = "x"\nversion = "1.0.0"\n' }, "1.0.0")).toEqual([
      "pyproject.toml:3 1.0.0 manifest",
    ]);
    expect(await places({ "pyproject.toml": '[project]\nname = "x"\ndynamic = ["version"]\n' }, "1.0.0")).toEqual([]);
  });
});

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
    expect(await places({ "CHANGELOG.md": text }, "1.2.3")).toEqual([`CHANGELOG.md:${expected}`]);
  });

  it("release notes may name the version anywhere", async () => {
    expect(await places({ "RELEASE_NOTES.md": "# Notes\n\nThis is 1.2.3.\n" }, "1.2.3")).toEqual([
      "RELEASE_NOTES.md:3 1.2.3 document",
    ]);
    expect(await places({ "RELEASE_NOTES.md": "# Notes\n" }, "1.2.3")).toEqual(["RELEASE_NOTES.md:1 none document !"]);
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
    const [found] = await places({ "debian/changelog": text }, version);
    expect(found?.replace(/^debian\/changelog:\d+ /, "")).toBe(`${value} packaging${mark}`);
  });

  it("names the Debian version that is wanted, with epoch and revision", async () => {
    const tree = memoryTree({ "debian/changelog": "tool (2:1.2.2-3) unstable; urgency=medium\n" });
    const [found] = await agreement(tree, parseVersion("1.2.3-rc.1"), { settings: settings() });
    expect(found?.wanted).toBe("2:1.2.3~rc.1-1");
  });

  it("a formula's address is read where it names the file", async () => {
    const url = (path: string): string => `class X < Formula\n  url "https://x.org/${path}"\nend\n`;
    for (const path of ["a/download/v1.2.3/tool-1.2.3-x86_64-linux.tar.gz", "v1.2.3.tar.gz", "tool-v1.2.3.zip"])
      expect((await places({ "Formula/x.rb": url(path) }, "1.2.3"))[0], path).toBe("Formula/x.rb:2 1.2.3 packaging");
    expect(await places({ "Formula/x.rb": url("tool-1.2.3-rc.1.tar.gz") }, "1.2.3-rc.1")).toEqual([
      "Formula/x.rb:2 1.2.3-rc.1 packaging",
    ]);
    expect(await places({ "formula/x.rb": "# caveats\ndef caveats\nend\n" }, "1.2.3")).toEqual([]);
  });
});

describe("places of the configuration", () => {
  it("a pattern finds the version wherever it fits, and takes no other character for more than itself", async () => {
    const files = {
      "Chart.yaml": 'version: 1.0.0\nappVersion: "1.0.0"\n# version.1.0.0\nimage: (tool:1.0.0)+ v1.0.0/x-1.0.0.tgz\n',
    };
    const one = (pattern: string): VersionPlace => ({ file: "Chart.yaml", pattern, role: "packaging" });
    const find = (pattern: string): Promise<readonly string[]> =>
      places(files, "2.0.0", { settings: settings(one(pattern)) });
    expect(await find('appVersion: "{version}"')).toEqual(["Chart.yaml:2 1.0.0 packaging !"]);
    expect(await find("(tool:{version})+")).toEqual(["Chart.yaml:4 1.0.0 packaging !"]);
    expect(await find("v{version}/x-{version}.tgz")).toHaveLength(2);
    expect(await find("version.{version}")).toEqual(["Chart.yaml:3 1.0.0 packaging !"]);
  });

  it("a sentence's full stop is no part of the version", async () => {
    const place = { file: "README.md", pattern: "tool {version}", role: "document" } as const;
    expect(await places({ "README.md": "Get tool 1.0.0.\n" }, "1.0.0", { settings: settings(place) })).toEqual([
      "README.md:1 1.0.0 document",
    ]);
  });

  it("a place that is not there, or that nothing fits, is a failure and no agreement", async () => {
    const missing = await refusalOf(
      places({}, "1.0.0", { settings: settings({ file: "gone.md", pattern: "{version}", role: "document" }) }),
    );
    expect(missing).toMatchObject({ code: "VERSION_PLACE_UNREADABLE", exit: 2 });
    expect(missing.what).toContain('"gone.md"');
    const empty = await refusalOf(
      places({ a: "x" }, "1.0.0", { settings: settings({ file: "a", pattern: "v={version}", role: "document" }) }),
    );
    expect(empty.what).toContain('nothing in it fits "v={version}"');
    const unmarked = await refusalOf(
      places({ a: "x" }, "1.0.0", { settings: settings({ file: "a", pattern: "version", role: "document" }) }),
    );
    expect(unmarked.code).toBe("CONFIG_INVALID");
    const unknown = await refusalOf(
      places({ "a.xyz": "1" }, "1.0.0", { settings: settings({ file: "a.xyz", role: "lock" }) }),
    );
    expect(unknown.code).toBe("CONFIG_INVALID");
  });

  it("a glob reaches several files, and test data only where it is named", async () => {
    const files = { "a/x.txt": "v=1.0.0", "test/fixtures/x.txt": "v=0.5.0", "examples/x.txt": "v=0.5.0" };
    const glob = (file: string): VersionPlace => ({ file, pattern: "v={version}", role: "manifest" });
    expect(await places(files, "1.0.0", { settings: settings(glob("**/x.txt")) })).toEqual([
      "a/x.txt:1 1.0.0 manifest",
      "examples/x.txt:1 0.5.0 fixture !",
      "test/fixtures/x.txt:1 0.5.0 fixture !",
    ]);
    expect(await places(files, "1.0.0", { settings: settings(glob("examples/*")) })).toEqual([
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
    expect(await places(files, "1.0.0", { settings: settings(lock) })).toEqual([
      "Cargo.toml:3 1.0.0 manifest",
      "release/Cargo.lock:3 0.9.0 lock !",
    ]);
  });

  it("a file that is only to be left alone may hold anything", async () => {
    const files = { VERSION: "seven\n", "CHANGELOG.md": "## 0.1.0\n" };
    expect((await refusalOf(places(files, "1.0.0"))).code).toBe("VERSION_PLACE_UNREADABLE");
    expect(
      await places(files, "1.0.0", {
        settings: settings({ file: "VERSION", role: "placeholder" }, { file: "CHANGELOG.md", role: "placeholder" }),
      }),
    ).toEqual(["CHANGELOG.md:1 0.1.0 placeholder !"]);
  });

  it("counts where a place is found by itself as well", async () => {
    const own = { file: "VERSION", pattern: "{version}", role: "document" } as const;
    expect(await places({ VERSION: "0.1.0\n" }, "1.0.0", { settings: settings(own) })).toEqual([
      "VERSION:1 0.1.0 document !",
    ]);
  });
});

describe("places that cannot be read", () => {
  it.each([
    ["Cargo.toml", "[package]\nname = 'x'\nversion = 1.0.0\n", 3],
    ["Cargo.toml", "[package]\nname = 'x'\nversion = 1.0\n", 3],
    ["package.json", '{\n  "version": 1\n}', 2],
    ["package.json", '{\n  "version": "1.0.0",\n}', 3],
    ["pyproject.toml", "[project\n", 1],
    ["VERSION", "\n", 1],
    ["VERSION", "# comment\nunknown\n", 2],
    ["VERSION.txt", "7\n", 1],
    ["debian/changelog", "what is this\n", 1],
    ["debian/changelog", "tool (x1.0) unstable; urgency=low\n", 1],
  ])("%s with %j is refused by file and line", async (file, text, line) => {
    const error = await refusalOf(places({ [file]: text }, "1.0.0"));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(error.exit).toBe(2);
    expect(error.what).toContain(`"${file}", line ${line}, column`);
    expect(error.next).not.toBe("");
  });

  it("a lock file that is no TOML is refused", async () => {
    const files = { "Cargo.toml": "[package]\nname = 'x'\nversion = '1.0.0'\n", "Cargo.lock": "<<<<<<< HEAD\n" };
    expect((await refusalOf(places(files, "1.0.0"))).what).toContain('"Cargo.lock", line 1');
  });

  it("hostile members and paths lead nowhere", async () => {
    const files = {
      "Cargo.toml":
        "[workspace]\nmembers = ['../../etc', '/etc', '..', 'a\\u0000']\n[package]\nname = 'x'\nversion = '1.0.0'\n[dependencies]\ny = { path = '../../../y', version = '9' }\n__proto__ = { path = 'z', version = '9' }\n",
    };
    expect(await places(files, "1.0.0")).toEqual(["Cargo.toml:5 1.0.0 manifest"]);
  });

  it("bytes that are no UTF-8 hide nothing", async () => {
    const bytes = Uint8Array.from(Buffer.from("Gr\xfc\xdfe\ntool 1.0.0\n", "latin1"));
    const place = { file: "LIESMICH", pattern: "tool {version}", role: "document" } as const;
    expect(await places({ LIESMICH: bytes }, "1.0.0", { settings: settings(place) })).toEqual([
      "LIESMICH:2 1.0.0 document",
    ]);
  });
});

describe("the table", () => {
  it("is one bounded line for each place, whatever the tree holds", async () => {
    const value = `1.0.0\\u001b[31m\\n${"9".repeat(500)}`;
    const found = await agreement(
      memoryTree({ "package.json": `{"name": "a\\u001b]0;x\\u0007", "version": "${value}"}` }),
      parseVersion("1.0.0"),
      {
        settings: settings(),
      },
    );
    const table = agreementTable(found);
    expect(table).toHaveLength(2);
    expect(table[1]).toMatch(/^[\x20-\x7e…]{1,250}$/);
  });

  it("takes build metadata for no difference where a registry has dropped it", async () => {
    expect(await places({ VERSION: "1.0.0" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0 manifest"]);
    expect(await places({ VERSION: "1.0.0+b.5" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0+b.5 manifest"]);
    expect(await places({ VERSION: "1.0.0+b.4" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0+b.4 manifest !"]);
  });
});

function refusal(act: () => unknown): ReleaseError {
  try {
    act();
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}

async function refusalOf(act: Promise<unknown>): Promise<ReleaseError> {
  try {
    await act;
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
