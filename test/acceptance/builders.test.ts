/** The builders on published programs: age through the Go proxy, diffr from the Rust registry. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isReleaseError, type ReleaseError } from "../../src/domain/errors/index.ts";
import type { Builder, BuiltFile } from "../../src/ports/builder.ts";
import { go } from "../../src/steps/build/go.ts";
import { describeWith } from "../requires.ts";
import { jobIn, repositoryOf, scene, type JobRequest, type Scene } from "./build-scene.ts";

describeWith(["go", "git"], "builder go, on age 1.2.1", () => {
  const tag = "v1.2.1";
  const world = scene();
  let repository = "";
  const request: JobRequest = { tag, binaries: ["age", "age-keygen"] };
  const keys = { main: "./cmd/{binary}", ldflags: "-s -w -X main.Version={tag}" };

  beforeAll(() => {
    const module = JSON.parse(
      execFileSync("go", ["mod", "download", "-json", `filippo.io/age@${tag}`], {
        cwd: world.folder,
        encoding: "utf8",
      }),
    ) as { Dir: string };
    repository = repositoryOf(module.Dir, join(world.folder, "age"), tag);
  });
  afterAll(() => world.remove());

  it("builds the same bytes in another folder, umask, time zone and cache, whatever Go settings the machine has", async () => {
    const first = await built(world, repository, "first", go, keys, request);
    expect(versionOf(first, "age")).toBe(tag);

    const elsewhere = scene({
      ...process.env,
      TZ: "Asia/Tokyo",
      LC_ALL: "de_DE.UTF-8",
      GOFLAGS: "-tags=netgo -buildvcs=false",
      GOAMD64: "v3",
      HOME: homeWithGoSettings(world.folder),
      GOMODCACHE: execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim(),
      GOCACHE: join(world.folder, "other-cache"),
    });
    const umask = process.umask(0o077);
    try {
      const second = await built(elsewhere, repository, "second-and-longer", go, keys, request);
      expect(digests(second)).toEqual(digests(first));
    } finally {
      process.umask(umask);
      elsewhere.remove();
    }
  });

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

function versionOf(files: readonly BuiltFile[], binary: string): string {
  const path = files.find((file) => file.binary === binary)?.path ?? "";
  return execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
}

/** A home whose `go env -w` would change the bytes. */
function homeWithGoSettings(folder: string): string {
  const home = join(folder, "jane");
  mkdirSync(join(home, ".config", "go"), { recursive: true });
  writeFileSync(join(home, ".config", "go", "env"), "GOFLAGS=-tags=osusergo\nGOAMD64=v3\nCGO_ENABLED=1\n");
  return home;
}
