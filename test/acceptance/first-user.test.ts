/**
 * Failures that happened to the first user, in building and publishing: each played on a small project, and what its user
 * sees in its stead.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";
import { run } from "./installer.ts";
import {
  commandBuild,
  compile,
  expectNothingPublished,
  expectRefusal,
  expectSuccess,
  host,
  toolSource,
  userProject,
} from "./first-user-scene.ts";

const other = host.startsWith("x86_64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const manifestOf = (name: string, more: string): string =>
  `[package]\nname = "${name}"\nversion = "5.0.2"\nedition = "2021"\n${more}`;
const rustTool = 'fn main() { println!("ggen {}", env!("CARGO_PKG_VERSION")); }\n';

describeWith(["git", "cc"], "a program that does not say who it is", () => {
  it("is refused when it prints nothing on --version", async () => {
    const silent = await userProject({ files: { "tool.c": "int main(void) { return 0; }\n" } });
    const cut = await silent.run(["cut", "v5.0.2"]);
    expectRefusal(cut, 3, "SMOKE_SILENT", "`tool --version` printed nothing and ended with exit code 0");
    expectNothingPublished(silent);
  });

  it("is refused when it prints the version of a library of its", async () => {
    const tool = await userProject({ config: commandBuild(compile.replace("{version}", "5.3.4")) });
    expectRefusal(await tool.run(["cut", "v5.0.0"]), 3, "SMOKE_VERSION", "does not name 5.0.0. It printed: tool 5.3.4");
    expectNothingPublished(tool);
  });
});

describeWith(["git", "cargo", "cc"], "a Cargo workspace", () => {
  const library = { "Cargo.toml": manifestOf("ggen", '[workspace]\nmembers = ["crates/*"]\n'), "src/lib.rs": "" };
  const lock = (...names: readonly string[]): string =>
    `version = 4\n\n${names.map((name) => `[[package]]\nname = "${name}"\nversion = "5.0.2"\n`).join("\n")}`;

  it("whose default member is only a library is built from the member that makes the program", async () => {
    const ggen = await userProject({
      config: ["summary: Generator of code"],
      files: {
        ...library,
        "crates/ggen-cli/Cargo.toml": manifestOf("ggen-cli-lib", '[[bin]]\nname = "ggen"\npath = "src/main.rs"\n'),
        "crates/ggen-cli/src/main.rs": rustTool,
        "Cargo.lock": lock("ggen", "ggen-cli-lib"),
      },
    });
    const plan = await ggen.run(["plan", "v5.0.2"]);
    expect(plan.stdout).toMatch(/\$ cargo build --release --locked .*--package ggen-cli-lib --bin ggen/);
    expectSuccess(await ggen.run(["cut", "v5.0.2"]));
    const [program = ""] = ggen.published().filter((path) => /ggen-5\.0\.2-[a-z0-9_]+-linux$/.test(path));
    expect(run(join(ggen.site, program), [], ggen.site)).toBe("ggen 5.0.2\n");
  }, 180_000);

  it("that makes no program at all is refused before anything is built", async () => {
    const ggen = await userProject({ config: [], files: { ...library, "Cargo.lock": lock("ggen") } });
    expectRefusal(
      await ggen.run(["cut", "v5.0.2"]),
      2,
      "PROJECT_UNKNOWN",
      "No package of Cargo.toml makes a program: ggen.",
    );
    expectNothingPublished(ggen);
  });

  it("whose lock file git ignores is refused, with the line that ignores it and two ways out", async () => {
    const files = {
      "Cargo.toml": manifestOf("ggen", ""),
      "src/main.rs": rustTool,
      ".gitignore": "/target\n*.bak\nCargo.lock\n",
    };
    const ggen = await userProject({ config: [], files });
    await ggen.write({ "Cargo.lock": lock("ggen") });
    const cut = await ggen.run(["cut", "v5.0.2"]);
    expectRefusal(
      cut,
      2,
      "BUILD_LOCK_MISSING",
      ".gitignore, line 3 (Cargo.lock) keeps it out",
      "overlay: { Cargo.lock: PATH }",
    );
    expectNothingPublished(ggen);

    // One that is tagged already gets its lock file from beside the tag.
    ggen.git("tag", "--annotate", "--message", "5.0.2", "v5.0.2");
    const config = readFileSync(join(ggen.folder, "ggen-release.yaml"), "utf8");
    await ggen.write({
      "release/Cargo.lock": lock("ggen"),
      "release.yaml": `source: { overlay: { Cargo.lock: release/Cargo.lock } }\n${config}`,
    });
    expectSuccess(await ggen.run(["cut", "v5.0.2", "--config", "release.yaml"]));
    expect(ggen.published()).toContain("v5.0.2/manifest.json");

    // And one that is not, from git.
    ggen.git("add", "--force", "Cargo.lock");
    await ggen.write({
      "Cargo.toml": files["Cargo.toml"].replace("5.0.2", "5.0.3"),
      "Cargo.lock": lock("ggen").replace("5.0.2", "5.0.3"),
    });
    ggen.commit("pin what it is built of");
    expectSuccess(await ggen.run(["cut", "v5.0.3"]));
    expect(ggen.published()).toContain("v5.0.3/manifest.json");
  }, 180_000);

  it("whose lock file no longer fits is refused: dependencies do not drift into a release", async () => {
    const ggen = await userProject({
      config: [],
      files: {
        "Cargo.toml": manifestOf("ggen", '[dependencies]\nhelper = { path = "helper" }\n'),
        "src/main.rs": rustTool,
        "helper/Cargo.toml": manifestOf("helper", ""),
        "helper/src/lib.rs": "",
        "Cargo.lock": lock("ggen"),
      },
    });
    expectRefusal(
      await ggen.run(["cut", "v5.0.2"]),
      2,
      "BUILD_LOCK_MISSING",
      "Cargo.lock in the tree of v5.0.2 does not match",
    );
    expectNothingPublished(ggen);
  }, 180_000);
});

describeWith(["git", "cc"], "a program of another system", () => {
  it("does not get into a tarball that is named for darwin", async () => {
    const tool = await userProject({ config: commandBuild(compile, `targets: [${host}, aarch64-darwin]`) });
    const cut = await tool.run(["cut", "v5.0.2"]);
    expectRefusal(
      cut,
      3,
      "BINARY_FORMAT_WRONG",
      /tool for aarch64-darwin is an ELF program for \S+ Linux.*Wanted: a Mach-O/,
    );
    expectNothingPublished(tool);
  });

  it("is refused for another architecture, too", async () => {
    const tool = await userProject({ config: commandBuild(compile, `targets: [${other}]`) });
    expectRefusal(await tool.run(["cut", "v5.0.2"]), 3, "BINARY_FORMAT_WRONG", `tool for ${other} is an ELF program`);
    expectNothingPublished(tool);
  });
});

describeWith(["git", "cc"], "a library that a dependency brought", () => {
  const curved = `#include <math.h>\n${toolSource.replace("return 0", "return sin(count) > 2")}`;
  const linked = `${compile} -lm`;

  it("is told before the release that needs it is out, and stands in its report", async () => {
    const tool = await userProject({ config: commandBuild(linked) });
    expectSuccess(await tool.run(["cut", "v1.0.0"]));
    await tool.write({ "tool.c": curved });
    tool.commit("curve");
    const told = new RegExp(
      `tool-1\\.1\\.0-${host.replace("-gnu", "")} needs libm\\.so\\.6.*, and did not in v1\\.0\\.0`,
    );
    const rehearsal = await tool.run(["cut", "v1.1.0", "--dry-run"]);
    expectSuccess(rehearsal);
    expect(rehearsal.stderr).toMatch(told);
    expect(tool.published().filter((path) => path.startsWith("v1.1.0"))).toEqual([]);
    expect((await tool.run(["cut", "v1.1.0"])).stderr).toMatch(told);
    expect(readFileSync(join(tool.folder, "releases/v1.1.0/REPORT.md"), "utf8")).toMatch(
      /^- warn: .*needs libm\.so\.6/m,
    );

    const next = await tool.run(["cut", "v1.2.0"]);
    expectSuccess(next);
    expect(next.stderr).not.toContain("and did not in");
    expect(readFileSync(join(tool.folder, "releases/v1.2.0/REPORT.md"), "utf8")).toContain("- pass: tool-1.2.0-");
  });

  it("is looked for in the channel where the release before is gone from this machine, and otherwise not passed over", async () => {
    const tool = await userProject({ config: commandBuild(linked) });
    expectSuccess(await tool.run(["cut", "v1.0.0"]));
    await tool.write({ "tool.c": curved });
    tool.commit("curve");
    rmSync(join(tool.folder, "releases"), { recursive: true });
    expect((await tool.run(["cut", "v1.1.0", "--dry-run"])).stderr).toContain("needs libm.so.6");
    rmSync(join(tool.site, "v1.0.0"), { recursive: true });
    const unknown = await tool.run(["cut", "v1.1.0", "--dry-run"]);
    expectSuccess(unknown);
    expect(unknown.stderr).toContain("not checked: whether programs need more than in v1.0.0");
  });

  it("that no Debian package is known for is refused, rather than left out of what the .deb depends on", async () => {
    const tool = await userProject({
      config: [...commandBuild("sh build.sh"), "summary: Sample", "maintainer: Jane Doe <jane@tool.org>"],
      files: {
        "build.sh": [
          "echo 'int own(void) { return 0; }' | cc -x c - -shared -fPIC -Wl,-soname,libown.so.7 -o libown.so",
          `cc -O1 '-DVERSION="5.0.2"' tool.c -o tool -L. -lown -Wl,--no-as-needed -Wl,-rpath,$PWD`,
          "ln -s libown.so libown.so.7",
        ].join(" && "),
        "tool.c": toolSource.replace("int main", "int own(void);\nint main").replace("return 0", "return own()"),
      },
    });
    expectRefusal(await tool.run(["cut", "v5.0.2"]), 3, "DEB_DEPENDS_UNKNOWN", "needs libown.so.7");
    expectNothingPublished(tool);
  });
});

describeWith(["git", "go"], "a program that was committed", () => {
  it("for macOS is not shipped to Linux", async () => {
    const config = [
      "builds:",
      "  - builder: prebuilt",
      "    path: bin/ggen",
      "    binaries: [ggen]",
      `    targets: [${host}]`,
    ];
    const ggen = await userProject({ config });
    await ggen.write({ "main.go": "package main\nfunc main() {}\n", "go.mod": "module ggen\n\ngo 1.20\n" });
    execFileSync("go", ["build", "-o", "bin/ggen"], {
      cwd: ggen.folder,
      env: { ...process.env, GOOS: "darwin", GOARCH: "arm64", CGO_ENABLED: "0" },
      stdio: "pipe",
    });
    ggen.commit("bring the program");
    const cut = await ggen.run(["cut", "v5.0.2"]);
    expectRefusal(cut, 3, "BINARY_FORMAT_WRONG", /ggen for \S+ is a Mach-O program for \S+ macOS.*Wanted: an ELF/);
    expectNothingPublished(ggen);
  }, 180_000);

  it("stays out of git: what a release makes is ignored there", async () => {
    const tool = await userProject();
    expectSuccess(await tool.run(["cut", "v1.0.0"]));
    expect(tool.git("status", "--porcelain")).toBe("");
  });
});

describeWith(["git", "cc", "sha256sum"], "checksums", () => {
  it("are there for each file, by bare names, and pass in an empty folder", async () => {
    const tool = await userProject({
      config: [...commandBuild(), "summary: Sample", "maintainer: Jane Doe <jane@tool.org>"],
    });
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    const files = tool.published().map((path) => path.replace(/^v5\.0\.2\//, ""));
    const made = files.filter((file) => !/\.sha256$|^SHA256SUMS$|^manifest\.json$|^latest$/.test(file));
    expect(made).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.deb$/), expect.stringMatching(/-source\.tar\.gz$/)]),
    );
    expect(files.filter((file) => file.endsWith(".sha256"))).toEqual(made.map((file) => `${file}.sha256`).sort());

    const folder = await scratchFolder("downloads");
    cpSync(join(tool.site, "v5.0.2"), folder, { recursive: true });
    expect(run("sh", ["-c", "cat -- *.sha256 SHA256SUMS"], folder)).not.toMatch(/\/|\.\./);
    expect(run("sh", ["-c", "sha256sum -c -- *.sha256 SHA256SUMS"], folder).match(/: OK$/gm)).toHaveLength(
      2 * made.length,
    );
  });

  it("and all other files that the report tells users to download are really there", async () => {
    const tool = await userProject({
      config: [...commandBuild(), "summary: Sample", "maintainer: Jane Doe <jane@tool.org>"],
    });
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    const report = readFileSync(join(tool.folder, "releases/v5.0.2/REPORT.md"), "utf8");
    const named = [...report.matchAll(/(?:\.\/|\s|`)((?:tool[-_][^\s`]+|[A-Z0-9]+SUMS)[^\s`]*)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(named.length).toBeGreaterThan(5);
    const there = readdirSync(join(tool.site, "v5.0.2"));
    expect(named.filter((file) => !there.includes(file))).toEqual([]);
  });
});

describeWith(["git", "cc"], "a version that is out", () => {
  it("never stands for another commit", async () => {
    const tool = await userProject();
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    const before = tool.published().map((path) => [path, readFileSync(join(tool.site, path)).toString("hex")]);
    await tool.write({ "tool.c": `${toolSource}/* mended */\n` });
    tool.commit("mend");
    tool.git("tag", "--force", "--annotate", "--message", "again", "v5.0.2");
    const again = await tool.run(["cut", "v5.0.2"]);
    expectRefusal(again, 4, "GIT_TAG_MOVED", "holds a release of it made from", "Release under the next version");
    expect(tool.published().map((path) => [path, readFileSync(join(tool.site, path)).toString("hex")])).toEqual(before);
  });

  it("never gets the bytes of another build, and nothing is written over", async () => {
    const tool = await userProject();
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    const name = readdirSync(join(tool.site, "v5.0.2")).find((file) => file.endsWith("-source.tar.gz")) ?? "";
    writeFileSync(join(tool.site, "v5.0.2", name), "somebody else's");
    const again = await tool.run(["cut", "v5.0.2"]);
    expectRefusal(again, 4, "CHANNEL_CONFLICT", `write v5.0.2/${name}`, "Nothing more was written");
    expect(readFileSync(join(tool.site, "v5.0.2", name), "utf8")).toBe("somebody else's");
  });

  it("is gone on with from where it is published, never built to other bytes", async () => {
    const tool = await userProject({ config: commandBuild(`${compile} -DSTAMP=$(date +%s%N) && date +%s%N >> tool`) });
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    const sums = readFileSync(join(tool.site, "v5.0.2/SHA256SUMS"), "utf8");
    for (const lost of ["releases", ".ggen-release"]) rmSync(join(tool.folder, lost), { recursive: true });
    expectSuccess(await tool.run(["cut", "v5.0.2"], { XDG_CACHE_HOME: await scratchFolder("cache") }));
    expect(readFileSync(join(tool.site, "v5.0.2/SHA256SUMS"), "utf8")).toBe(sums);
    expect(readFileSync(join(tool.folder, "releases/v5.0.2/SHA256SUMS"), "utf8")).toBe(sums);
  });
});

describeWith(["git", "cc"], "a recipe", () => {
  it("that works in a folder of one machine fails in the clean clone, with its own last words", async () => {
    const tool = await userProject({ config: commandBuild(`cd /home/user/ggen && ${compile}`) });
    expectRefusal(await tool.run(["cut", "v5.0.2"]), 7, "BUILD_FAILED", "/home/user/ggen", "ended with exit code");
    expectNothingPublished(tool);
  });

  it("that names a version of its own is found out by what it makes", async () => {
    const config = commandBuild(compile.replace("-o tool", "-o ggen_5.0.2-1_amd64"));
    const tool = await userProject({ config });
    expectRefusal(await tool.run(["cut", "v5.0.2"]), 3, "BUILD_OUTPUT_MISSING", "made no file tool");
    expectNothingPublished(tool);
  });

  it("that leaves the path of its folder in the program is told so", async () => {
    const source = toolSource.replace("return 0", "if (count > 9) puts(__FILE__); return 0");
    const tool = await userProject({
      config: commandBuild(compile.replace("tool.c", '"$PWD/tool.c"')),
      files: { "tool.c": source },
    });
    const cut = await tool.run(["cut", "v5.0.2"]);
    expectSuccess(cut);
    expect(cut.stderr).toMatch(/^warning: tool for \S+ holds the path of a folder that it was built in/m);
  });
});

describeWith(["git", "cc"], "time limits", () => {
  it("are on the first run of a program, and say which, how long and where it is set", async () => {
    const slow = `#include <unistd.h>\n${toolSource.replace("return 0", "sleep(20); return 0")}`;
    const tool = await userProject({
      config: commandBuild(compile, "smoke: { timeout: 1s }"),
      files: { "tool.c": slow },
    });
    const cut = await tool.run(["cut", "v5.0.2"]);
    expectRefusal(cut, 3, "SMOKE_FAILED", "`tool --version` was still running after 1 s and was stopped", "smoke");
    expectNothingPublished(tool);
  });

  it("are not on builds, which take the time that they take", async () => {
    const tool = await userProject({ config: commandBuild(`sleep 2; ${compile}`, "smoke: { timeout: 1s }") });
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
  });
});

describe("an address that is a placeholder", () => {
  it("is refused in the configuration, at its line", async () => {
    const tool = await userProject({ config: ["homepage: https://artifacts.example.com/ggen", ...commandBuild()] });
    const cut = await tool.run(["cut", "v5.0.2"]);
    expectRefusal(cut, 2, "CONFIG_URL_RESERVED", "artifacts.example.com", "ggen-release.yaml:1:11");
    expect(existsSync(join(tool.folder, "releases"))).toBe(false);
  });

  it("is refused where a manifest holds it", async () => {
    const files = {
      "Cargo.toml": manifestOf("ggen", 'repository = "https://example.org/ggen"\n'),
      "src/main.rs": rustTool,
    };
    const ggen = await userProject({ config: [], files });
    expectRefusal(
      await ggen.run(["plan", "v5.0.2"]),
      2,
      "CONFIG_URL_RESERVED",
      "Cargo.toml, repository",
      "example.org",
    );
  });
});
