/** The build step on a repository whose command copies a program of this machine: real processes, files and git. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repositoryOf, scene, type Scene } from "../../../test/acceptance/build-scene.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Event } from "../../domain/event.ts";
import type { BuildSpec, Project } from "../../domain/project.ts";
import { parseTarget } from "../../domain/target.ts";
import { parseVersion } from "../../domain/version.ts";
import type { Ports } from "../../ports/index.ts";
import { command } from "./command.ts";
import { buildAll, type BuildRequest, type BuildResults } from "./index.ts";

const tag = "v1.0.0";
const epoch = 1_700_000_000;

describe("the build step", () => {
  let world: Scene;
  let repository = "";
  let variables: NodeJS.ProcessEnv = {};
  beforeEach(() => {
    variables = { ...process.env };
    world = scene(variables);
    repository = repositoryOf(null, join(world.folder, "repository"), tag, {
      "data.txt": "data",
      ".gitignore": "*.o\n",
    });
  });
  afterEach(() => world.remove());

  const specOf = (run: string, more: Partial<BuildSpec> = {}): BuildSpec => ({
    id: "command",
    builder: "command",
    targets: [parseTarget("x86_64-linux-gnu")],
    binaries: ["tool"],
    section: { run, output: "{binary}" },
    environment: { grant: [], set: {} },
    smoke: { arguments: ["hello"], version: false, timeoutSeconds: 10 },
    size: { min: 1, max: 1e9 },
    ...more,
  });

  interface Changes {
    readonly builds?: readonly BuildSpec[];
    readonly completions?: readonly string[];
    readonly work?: string;
    readonly ports?: Ports;
    readonly overrides?: Record<string, string>;
    readonly overlay?: Record<string, string>;
  }

  const requestOf = async (changes: Changes = {}): Promise<BuildRequest> => {
    const builds = changes.builds ?? [specOf("cp /bin/echo tool")];
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: repository, encoding: "utf8" }).trim();
    const project: Project = {
      name: "tool",
      version: parseVersion("1.0.0"),
      tag,
      commit,
      about: {},
      builds,
      documents: {
        files: [],
        man: [],
        completions: { files: {}, ...(changes.completions === undefined ? {} : { command: changes.completions }) },
      },
      packages: {},
      channels: [],
      source: { strict: false, overlay: changes.overlay ?? {} },
      signing: { with: "none", said: true },
    };
    const planned = builds.flatMap((build) =>
      build.targets.map((target) => ({
        id: `${build.id}:${target.id}`,
        build: build.id,
        builder: build.builder,
        target: target.id,
        binaries: build.binaries,
        ...command.plan(build.section as never, target, build.binaries),
      })),
    );
    const plan = {
      schema: 1,
      project: "tool",
      version: "1.0.0",
      tag,
      commit,
      overrides: changes.overrides ?? {},
      builds: planned,
      artifacts: [],
      signer: null,
      mutations: [],
    } as const;
    return {
      plan,
      project,
      builders: [command],
      ports: changes.ports ?? world.ports,
      source: repository,
      work: join(world.folder, changes.work ?? "work"),
      cache: join(world.folder, "cache"),
      epoch,
    };
  };
  const run = async (changes: Changes = {}): Promise<BuildResults> => buildAll(await requestOf(changes));
  const events = <Type extends Event["type"]>(type: Type): Extract<Event, { type: Type }>[] =>
    world.ports.reporter.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);
  const reused = (): (boolean | undefined)[] => events("task-finished").map((event) => event.reused);

  it("makes a program, looks at it, starts it and says so", async () => {
    const results = await run({ builds: [specOf("echo compiling; cp /bin/echo tool; chmod 700 tool")] });
    const [binary] = results.binaries.get("command:x86_64-linux-gnu") ?? [];
    expect(binary).toMatchObject({
      name: "tool",
      mode: 0o755,
      reused: false,
      smoke: { outcome: "passed", said: "hello" },
    });
    expect(binary?.path).toBe(join(world.folder, "work", "binaries", "command", "x86_64-linux-gnu", "tool"));
    expect(statSync(binary?.path ?? "").mode & 0o777).toBe(0o755);
    expect(digest(binary?.path)).toBe(digest("/bin/echo"));
    expect(results.smoke).toEqual(new Map([["command:x86_64-linux-gnu", "tool: hello"]]));
    expect(events("task-started")).toMatchObject([
      { task: "command:x86_64-linux-gnu", title: "tool for x86_64-linux-gnu" },
    ]);
    expect(events("task-output")).toMatchObject([{ line: "compiling" }]);
    expect(events("task-finished")[0]?.detail).toContain("kB, an ELF program for x86_64 Linux");
    expect(readdirSync(join(world.folder, "work", "scratch", "command"))).toEqual([]);
  });

  it("takes what is built already from the run before, and checks it all the same", async () => {
    await run();
    const { binaries } = await run({ work: "elsewhere" });
    expect(reused()).toEqual([false, true]);
    expect(digest(binaries.get("command:x86_64-linux-gnu")?.[0]?.path)).toBe(digest("/bin/echo"));
    expect(events("command").filter(({ arguments: words }) => words[0] === "hello")).toHaveLength(2);
  });

  it("builds again when anything that decides the bytes is another", async () => {
    const granting = [specOf("cp /bin/echo tool", { environment: { grant: ["FLAVOUR"], set: {} } })];
    await run();
    await run({ builds: [specOf("cp /bin/echo tool; true")] });
    await run({ builds: [specOf("cp /bin/echo tool", { environment: { grant: [], set: { A: "b" } } })] });
    await run({ overrides: { "data.txt": "0".repeat(64) } });
    await run({ builds: granting });
    variables["FLAVOUR"] = "mint";
    await run({ builds: granting });
    const tools = { run: "cp /bin/echo tool", output: "tool", toolchain: ["cat", "/proc/sys/kernel/random/uuid"] };
    await run({ builds: [specOf("", { section: tools })] });
    await run({ builds: [specOf("", { section: tools })] });
    expect(reused()).toEqual([false, false, false, false, false, false, false, false]);
    await run({ builds: granting });
    expect(reused().at(-1)).toBe(true);
    expect(allText(join(world.folder, "cache"))).not.toContain("mint");
  });

  it("builds again, with a warning, when what was kept has been changed", async () => {
    await run();
    const [key = ""] = readdirSync(join(world.folder, "cache", "builds"));
    const file = join(world.folder, "cache", "builds", key, digest("/bin/echo"));
    writeFileSync(file, "evil");
    await run();
    expect(reused()).toEqual([false, false]);
    expect(events("warning")).toHaveLength(1);
    expect(digest(join(world.folder, "work", "binaries", "command", "x86_64-linux-gnu", "tool"))).toBe(
      digest("/bin/echo"),
    );
    await run();
    for (const damage of ["", "[]", '{"tool":"../../x"}']) {
      writeFileSync(join(world.folder, "cache", "builds", key, "manifest.json"), damage);
      await run();
    }
    rmSync(file);
    await run();
    expect(reused().slice(2)).toEqual([true, false, false, false, false]);
  });

  it("keeps nothing of a build that was cut off before its manifest", async () => {
    await run();
    const [key = ""] = readdirSync(join(world.folder, "cache", "builds"));
    rmSync(join(world.folder, "cache", "builds", key, "manifest.json"));
    await run();
    expect(reused()).toEqual([false, false]);
    expect(events("warning")).toEqual([]);
  });

  it("lets two runs build at once", async () => {
    const both = await Promise.all([run({ work: "one" }), run({ work: "two" })]);
    for (const { binaries } of both)
      expect(digest(binaries.get("command:x86_64-linux-gnu")?.[0]?.path)).toBe(digest("/bin/echo"));
    await run({ work: "three" });
    expect(reused().at(-1)).toBe(true);
  });

  it("keeps nothing that fails a check", async () => {
    for (const [script, code] of [
      ["cp /bin/echo tool; chmod 600 tool", "BINARY_NOT_EXECUTABLE"],
      ["printf '#!/bin/sh\\necho hello\\n' > tool; chmod 755 tool", "BINARY_FORMAT_WRONG"],
      ["cp /bin/false tool", "SMOKE_FAILED"],
      ["exit 1", "BUILD_FAILED"],
    ] as const) {
      await expect(run({ builds: [specOf(script)] })).rejects.toMatchObject({ code });
    }
    expect(events("task-failed")).toHaveLength(4);
    expect(existsSync(join(world.folder, "cache", "builds"))).toBe(false);
  });

  it("gives every build a tree in which no other left anything, outside of the repository", async () => {
    const look = "pwd >> tool; git status --porcelain --ignored; cat data.txt; git describe";
    const first = specOf(`cp /bin/echo tool; ${look}; echo > left.o; echo > data.txt`, { id: "first" });
    const second = specOf(`cp /bin/echo tool; ${look}; cat lock`, { id: "second" });
    writeFileSync(join(repository, "lock"), "laid over\n");
    const later = ["-c", "user.name=T", "-c", "user.email=t@localhost", "tag", "--annotate", "--message=x", "v9.9.9"];
    execFileSync("git", later, { cwd: repository });
    await run({ builds: [first, second], overlay: { lock: "lock" } });
    const lines = events("task-output").map(({ line }) => line);
    // The program itself is the only thing that is new, beside the overlay.
    const state = ["?? lock", "?? tool", "datav1.0.0"];
    expect(lines).toEqual([...state, ...state, "laid over"]);
    expect(readFileSync(join(repository, "data.txt"), "utf8")).toBe("data");
    const folders = events("warning").map(({ message }) => /built in \((.*)\)/.exec(message)?.[1] ?? "");
    expect(folders).toHaveLength(2);
    for (const folder of folders) expect(folder.startsWith(repository)).toBe(false);
  });

  it("warns of a program that holds the folder it was built in", async () => {
    await run({ builds: [specOf("cp /bin/echo tool; pwd >> tool")] });
    expect(events("warning")).toMatchObject([{ message: expect.stringContaining("it differs at every build") }]);
  });

  it("shows no secret that it was granted", async () => {
    variables["DEPLOY_TOKEN"] = "hunter2hunter2";
    const build = specOf("echo $DEPLOY_TOKEN; cp /bin/echo tool", {
      environment: { grant: ["DEPLOY_TOKEN"], set: {} },
    });
    await run({ builds: [build] });
    expect(events("task-output")).toMatchObject([{ line: "***" }]);
    expect(JSON.stringify(world.ports.reporter.events)).not.toContain("hunter2");
  });

  it("goes on, with a warning, where nothing can be kept", async () => {
    const { files } = world.ports;
    const full: Ports = {
      ...world.ports,
      files: {
        ...files,
        write: (path, content, mode) =>
          path.includes("/cache/builds/")
            ? Promise.reject(new ReleaseError("DISK_FULL", { what: "No room left.", next: "Free some space." }))
            : files.write(path, content, mode),
      },
    };
    await run({ ports: full });
    expect(events("warning")).toMatchObject([
      { message: expect.stringContaining("could not be kept"), next: "Free some space." },
    ]);
  });

  it("says of a program for another machine that it was not run", async () => {
    mkdirSync(join(world.folder, "foreign"));
    const foreign = foreignProgram(readFileSync("/bin/echo"));
    writeFileSync(join(world.folder, "foreign", "tool"), foreign, { mode: 0o755 });
    const build = specOf(`cp ${join(world.folder, "foreign", "tool")} .`, {
      targets: [parseTarget("aarch64-linux-gnu")],
    });
    const { smoke } = await run({ builds: [build] });
    expect(smoke.get("command:aarch64-linux-gnu")).toContain(
      "tool: not run, a program for aarch64-linux-gnu does not run",
    );
    await expect(run({ builds: [build], completions: ["complete", "{shell}"] })).rejects.toMatchObject({
      code: "BUILD_OUTPUT_MISSING",
    });
  });

  it("writes the completions that the program prints", async () => {
    const { completions } = await run({ completions: ["complete", "{shell}"] });
    expect(Object.keys(completions)).toEqual(["bash", "zsh", "fish"]);
    expect(readFileSync(completions.zsh ?? "", "utf8")).toBe("complete zsh\n");
  });

  it("refuses completions that are empty", async () => {
    const silent = [specOf("cp /bin/true tool", { smoke: null })];
    await expect(run({ builds: silent, completions: ["complete", "{shell}"] })).rejects.toThrow(
      "`tool complete bash` printed nothing",
    );
    const failing = [specOf("cp /bin/false tool", { smoke: null })];
    await expect(run({ builds: failing, completions: ["complete", "{shell}"] })).rejects.toThrow(
      "ended with exit code 1",
    );
  });
});

function digest(path: string | undefined): string {
  return createHash("sha256")
    .update(readFileSync(path ?? ""))
    .digest("hex");
}

function allText(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => entry.name + readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

/** The same file with AArch64's machine in its header (ELF, e_machine at 18) and the name of AArch64's loader. */
function foreignProgram(file: Buffer): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt16LE(183, 18);
  const loader = "/lib64/ld-linux-x86-64.so.2";
  changed.write("/lib/ld-linux-aarch64.so.1".padEnd(loader.length, "\0"), changed.indexOf(loader));
  return changed;
}
