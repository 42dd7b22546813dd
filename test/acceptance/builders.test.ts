/** The builders on published programs: age through the Go proxy, diffr from the Rust registry. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isReleaseError, type ReleaseError } from "../../src/domain/errors/index.ts";
import type { Builder, BuiltFile } from "../../src/ports/builder.ts";
import { cargo } from "../../src/steps/build/cargo.ts";
import { go } from "../../src/steps/build/go.ts";
import { describeWith } from "../requires.ts";
import { jobIn, repositoryOf, scene, type JobRequest, type Scene } from "./build-scene.ts";

describeWith(["go", "git"], "builder go, on age 1.2.1", () => {
  const tag = "v1.2.1";
  let world: Scene;
  let repository = "";
  const request: JobRequest = { tag, binaries: ["age", "age-keygen"] };
  const keys = { main: "./cmd/{binary}", ldflags: "-s -w -X main.Version={tag}" };

  beforeAll(() => {
    world = scene();
    const module = JSON.parse(
      execFileSync("go", ["mod", "download", "-json", `filippo.io/age@${tag}`], {
        cwd: world.folder,
        encoding: "utf8",
      }),
    ) as { Dir: string };
    repository = repositoryOf(module.Dir, join(world.folder, "age"), tag);
  });
  afterAll(() => world.remove());

  it("builds the same bytes in another folder, umask and time zone, whatever Go settings the machine has", async () => {
    const first = await built(world, repository, "first", go, keys, request);
    expect(versionOf(first, "age")).toBe(tag);
    expect(readFileSync(join(world.folder, "first", "home", ".config", "go", "telemetry", "mode"), "utf8")).toBe("off");

    const elsewhere = scene({
      ...process.env,
      TZ: "Asia/Tokyo",
      LC_ALL: "de_DE.UTF-8",
      GOFLAGS: "-tags=netgo -buildvcs=false",
      GOAMD64: "v3",
      HOME: homeWithGoSettings(world.folder),
      // Found under HOME otherwise: an empty one would mean to compile the standard library again.
      ...(JSON.parse(execFileSync("go", ["env", "-json", "GOMODCACHE", "GOCACHE"], { encoding: "utf8" })) as object),
    });
    const umask = process.umask(0o077);
    try {
      const second = await built(elsewhere, repository, "second-and-longer", go, keys, request);
      expect(digests(second)).toEqual(digests(first));
    } finally {
      process.umask(umask);
      elsewhere.remove();
    }
    // With an empty cache the first compiles most of Go's standard library.
  }, 180_000);

  it("refuses a package that is a library", async () => {
    const error = await refusal(built(world, repository, "library", go, {}, { tag, binaries: ["age"] }));
    expect(error.code).toBe("BUILD_OUTPUT_MISSING");
    expect(error.what).toContain(". is a library");
  });

  it("says which line keeps go.sum out of the tree", async () => {
    const unlocked = repositoryOf(repository, join(world.folder, "unlocked"), tag, { ".gitignore": "/tmp\ngo.sum\n" }, [
      "go.sum",
    ]);
    const error = await refusal(built(world, unlocked, "no-sum", go, keys, request));
    expect(error.code).toBe("BUILD_LOCK_MISSING");
    expect(error.what).toContain(".gitignore, line 2 (go.sum) keeps it out");
    expect(error.next).toContain("overlay: { go.sum: PATH }");
  });

  it("says so when the module asks for a newer Go than there is", async () => {
    const newer = repositoryOf(repository, join(world.folder, "newer"), tag, {
      "go.mod": "module filippo.io/age\n\ngo 1.99\n",
    });
    const error = await refusal(built(world, newer, "newer-go", go, keys, request));
    expect(error.code).toBe("BUILD_TOOL_MISSING");
    expect(error.what).toContain("asks for Go 1.99");
    expect(error.next).toContain("toolchain: go1.99");
  });

  it("does not take a module from a folder above the clone", async () => {
    const none = repositoryOf(null, join(world.folder, "none"), tag, { "main.go": "package main\n" });
    writeFileSync(join(world.folder, "go.mod"), "module above\n");
    const error = await refusal(built(world, none, "no-module", go, {}, { tag, binaries: ["age"] }));
    expect(error.code).toBe("PROJECT_UNKNOWN");
  });
});

describeWith(["cargo", "git"], "builder cargo, on diffr 0.1.5 and shellharden 4.3.2", () => {
  let world: Scene;
  const sources = new Map<string, string>();
  const target = "x86_64-linux-gnu";
  const diffr: JobRequest = { tag: "v0.1.5", binaries: ["diffr"], target };
  const shellharden: JobRequest = { tag: "v4.3.2", binaries: ["shellharden"], target };

  beforeAll(() => {
    world = scene();
    const project = join(world.folder, "fetch");
    mkdirSync(join(project, "src"), { recursive: true });
    writeFileSync(join(project, "src", "lib.rs"), "");
    writeFileSync(
      join(project, "Cargo.toml"),
      '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\ndiffr = "=0.1.5"\nshellharden = "=4.3.2"\n',
    );
    const home = join(world.folder, "registry");
    execFileSync("cargo", ["fetch", "--quiet"], {
      cwd: project,
      env: { ...process.env, CARGO_HOME: home },
      stdio: "pipe",
    });
    for (const path of globSync("registry/src/*/{diffr,shellharden}-*", { cwd: home }))
      sources.set(basename(path).replace(/-[0-9.]+$/, ""), join(home, path));
  });
  afterAll(() => world.remove());

  const repository = (
    name: string,
    tag: string,
    more: Record<string, string> = {},
    without: readonly string[] = [],
  ): string =>
    repositoryOf(
      sources.get(name.split("/")[0] ?? "") ?? "",
      join(world.folder, name.replace("/", "-")),
      tag,
      more,
      without,
    );

  it("builds the same bytes in another folder, umask, time zone and registry folder, whatever flags the machine has", async () => {
    const made = repository("diffr", "v0.1.5");
    const first = await built(world, made, "first", cargo, {}, diffr);
    expect(versionOf(first, "diffr")).toContain("0.1.5");
    expect(readFileSync(first[0]?.path ?? "").includes(world.folder)).toBe(false);

    const home = join(world.folder, "machine");
    mkdirSync(home);
    writeFileSync(
      join(home, "config.toml"),
      '[build]\nrustflags = ["-Copt-level=0"]\n[profile.release]\ndebug = true\n',
    );
    const elsewhere = scene({ ...process.env, TZ: "Asia/Tokyo", RUSTFLAGS: "-Cdebuginfo=2", CARGO_HOME: home });
    const umask = process.umask(0o077);
    try {
      const second = await built(elsewhere, made, "second-and-longer", cargo, {}, diffr);
      expect(digests(second)).toEqual(digests(first));
      expect(elsewhere.ports.reporter.events).toContainEqual({
        type: "note",
        message: `${home}/config.toml sets build.rustflags, profile for this machine alone: left out of the build.`,
      });
    } finally {
      process.umask(umask);
      elsewhere.remove();
    }
  });

  it("keeps the project's own flags in force", async () => {
    const flagged = repository("shellharden/flags", "v4.3.2", {
      ".cargo/config.toml": '[build]\nrustflags = ["-Cno-such-option"]\n',
    });
    const error = await refusal(built(world, flagged, "flagged", cargo, {}, shellharden));
    expect(error.code).toBe("BUILD_FAILED");
    expect(error.what).toContain(
      "cargo build --release --locked --package shellharden --bin shellharden --target x86_64-unknown-linux-gnu",
    );
    expect(error.details.join("\n")).toContain("no-such-option");
  });

  it("says which line keeps Cargo.lock out of the tree", async () => {
    const unlocked = repository("shellharden/unlocked", "v4.3.2", { ".gitignore": "# built\n/target\nCargo.lock\n" }, [
      "Cargo.lock",
    ]);
    const error = await refusal(built(world, unlocked, "unlocked", cargo, {}, shellharden));
    expect(error.code).toBe("BUILD_LOCK_MISSING");
    expect(error.what).toContain(".gitignore, line 3 (Cargo.lock) keeps it out");
    expect(error.next).toContain("source: { overlay: { Cargo.lock: PATH } }");
  });

  it("refuses a lock that does not match the manifest", async () => {
    const manifest = readFileSync(join(sources.get("shellharden") ?? "", "Cargo.toml"), "utf8");
    const stale = repository("shellharden/stale", "v4.3.2", {
      "Cargo.toml": `${manifest}\ntermcolor = "1"\n`,
    });
    const error = await refusal(built(world, stale, "stale", cargo, {}, shellharden));
    expect(error.code).toBe("BUILD_LOCK_MISSING");
    expect(error.what).toContain("does not match what the project asks for");
  });

  it("names the command that installs a standard library that is missing", async () => {
    const made = repository("shellharden/target", "v4.3.2");
    const error = await refusal(built(world, made, "target", cargo, {}, { ...shellharden, target: "s390x-linux-gnu" }));
    expect(error.code).toBe("BUILD_TOOL_MISSING");
    expect(error.next).toBe("Run: rustup target add s390x-unknown-linux-gnu");
  });

  it("fetches no toolchain that is missing, and says how to install it", async () => {
    const made = repository("shellharden/toolchain", "v4.3.2", {
      "rust-toolchain.toml": '[toolchain]\nchannel = "1.0.0"\n',
    });
    const pinned = await refusal(built(world, made, "pinned", cargo, {}, shellharden));
    const named = await refusal(built(world, made, "named", cargo, { toolchain: "1.1.0" }, shellharden));
    for (const error of [pinned, named]) {
      expect(error.code).toBe("BUILD_TOOL_MISSING");
      expect(error.next).toMatch(/rustup toolchain install 1\.[01]\.0|rustup\.rs/);
    }
  });

  it("finds the program in a member where the default member is only a library, and asks where two make it", async () => {
    const workspace = workspaceOf({ lib: null, "tool-cli": "tool", "tool-old": "old", "tool-new": "old" });
    const made = repositoryOf(null, join(world.folder, "workspace"), "v1.0.0", workspace);
    const request = { tag: "v1.0.0", target };
    const [file] = await built(world, made, "member", cargo, { bin: "tool" }, { ...request, binaries: ["gt"] });
    expect(execFileSync(file?.path ?? "", { encoding: "utf8" })).toBe("tool-cli\n");

    const ambiguous = await refusal(built(world, made, "ambiguous", cargo, {}, { ...request, binaries: ["old"] }));
    expect(ambiguous.code).toBe("BUILD_OUTPUT_AMBIGUOUS");
    expect(ambiguous.details).toEqual(["old in package tool-new", "old in package tool-old"]);
    const several = await built(
      world,
      made,
      "several",
      cargo,
      { package: "tool-old" },
      { ...request, binaries: ["old"] },
    );
    expect(execFileSync(several[0]?.path ?? "", { encoding: "utf8" })).toBe("tool-old\n");

    const unknown = await refusal(built(world, made, "unknown", cargo, {}, { ...request, binaries: ["lib"] }));
    expect(unknown.code).toBe("BUILD_PROGRAM_UNKNOWN");
    expect(unknown.details).toContain("tool in package tool-cli");
  });

  it("refuses settings of the machine above the clone, which cargo would read", async () => {
    const made = repository("shellharden/above", "v4.3.2");
    mkdirSync(join(world.folder, "above", ".cargo"), { recursive: true });
    writeFileSync(join(world.folder, "above", ".cargo", "config.toml"), '[build]\nrustc = "/tmp/evil"\n');
    const error = await refusal(built(world, made, "above", cargo, {}, shellharden));
    expect(error.code).toBe("BUILD_MACHINE_SETTINGS");
    expect(error.what).toContain("build.rustc");
  });
});

/** A workspace whose default member is the library `lib`; each other package makes the program named. */
function workspaceOf(packages: Readonly<Record<string, string | null>>): Record<string, string> {
  const names = Object.keys(packages);
  const files = Object.entries(packages).flatMap(([name, bin]) => {
    const manifest = `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n`;
    return bin === null
      ? [
          [`${name}/Cargo.toml`, manifest],
          [`${name}/src/lib.rs`, ""],
        ]
      : [
          [`${name}/Cargo.toml`, `${manifest}[[bin]]\nname = "${bin}"\npath = "src/main.rs"\n`],
          [`${name}/src/main.rs`, `fn main() { println!("${name}"); }\n`],
        ];
  });
  const lock = names.sort().map((name) => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n`);
  return {
    ...Object.fromEntries(files),
    "Cargo.toml": `[workspace]\nresolver = "2"\nmembers = ${JSON.stringify(names)}\ndefault-members = ["lib"]\n`,
    "Cargo.lock": `version = 4\n\n${lock.join("\n")}`,
  };
}

async function refusal(attempt: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await attempt.then(
    () => new Error("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (!isReleaseError(error)) throw error;
  return error;
}

async function built(
  world: Scene,
  repository: string,
  name: string,
  builder: Builder,
  keys: object,
  request: JobRequest,
): Promise<readonly BuiltFile[]> {
  const section = v.parse(v.strictObject(builder.entries), keys) as never;
  return builder.build(section, await jobIn(world, repository, name, builder, section, request));
}

function digests(files: readonly BuiltFile[]): Record<string, string> {
  return Object.fromEntries(
    files.map(({ binary, path }) => [binary, createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

/** Some programs print their version on standard error. */
function versionOf(files: readonly BuiltFile[], binary: string): string {
  const done = spawnSync(files.find((file) => file.binary === binary)?.path ?? "", ["--version"], { encoding: "utf8" });
  return `${done.stdout}${done.stderr}`.trim();
}

/** A home whose `go env -w` would change the bytes. */
function homeWithGoSettings(folder: string): string {
  const home = join(folder, "jane");
  mkdirSync(join(home, ".config", "go"), { recursive: true });
  writeFileSync(join(home, ".config", "go", "env"), "GOFLAGS=-tags=osusergo\nGOAMD64=v3\nCGO_ENABLED=1\n");
  return home;
}
