import { describe, expect, it } from "vitest";
import { treeOf } from "../../../test/tree.ts";
import { detect } from "./detect.ts";

type Files = Readonly<Record<string, string>>;

const mit =
  "MIT License\n\nCopyright (c) 2026 Jane\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software and associated documentation files";
const main = { "src/main.rs": "fn main() {}", "Cargo.lock": "" };

function found(files: Files) {
  return detect(treeOf(files));
}

async function messages(files: Files): Promise<string> {
  return (await found(files)).notes.map(({ message, next = "" }) => `${message} ${next}`).join("\n");
}

describe("a Cargo package", () => {
  it("says what it is, who it is by and what it makes", async () => {
    const detected = await found({
      ...main,
      "Cargo.toml": `[package]
name = "hyperfine"
version = "1.19.0"
description = "A command-line benchmarking tool."
license = "MIT/Apache-2.0"
repository = "https://github.com/sharkdp/hyperfine.git"
homepage = "https://hyperfine.dev/"
authors = ["team", "David Peter <mail@david-peter.de>"]
`,
      "README.md": "# hyperfine",
      "LICENSE-MIT": mit,
      "LICENSE-APACHE": "Apache License",
      "CHANGELOG.md": "",
      "doc/hyperfine.1": ".TH",
      "doc/other.1": ".TH",
      "completions/_hyperfine": "",
      "completions/hyperfine.bash": "",
      "completions/hyperfine.fish": "",
    });
    expect(detected).toEqual({
      ecosystem: "cargo",
      manifest: "Cargo.toml",
      name: "hyperfine",
      version: "1.19.0",
      summary: "Command-line benchmarking tool",
      homepage: "https://hyperfine.dev/",
      repository: "https://github.com/sharkdp/hyperfine",
      license: "MIT OR Apache-2.0",
      maintainer: "David Peter <mail@david-peter.de>",
      builds: [{ builder: "cargo", section: {}, binaries: ["hyperfine"] }],
      documents: {
        files: ["LICENSE-APACHE", "LICENSE-MIT", "README.md"],
        man: ["doc/hyperfine.1"],
        completions: {
          files: {
            bash: "completions/hyperfine.bash",
            zsh: "completions/_hyperfine",
            fish: "completions/hyperfine.fish",
          },
        },
      },
      notes: [],
    });
  });

  it("is called like its program, not like its package", async () => {
    const detected = await found({
      ...main,
      "Cargo.toml": '[package]\nname = "fd-find"\nversion = "10.2.0"\n[[bin]]\nname = "fd"\npath = "src/main.rs"\n',
    });
    expect(detected).toMatchObject({ name: "fd", builds: [{ section: {}, binaries: ["fd"] }] });
  });

  it("may make several programs", async () => {
    const detected = await found({
      ...main,
      "Cargo.toml":
        '[package]\nname = "Tool_Box"\nversion = "1.0.0"\n[features]\nextra = []\n[[bin]]\nname = "hidden"\nrequired-features = ["extra"]\n',
      "src/bin/one.rs": "",
      "src/bin/two/main.rs": "",
      "src/bin/two/part.rs": "",
      "src/bin/hidden.rs": "",
    });
    expect(detected).toMatchObject({ name: "tool-box", builds: [{ binaries: ["Tool_Box", "one", "two"] }] });
    expect(detected.notes.map(({ message }) => message)).toEqual(["Left out: hidden (needs feature extra)."]);
  });

  it("takes nothing for a program where discovery is off", async () => {
    const files = { ...main, "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\nautobins = false\n' };
    expect((await found(files)).builds).toEqual([]);
    expect(await messages(files)).toContain("No package of Cargo.toml makes a program: x.");
  });

  it("without a lock file is told why, and what to do", async () => {
    const cargo = { "src/main.rs": "", "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n' };
    expect(await messages({ ...cargo, ".gitignore": "/target\n**/*.rs.bk\nCargo.lock\n" })).toContain(
      "Cargo.lock is not in the commit: line 3 of .gitignore keeps it out. Builds of one tag would differ. cargo generate-lockfile && git add -f Cargo.lock",
    );
    expect(await messages(cargo)).toContain("git add Cargo.lock");
    expect(await messages(cargo)).toContain("overlay");
  });

  it("may have a version that only git knows", async () =>
    expect(await messages({ ...main, "Cargo.toml": '[package]\nname = "x"\nversion = "0.0.0"\n' })).toContain(
      "Cargo.toml says version 0.0.0: the tag alone will say it.",
    ));
});

describe("a Cargo workspace", () => {
  const workspace = `[workspace]
members = ["crates/*", "xtask"]
exclude = ["crates/old"]
[workspace.package]
version = "5.0.2"
license = "MIT"
authors = ["Sean <sean@ggen.dev>"]
repository = "https://github.com/seanchatmangpt/ggen"
`;
  const member = (name: string, more = ""): string =>
    `[package]\nname = "${name}"\nversion.workspace = true\nlicense.workspace = true\nauthors.workspace = true\n${more}`;

  it("is built from the member that makes the program, where the root is only a library", async () => {
    const detected = await found({
      "Cargo.lock": "",
      "Cargo.toml": `[package]\nname = "ggen"\nversion.workspace = true\ndescription = "The code generator"\n${workspace}`,
      "src/lib.rs": "",
      "crates/cli/Cargo.toml": member(
        "ggen-cli-lib",
        'description = "CLI of ggen"\n[[bin]]\nname = "ggen"\npath = "src/main.rs"\n',
      ),
      "crates/cli/src/main.rs": "",
      "crates/core/Cargo.toml": member("ggen-core"),
      "crates/core/src/lib.rs": "",
      "crates/old/Cargo.toml": member("old"),
      "crates/old/src/main.rs": "",
      "xtask/Cargo.toml": member("xtask"),
      "xtask/src/main.rs": "",
    });
    expect(detected).toMatchObject({
      name: "ggen",
      version: "5.0.2",
      summary: "Code generator",
      license: "MIT",
      maintainer: "Sean <sean@ggen.dev>",
      repository: "https://github.com/seanchatmangpt/ggen",
      builds: [{ section: { package: "ggen-cli-lib" }, binaries: ["ggen"] }],
    });
    expect(detected.notes.map(({ message }) => message)).toEqual([
      "The program comes from the member ggen-cli-lib (crates/cli).",
      "Left out: xtask.",
    ]);
  });

  it("takes the default members, and what they depend on by path", async () => {
    const files = {
      "Cargo.lock": "",
      "Cargo.toml": '[workspace]\nmembers = ["a"]\ndefault-members = ["a"]\n',
      "a/Cargo.toml":
        '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nb = { path = "../b" }\n[target."cfg(unix)".dependencies]\nc = { path = "../c/" }\n',
      "a/src/main.rs": "",
      "b/Cargo.toml": '[package]\nname = "b"\nversion = "1.0.0"\n',
      "b/src/main.rs": "",
      "c/Cargo.toml": '[package]\nname = "c"\nversion = "1.0.0"\n',
      "c/src/main.rs": "",
    };
    expect(await found(files)).toMatchObject({ name: "a", builds: [{ section: { package: "a" }, binaries: ["a"] }] });
    expect(await messages(files)).toContain("Left out: b, c.");
  });

  it("of several programs takes the one that is called like the repository", async () => {
    const files = {
      "Cargo.lock": "",
      "Cargo.toml": workspace,
      "crates/ggen/Cargo.toml": member("ggen", "repository.workspace = true\n"),
      "crates/ggen/src/main.rs": "",
      "crates/lsp/Cargo.toml": member("ggen-lsp"),
      "crates/lsp/src/main.rs": "",
    };
    expect(await found(files)).toMatchObject({
      name: "ggen",
      builds: [{ section: { package: "ggen" }, binaries: ["ggen"] }],
    });
    expect(await messages(files)).toContain("Left out: ggen-lsp.");
  });

  it("is no tool of its own at the top, where a member makes the program of its name", async () => {
    const detected = await found({
      ...main,
      "Cargo.toml": `[package]\nname = "ggen"\nversion = "1.0.0"\n[[bin]]\nname = "make-hashes"\npath = "src/main.rs"\n${workspace}`,
      "crates/cli/Cargo.toml": member("cli", '[[bin]]\nname = "ggen"\n'),
      "crates/cli/src/bin/ggen.rs": "",
    });
    expect(detected.builds).toEqual([{ builder: "cargo", section: { package: "cli" }, binaries: ["ggen"] }]);
  });

  it("without such a name makes them all in one build", async () => {
    const detected = await found({
      "Cargo.lock": "",
      "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
      "a/Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n',
      "a/src/main.rs": "",
      "b/Cargo.toml": '[package]\nname = "b"\nversion = "1.0.0"\n',
      "b/src/main.rs": "",
    });
    expect(detected.builds).toEqual([{ builder: "cargo", section: {}, binaries: ["a", "b"] }]);
  });
});

describe("a Go module", () => {
  const program = 'package main\n\nvar version = "dev"\n\nfunc main() {}\n';

  it("is called like its path without host and major version", async () => {
    const detected = await found({
      "go.mod": "module github.com/mikefarah/yq/v4\n\nrequire github.com/spf13/cobra v1.8.1\n",
      "go.sum": "",
      "yq.go": `// Command yq.\n/* x */\n${program}`,
      "yq_test.go": "package main_test",
      LICENSE: mit,
      "README.md":
        "# yq\n\n![Build](https://x/y.svg) [![Go](a)](b)\n\na lightweight and portable command-line YAML processor. `yq` uses [jq](https://jq) syntax.\n",
    });
    expect(detected).toMatchObject({
      ecosystem: "go",
      name: "yq",
      summary: "Lightweight and portable command-line YAML processor",
      repository: "https://github.com/mikefarah/yq",
      license: "MIT",
      builds: [
        {
          builder: "go",
          section: { main: "." },
          binaries: ["yq"],
        },
      ],
      notes: [],
    });
    expect(detected.version).toBeUndefined();
  });

  it("takes the program under cmd that is called like the module", async () => {
    const files = { "go.mod": "module example.org/gh", "cmd/gh/main.go": program, "cmd/gen-docs/main.go": program };
    expect(await found(files)).toMatchObject({
      name: "gh",
      builds: [{ section: { main: "./cmd/gh" }, binaries: ["gh"] }],
    });
    expect(await messages(files)).toContain("Left out: gen-docs.");
  });

  it("takes all under cmd where none is", async () =>
    expect(
      await found({
        "go.mod": "module x.org/suite",
        "cmd/a/main.go": program,
        "cmd/b/b.go": program,
        "cmd/lib/l.go": "package lib",
      }),
    ).toMatchObject({
      name: "suite",
      builds: [{ section: { main: "./cmd/{binary}" }, binaries: ["a", "b"] }],
    }));

  it("looks past files that no build takes, and into other folders last", async () => {
    const ignored = "//go:build ignore\n\npackage main\n\nfunc main() {}\n";
    expect(
      await found({
        "go.mod": 'module "x.org/tool"',
        "gen.go": ignored,
        "lib.go": "package tool",
        "server/main.go": program,
      }),
    ).toMatchObject({
      name: "server",
      builds: [{ section: { main: "./server" }, binaries: ["server"] }],
    });
  });

  it("without a program says where one was looked for", async () =>
    expect(await messages({ "go.mod": "module x.org/lib", "lib.go": "package lib" })).toContain("has no package main"));

  it.each([
    ["var Version string", "Version"],
    ['// Version is set at link time.\nvar Version = ""', "Version"],
    ['var (\n\t// Version of it.\n\tVersion   = "dev"\n\tCommitSHA = ""\n)', "Version"],
    ["var (\n\tx = 1\n\tVersion string // set at link time\n)", "Version"],
    ["var Version, other string\nvar version = `x`", "version"],
    ['const Version = "1"', undefined],
    ['const (\n\tVersion = "1"\n)', undefined],
    ["var Version = compute()", undefined],
    ['func f() {\n\tVersion := "1"\n}', undefined],
    ['var VersionInfo = "1"', undefined],
  ])("%j gives the linker the variable %s", async (declaration, variable) => {
    const files = { "go.mod": "module x.org/t\n", "main.go": `package main\n\n${declaration}\n\nfunc main() {}\n` };
    const section = (await found(files)).builds[0]?.section;
    expect(section?.["ldflags"]).toBe(variable === "Version" ? "-s -w -X main.Version={version}" : undefined);
    const told = (await messages(files)).includes("which the program does not seem to have");
    expect(told).toBe(variable === undefined);
  });

  it.each([
    ["require github.com/spf13/cobra v1.8.1\n", true],
    ["require (\n\tgithub.com/spf13/cobra v1.8.1\n)\n", true],
    ["require (\n\tgithub.com/spf13/cobra v1.8.1 // indirect\n)\n", false],
    ["require github.com/spf13/pflag v1.0.5\n", false],
  ])("of %j may print its completions: %s", async (required, may) => {
    const files = { "go.mod": `module x.org/t\n${required}`, "go.sum": "", "main.go": program };
    expect((await found(files)).completionCommand).toEqual(may ? ["completion", "{shell}"] : undefined);
  });

  it("of several programs sets the variable of each, and says so where one has none", async () => {
    const files = {
      "go.mod": "module x.org/suite",
      "cmd/a/main.go": program,
      "cmd/b/main.go": program.replace("version", "Version"),
    };
    const { builds, notes } = await found(files);
    expect(builds[0]?.section["ldflags"]).toBe("-s -w -X main.Version={version} -X main.version={version}");
    expect(notes).toEqual([]);
    expect(await messages({ ...files, "cmd/c/main.go": "package main\nfunc main() {}\n" })).toContain("main.version");
  });

  it("is told what sets the version, and that go.sum is missing", async () => {
    const files = { "go.mod": "module x.org/t\nrequire y v1.0.0", "main.go": "package main\nfunc main() {}\n" };
    expect(await messages(files)).toMatch(/go\.sum is not in the commit[^]*main\.version/);
  });
});

describe("a Node package", () => {
  const manifest = {
    name: "@scope/tool",
    version: "1.2.3",
    description: "An example of a tool",
    bin: "./dist/tool.mjs",
    repository: { type: "git", url: "git+https://github.com/o/tool.git" },
    author: { name: "Jane Doe", email: "jane@tool.org", url: "x" },
    license: "ISC",
  };
  const lock = { "package-lock.json": "{}" };

  it("says what it is", async () =>
    expect(await found({ ...lock, "package.json": JSON.stringify(manifest) })).toMatchObject({
      ecosystem: "node",
      name: "tool",
      version: "1.2.3",
      summary: "Example of a tool",
      repository: "https://github.com/o/tool",
      license: "ISC",
      maintainer: "Jane Doe <jane@tool.org>",
      builds: [{ builder: "node", section: { entry: "dist/tool.mjs" }, binaries: ["tool"] }],
      notes: [],
    }));

  it("may have several programs", async () => {
    const bin = { one: "dist/one.js", two: "./dist/two.js" };
    expect(
      await found({
        ...lock,
        "package.json": JSON.stringify({ ...manifest, bin, author: "J <j@x.org> (https://x.org)" }),
      }),
    ).toMatchObject({
      name: "tool",
      maintainer: "J <j@x.org>",
      builds: [{ section: { entry: { one: "dist/one.js", two: "dist/two.js" } }, binaries: ["one", "two"] }],
    });
  });

  it("may make its program in a workspace", async () => {
    const files = {
      ...lock,
      "package.json": JSON.stringify({ private: true, workspaces: ["packages/*"], license: "MIT" }),
      "packages/lib/package.json": "{}",
      "packages/cli/package.json": JSON.stringify({ name: "cli", version: "1.0.0", bin: { tool: "dist/t.js" } }),
    };
    expect(await found(files)).toMatchObject({
      name: "tool",
      license: "MIT",
      builds: [{ section: { entry: "packages/cli/dist/t.js" } }],
    });
    expect(await messages(files)).toContain("packages/cli");
  });

  it("without a program, or with another package manager, is told what to write", async () => {
    expect(await messages({ "package.json": "{}" })).toMatch(
      /no bin[^]*package-lock\.json is not in the commit[^]*says no version/,
    );
    expect(await messages({ "package.json": JSON.stringify(manifest), "pnpm-lock.yaml": "" })).toContain(
      "install: [pnpm, install",
    );
  });
});

describe("any tree", () => {
  it("may be none of these", async () => {
    const detected = await found({ Makefile: "", LICENSE: mit, README: "x" });
    expect(detected).toMatchObject({
      ecosystem: "none",
      manifest: null,
      license: "MIT",
      builds: [],
      documents: { files: ["LICENSE", "README"] },
    });
    expect(detected.name).toBeUndefined();
    expect(await messages({ "rust/Cargo.toml": "" })).toContain("rust/Cargo.toml");
  });

  it("is taken for what makes a program in it", async () => {
    const go = { "go.mod": "module x.org/t", "main.go": "package main\nvar version = 1\nfunc main() {}" };
    expect((await found({ ...go, "package.json": "{}" })).ecosystem).toBe("go");
    expect((await found({ ...go, "Cargo.toml": "[workspace]\n" })).ecosystem).toBe("go");
  });

  it.each([
    ["Cargo.toml", "[package\nname ="],
    ["package.json", "{ bad"],
  ])("with a broken %s is refused by name", async (path, text) =>
    expect(found({ [path]: text })).rejects.toMatchObject({
      code: "MANIFEST_INVALID",
      message: expect.stringContaining(path),
    }),
  );

  it("with manifests of odd types yields nothing rather than failing", async () => {
    for (const text of ["[]", "null", "1", '{"bin":[1],"name":5,"author":[[]],"workspaces":{"packages":7}}'])
      expect((await found({ "package.json": text })).builds).toEqual([]);
    expect((await found({ "Cargo.toml": 'package = "x"\nworkspace = 1\nbin = { name = 1 }\n' })).builds).toEqual([]);
    expect((await found({ "go.mod": "" })).builds).toEqual([]);
  });

  it("keeps hostile text out of the fields", async () => {
    const detected = await found({
      "package.json": JSON.stringify({
        name: "x",
        description: "a \u001b[31mred\u001b[0m\nDepends: evil\u202e ${{ secrets.X }} thing",
        homepage: "javascript:alert(1)",
        repository: "https://u:hunter2@h.org/x",
        author: "A\nB <a@b.org>",
        license: "SEE LICENSE IN x",
      }),
    });
    expect(detected).toMatchObject({ summary: "Red Depends: evil thing", maintainer: "A B <a@b.org>" });
    expect(detected.homepage ?? detected.repository ?? detected.license).toBeUndefined();
  });

  it("leaves the licence open where the files disagree with each other", async () => {
    const texts = { "LICENSE-APACHE": "\n      Apache License\n  Version 2.0, January 2004", "LICENSE-MIT": mit };
    expect((await found(texts)).license).toBe("MIT OR Apache-2.0");
    expect((await found({ ...texts, COPYING: "All rights reserved" })).license).toBeUndefined();
  });
});
