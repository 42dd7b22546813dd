import { describe, expect, it } from "vitest";
import { kinds } from "../../../test/kinds.ts";
import { treeOf } from "../../../test/tree.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { parseVersion } from "../../domain/version.ts";
import { detect } from "../../engines/detect/detect.ts";
import { noConfig } from "./config.ts";
import { loadConfig } from "./load.ts";
import { type MadeProject, makeProject } from "./project.ts";
import { configSchema } from "./schema.ts";
import { versionSettings } from "./version-settings.ts";

type Files = Readonly<Record<string, string>>;

const cargo: Files = {
  "Cargo.toml": `[package]
name = "fd-find"
version = "1.2.3"
description = "A simple alternative to find"
license = "MIT"
repository = "https://github.com/sharkdp/fd"
authors = ["David <d@fd.dev>"]
[[bin]]
name = "fd"
path = "src/main.rs"
`,
  "Cargo.lock": "",
  "src/main.rs": "",
  "README.md": "",
};
const go: Files = { "go.mod": "module x.org/tool", "main.go": "package main\nvar version string\nfunc main() {}\n" };

async function make(files: Files, text?: string): Promise<MadeProject> {
  const config = text === undefined ? noConfig : loadConfig(configSchema(kinds), new TextEncoder().encode(text));
  return makeProject({
    config,
    detected: await detect(treeOf(files)),
    version: parseVersion("1.2.3"),
    tag: "v1.2.3",
    commit: "0".repeat(40),
    kinds,
  });
}

async function refused(files: Files, text?: string): Promise<ReleaseError> {
  return make(files, text).then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: unknown) => {
      if (error instanceof ReleaseError) return error;
      throw error;
    },
  );
}

describe("a project", () => {
  it("of a plain program needs no configuration", async () => {
    const { project, notes } = await make(cargo);
    expect(project).toEqual({
      name: "fd",
      version: parseVersion("1.2.3"),
      tag: "v1.2.3",
      commit: "0".repeat(40),
      about: {
        summary: "Simple alternative to find",
        repository: "https://github.com/sharkdp/fd",
        license: "MIT",
        maintainer: "David <d@fd.dev>",
      },
      builds: [
        {
          id: "cargo",
          builder: "cargo",
          targets: [{ id: "x86_64-linux-gnu", architecture: "x86_64", system: "linux", libc: "gnu" }],
          binaries: ["fd"],
          section: { features: [] },
          environment: { grant: [], set: {} },
          smoke: { arguments: ["--version"], version: true, timeoutSeconds: 10 },
          size: { min: 1000, max: 500_000_000 },
        },
      ],
      documents: { files: ["README.md"], man: [], completions: { files: {} } },
      packages: { "tar.gz": {}, deb: { section: "devel" }, formula: {} },
      channels: [],
      source: { strict: false, overlay: {} },
      signing: { with: "none", said: false },
    });
    expect(notes.map(({ message }) => message)).toEqual([
      "The commit has no ggen-release.yaml: everything comes from Cargo.toml and defaults.",
    ]);
  });

  it("takes what the configuration says over what is detected", async () => {
    const { project, notes } = await make(
      cargo,
      `name: find-fast
summary: The fast find.
maintainer: Jane <j@fd.dev>
source: { branch: main }
builds:
  - builder: cargo
    targets: [aarch64-linux-gnu]
    features: [x]
    smoke: { timeout: 1m }
    size: { max: 5MB }
    glibc: "2.31"
documents: { man: [a.1], completions: { command: [c, "{shell}"] } }
packages: { formula: false, zip: true, deb: { revision: "2" } }
sign: none
channels: [{ channel: folder, path: a }, { channel: folder, path: b }, { channel: folder, id: mine, path: c }]
`,
    );
    expect(project).toMatchObject({
      name: "find-fast",
      about: { summary: "Fast find", maintainer: "Jane <j@fd.dev>", license: "MIT" },
      builds: [
        {
          targets: [{ id: "aarch64-linux-gnu" }],
          binaries: ["fd"],
          section: { features: ["x"] },
          smoke: { arguments: ["--version"], version: true, timeoutSeconds: 60 },
          size: { min: 1000, max: 5_000_000 },
          glibc: "2.31",
        },
      ],
      documents: { files: ["README.md"], man: ["a.1"], completions: { files: {}, command: ["c", "{shell}"] } },
      source: { strict: false, branch: "main", overlay: {} },
      signing: { with: "none", said: true },
    });
    expect(project.packages).toEqual({ "tar.gz": {}, zip: { level: 6 }, deb: { section: "devel", revision: "2" } });
    expect(project.channels.map(({ id }) => id)).toEqual(["folder", "folder-2", "mine"]);
    expect(notes.map(({ message }) => message)).toEqual([
      'summary goes into packages as "Fast find": without article and full stop.',
    ]);
  });

  it("fills a build with what is detected of the same one, never with another's", async () => {
    const two = {
      "go.mod": "module x.org/suite",
      "cmd/a/main.go": go["main.go"] ?? "",
      "cmd/b/main.go": go["main.go"] ?? "",
    };
    expect((await make(two, "builds: [{ builder: go }]")).project.builds[0]).toMatchObject({
      section: { main: "./cmd/{binary}" },
      binaries: ["a", "b"],
    });
    expect((await make(two, "builds: [{ builder: go, binaries: [b] }]")).project.builds[0]).toMatchObject({
      section: { main: "./cmd/{binary}" },
      binaries: ["b"],
    });
    expect((await make(two, "builds: [{ builder: go, main: ./cmd/a }]")).project.builds[0]).toMatchObject({
      section: { main: "./cmd/a" },
      binaries: ["suite"],
    });
    expect((await make(two, "builds: [{ builder: go, smoke: false }]")).project.builds[0]?.smoke).toBeNull();
    expect((await make(go, "builds: [{ builder: go }]")).project.builds[0]?.targets).toHaveLength(4);
  });

  it("may be built by any command, once it says for what", async () => {
    const text = "name: tool\nbuilds: [{ builder: command, run: [make], targets: [x86_64-linux] }]";
    expect((await make({}, text)).project.builds[0]).toMatchObject({
      id: "command",
      binaries: ["tool"],
      section: { run: ["make"] },
    });
    expect(await refused({}, "name: tool\nbuilds: [{ builder: command, run: [make] }]")).toMatchObject({
      code: "PROJECT_FIELD_MISSING",
      what: "builds[0] (command) does not say what it builds for.",
      next: "Add to ggen-release.yaml: targets: [x86_64-linux-gnu]",
    });
    expect(await refused({}, "builds: [{ builder: command, run: [make], targets: [x86_64-linux] }]")).toMatchObject({
      code: "PROJECT_FIELD_MISSING",
      next: "Add to ggen-release.yaml: name: tool",
    });
  });
});

describe("a note", () => {
  it("is not told again once the configuration settles it", async () => {
    const { "Cargo.lock": _, ...unlocked } = cargo;
    const files = {
      ...unlocked,
      "Cargo.toml": `${cargo["Cargo.toml"]}`.replace("1.2.3", "0.0.0"),
      "src/bin/other.rs": "",
      "xtask/x": "",
    };
    const told = async (text: string) => (await make(files, text)).notes.map(({ until }) => until);
    expect(await told("name: fd")).toEqual(["overlay", "places"]);
    expect(await told("version: { places: [{ file: Cargo.toml, role: placeholder }] }")).toEqual(["overlay"]);
    expect(await told("source: { overlay: { Cargo.lock: lock/Cargo.lock } }")).toEqual(["places"]);
    const library = { "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n', "src/lib.rs": "", "Cargo.lock": "" };
    const command = "name: x\nbuilds: [{ builder: command, run: [make], targets: [x86_64-linux] }]";
    expect((await detect(treeOf(library))).notes.map(({ until }) => until)).toEqual(["builds"]);
    expect((await make(library, command)).notes).toEqual([
      expect.objectContaining({ message: expect.stringContaining("Left out for want") }),
    ]);
  });
});

describe("a field that a package needs", () => {
  it("leaves out a package that nobody asked for, and says which line brings it back", async () => {
    const { project, notes } = await make(go);
    expect(Object.keys(project.packages)).toEqual(["tar.gz"]);
    expect(notes.at(-1)).toEqual({
      message:
        "Left out for want of a field: deb needs maintainer and summary; formula needs summary and repository and license.",
      next: "Add to ggen-release.yaml: maintainer: Your Name <you@…>; summary: What the program does, in one line; repository: https://…; license: MIT",
    });
  });

  it("is no reason where the packager names another", async () => {
    const { notes } = await make(
      go,
      "builds: [{ builder: go, id: zipless }]\npackages: { deb: false, formula: false }",
    );
    expect(notes).toEqual([{ message: "No zip: nobody unzips it." }]);
  });

  it.each([["deb: true"], ["deb: { revision: '1' }"]])(
    "is demanded where the package is asked for: %s",
    async (choice) => {
      expect(await refused(go, `packages: { ${choice} }`)).toMatchObject({
        code: "PROJECT_FIELD_MISSING",
        what: "deb needs maintainer and summary, and nothing says it.",
        next: "Add to ggen-release.yaml: maintainer: Your Name <you@…>",
        details: ["and: summary: What the program does, in one line"],
      });
    },
  );

  it("may be any of those that do", async () => {
    const text = "summary: x\nlicense: MIT\nhomepage: https://tool.dev\npackages: { formula: true }";
    expect((await make(go, text)).project.packages).toHaveProperty("formula");
  });
});

describe("what cannot become a project", () => {
  it("is a tree of nothing that is known", async () => {
    expect(await refused({ Makefile: "" })).toMatchObject({ code: "CONFIG_MISSING", next: "Run: ggen-release init" });
    expect(await refused({ Makefile: "" }, "name: x")).toMatchObject({ code: "PROJECT_UNKNOWN" });
    expect(await refused({ "go.mod": "module x.org/lib", "lib.go": "package lib" })).toMatchObject({
      code: "PROJECT_UNKNOWN",
      what: "go.mod does not say which program is built.",
    });
  });

  it("has two builds of one program for one target, or two ids alike", async () => {
    const build = "{ builder: cargo, targets: [x86_64-linux-gnu], binaries: [fd] }";
    expect(await refused(cargo, `builds: [${build}, ${build.replace("[fd]", "[FD]")}]`)).toMatchObject({
      code: "FILE_NAME_COLLISION",
      what: "The builds cargo and cargo-2 both make FD for x86_64-linux-gnu.",
    });
    expect(await refused(cargo, "builds: [{ builder: cargo, id: a }, { builder: go, id: a }]")).toMatchObject({
      code: "CONFIG_INVALID",
    });
    const channels = "channels: [{ channel: folder, id: a, path: x }, { channel: folder, id: a, path: y }]";
    expect(await refused(cargo, channels)).toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("names a placeholder as its page, in a manifest as in the configuration", async () => {
    const placeholder = {
      ...cargo,
      "Cargo.toml": `${cargo["Cargo.toml"]}`.replace("github.com/sharkdp/fd", "artifacts.example.com/fd"),
    };
    expect(await refused(placeholder)).toMatchObject({
      code: "CONFIG_URL_RESERVED",
      what: expect.stringMatching(/^Cargo\.toml, repository: /),
    });
    expect((await make(placeholder, "repository: https://fd.dev")).project.about.repository).toBe("https://fd.dev");
  });

  it("has a program whose name a shell could act on", async () => {
    const hostile = { ...cargo, "Cargo.toml": `${cargo["Cargo.toml"]}`.replace('"fd"', '"$(id)"') };
    expect(await refused(hostile)).toMatchObject({
      code: "CONFIG_INVALID",
      what: '"$(id)" is not a name for a program.',
    });
  });

  it("has a manifest whose entry the builder does not take", async () => {
    const strict = {
      ...kinds,
      builders: kinds.builders.map((one) =>
        one.id === "go"
          ? { ...one, entries: { main: kinds.builders[0]?.entries["features"] ?? one.entries["main"]! } }
          : one,
      ),
    };
    const detected = await detect(treeOf(go));
    expect(() =>
      makeProject({
        config: noConfig,
        detected,
        version: parseVersion("1.2.3"),
        tag: "v1.2.3",
        commit: "",
        kinds: strict,
      }),
    ).toThrow(/What go.mod says of main does not do for the builder go/);
  });
});

describe("version settings", () => {
  it("are SemVer with a v before it, unless the configuration says otherwise", () => {
    expect(versionSettings(noConfig)).toEqual({ scheme: "semver", tagPrefix: "v", places: [], strict: false });
    const text =
      'version: { scheme: calendar, tag-prefix: "", strict: true, places: [{ file: a }, { file: b, role: lock }] }';
    expect(versionSettings(loadConfig(configSchema(kinds), new TextEncoder().encode(text)))).toEqual({
      scheme: "calendar",
      tagPrefix: "",
      places: [
        { file: "a", role: "document" },
        { file: "b", role: "lock" },
      ],
      strict: true,
    });
  });
});
