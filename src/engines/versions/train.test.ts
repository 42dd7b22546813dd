/** Which packages of a repository must agree with its release. */
import { describe, expect, it } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { placesOf, refusalOf } from "../../../test/version-places.ts";
import { parseVersion } from "../../domain/version.ts";

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
    expect(await placesOf(files, "1.0.1")).toEqual([
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
    expect(await placesOf(files, "3.1.0")).toEqual([
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
    expect(await placesOf(files, "14.1.0")).toEqual([
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
      expect(await placesOf(files, "26.7.3", { previous: { version: parseVersion("26.7.2"), tree } })).toEqual([
        "Cargo.toml:3 26.7.3 manifest",
        "lsp/Cargo.toml:3 26.7.2 manifest !",
        "near/Cargo.toml:3 26.7.2 manifest !",
        "own/Cargo.toml:3 26.7.2 other-train !",
      ]);
    });

    it("is known without one only where the program is built with it", async () => {
      expect(await placesOf(files, "26.7.3")).toEqual([
        "Cargo.toml:3 26.7.3 manifest",
        "near/Cargo.toml:3 26.7.2 manifest !",
        "lsp/Cargo.toml:3 26.7.2 other-train !",
        "own/Cargo.toml:3 26.7.2 other-train !",
      ]);
    });

    it("is judged without an earlier tree that cannot be read", async () => {
      const previous = { version: parseVersion("26.7.2"), tree: memoryTree({ "Cargo.toml": "broken" }) };
      expect(await placesOf(files, "26.7.3", { previous })).toContain("lsp/Cargo.toml:3 26.7.2 manifest !");
    });
  });

  it.each(["0.0.0", "0.0.0-development", "0.0.0-semantically-released"])("%s is a placeholder", async (version) => {
    const files = {
      "package.json": JSON.stringify({ name: "x", version, bin: "x.js" }),
      "package-lock.json": JSON.stringify({ name: "x", version, packages: { "": { version } } }),
    };
    expect(await placesOf(files, "1.2.3")).toEqual([
      `package-lock.json:1 ${version} placeholder !`,
      `package-lock.json:1 ${version} placeholder !`,
      `package.json:1 ${version} placeholder !`,
    ]);
  });

  it("a private package.json beside another language's manifest only holds tools", async () => {
    const tools = '{"name": "tools", "private": true, "version": "1.0.0"}';
    expect(await placesOf({ "go.mod": "module x", "package.json": tools }, "2.0.0")).toEqual([
      "package.json:1 1.0.0 other-train !",
    ]);
    expect(await placesOf({ "package.json": tools }, "2.0.0")).toEqual(["package.json:1 1.0.0 manifest !"]);
  });

  it("two languages' manifests in one folder are one package, unless one is private", async () => {
    const crate = member("x", "2.0.0");
    const both = (rest: string) => ({
      "Cargo.toml": '[workspace]\nmembers = ["x"]\n[package]\nname = "root"\nversion = "2.0.0"\n',
      "x/Cargo.toml": crate,
      "x/package.json": `{"name": "x", "version": "1.0.0"${rest}}`,
    });
    expect(await placesOf(both(""), "2.0.0")).toContain("x/package.json:1 1.0.0 manifest !");
    expect(await placesOf(both(', "private": true'), "2.0.0")).toContain("x/package.json:1 1.0.0 other-train !");
  });

  it("what the configuration releases is released, wherever it lies", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["examples/tool", "a"]\n',
      "examples/tool/Cargo.toml": member("tool", "1.0.0"),
      "a/Cargo.toml": member("a", "3.0.0"),
      "a/src/main.rs": "",
    };
    expect(await placesOf(files, "1.0.0", { released: ["tool"] })).toEqual([
      "examples/tool/Cargo.toml:3 1.0.0 manifest",
      "a/Cargo.toml:3 3.0.0 other-train !",
    ]);
    expect(await placesOf(files, "3.0.0")).toContain("examples/tool/Cargo.toml:3 1.0.0 fixture !");
  });

  it("a private member is left to itself where no release before tells more", async () => {
    const files = {
      "Cargo.toml": `${member("tool", "1.2.0")}[dependencies]\na = { path = "a" }\nb = { path = "b" }\n[workspace]\n`,
      "a/Cargo.toml": member("a", "1.1.0", "publish = false\n"),
      "b/Cargo.toml": member("b", "1.1.0"),
    };
    expect(await placesOf(files, "1.2.0")).toEqual([
      "Cargo.toml:3 1.2.0 manifest",
      "b/Cargo.toml:3 1.1.0 manifest !",
      "a/Cargo.toml:3 1.1.0 other-train !",
    ]);
  });

  it("a folder that the workspace excludes is no member, though a member depends on it", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["tool"]\nexclude = ["aside"]\n',
      "tool/Cargo.toml": member("tool", "1.0.0", '[dependencies]\naside = { path = "../aside" }\n'),
      "tool/src/main.rs": "",
      "aside/Cargo.toml": member("aside", "7.0.0"),
      "aside/src/main.rs": "",
    };
    expect(await placesOf(files, "1.0.0")).toEqual([
      "tool/Cargo.toml:3 1.0.0 manifest",
      "aside/Cargo.toml:3 7.0.0 other-train !",
    ]);
  });

  it("members that are examples are fixtures, unless they inherit", async () => {
    const files = {
      "Cargo.toml":
        '[workspace]\nmembers = [".", "examples/*"]\n[workspace.package]\nversion = "1.0.0"\n[package]\nname = "x"\nversion.workspace = true\n',
      "examples/a/Cargo.toml": member("a", "1.0.0"),
      "examples/b/Cargo.toml": '[package]\nname = "b"\nversion.workspace = true\n',
      "Cargo.lock": ["a", "b", "x"].map((name) => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n`).join("\n"),
    };
    expect(await placesOf(files, "1.1.0")).toEqual([
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
    expect(await placesOf(files, "1.0.1", { root: "app" })).toEqual([
      "app/Cargo.toml:3 1.0.0 manifest !",
      "Cargo.lock:3 1.0.0 lock !",
      "app/CHANGELOG.md:1 1.0.1 document",
      "Cargo.lock:7 7.0.0 other-train !",
      "other/Cargo.toml:3 7.0.0 other-train !",
    ]);
  });

  it("a version that only git knows has no place at all", async () => {
    expect(await placesOf({ "go.mod": "module x", "main.go": "package main" }, "1.0.0")).toEqual([]);
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
    expect(await placesOf(files, "1.1.0")).toEqual([
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
    expect(await placesOf(files, "3.3.3")).toEqual([
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
    expect(await placesOf(files, "1.0.0")).toEqual([
      "libs/a/b/package.json:1 1.0.0 manifest",
      "package.json:1 1.0.0 manifest",
    ]);
    const broken = await refusalOf(() => placesOf({ ...files, "pnpm-workspace.yaml": "a: 1\npackages: [\n" }, "1.0.0"));
    expect(broken.what).toMatch(/"pnpm-workspace.yaml", line \d+.*not YAML/);
  });
});

describe("Python", () => {
  it("is read in both forms, and a computed version is none", async () => {
    expect(await placesOf({ "pyproject.toml": '[project]\nname = "x"\nversion = "1.0.0"\n' }, "1.0.1")).toEqual([
      "pyproject.toml:3 1.0.0 manifest !",
    ]);
    expect(await placesOf({ "pyproject.toml": '[tool.poetry]\nname = "x"\nversion = "1.0.0"\n' }, "1.0.0")).toEqual([
      "pyproject.toml:3 1.0.0 manifest",
    ]);
    expect(await placesOf({ "pyproject.toml": '[project]\nname = "x"\ndynamic = ["version"]\n' }, "1.0.0")).toEqual([]);
  });
});
