/** Builder `node` on a real program of npm's (the command `semver`), with the real Node from the registry. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseTarget } from "../../src/domain/target.ts";
import type { BuiltFile } from "../../src/ports/builder.ts";
import { node } from "../../src/steps/build/node.ts";
import { describeWith } from "../requires.ts";
import { realPorts } from "../scratch.ts";
import { jobIn, repositoryOf, scene, type Scene } from "./build-scene.ts";

const target = "x86_64-linux-gnu";
const tag = "v1.2.3";
const semver = join(import.meta.dirname, "..", "..", "node_modules", "semver");

describeWith(["npm", "git"], "builder node", () => {
  const world = scene();
  let program = "";

  beforeAll(() => {
    // CommonJS over some forty files, one of them JSON; its own development tools are not needed.
    const manifest = JSON.parse(readFileSync(join(semver, "package.json"), "utf8")) as object;
    program = repository("program", semver, {
      "package.json": JSON.stringify({ ...manifest, scripts: {}, devDependencies: { rolldown: "1.2.19" } }),
      ".gitignore": "node_modules/\ndist/\n",
    });
  });
  afterAll(() => world.remove());

  const bundled = {
    entry: "dist/semver.cjs",
    bundle: ["rolldown", "bin/semver.js", "--platform", "node", "--format", "cjs", "--file", "dist/semver.cjs"],
  };

  it("makes a program that runs without Node, the same bytes in another folder, umask, time zone and locale", async () => {
    const [first] = await build(world, program, "first", bundled);
    const variables = { ...process.env, TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", NODE_OPTIONS: "--no-warnings" };
    const elsewhere = { ...world, ports: realPorts(world.folder, variables) };
    const umask = process.umask(0o077);
    const [second] = await build(elsewhere, program, "second with spaces", bundled).finally(() => process.umask(umask));
    const path = first?.path ?? "";
    expect(digest(second?.path ?? "")).toBe(digest(path));
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readFileSync(path).includes(world.folder)).toBe(false);
    const run = spawnSync(path, ["1.2.3", "-i", "minor"], {
      encoding: "utf8",
      env: { NODE_OPTIONS: "--not-an-option" },
    });
    expect(run).toMatchObject({ status: 0, stdout: "1.3.0\n", stderr: "" });
  }, 300_000);

  it("refuses a program of several files, naming what it would lack", async () => {
    await expect(build(world, program, "unbundled", { entry: "bin/semver.js" })).rejects.toMatchObject({
      code: "BUILD_ENTRY_NOT_BUNDLED",
      what: expect.stringMatching(/^bin\/semver\.js still loads "\.\.\/package\.json", /) as string,
    });
  });

  it("refuses a bundle that was not written, naming what lies there", async () => {
    await expect(build(world, program, "absent", { ...bundled, entry: "dist/cli.cjs" })).rejects.toMatchObject({
      code: "BUILD_OUTPUT_MISSING",
      what: expect.stringContaining("semver.cjs") as string,
    });
  });

  it("refuses dependencies without a tracked lock file, saying what keeps it out", async () => {
    const ignored = { ".gitignore": "node_modules/\npackage-lock.json\n" };
    const unlocked = repositoryOf(program, join(world.folder, "unlocked"), tag, ignored, ["package-lock.json"]);
    await expect(build(world, unlocked, "no-lock", bundled)).rejects.toMatchObject({
      code: "BUILD_LOCK_MISSING",
      what: expect.stringContaining(".gitignore, line 2 (package-lock.json) keeps it out") as string,
    });
  });

  it("refuses a lock file that lacks a dependency, naming it", async () => {
    const manifest = { "package.json": JSON.stringify({ dependencies: { kleur: "4.1.5" } }) };
    const stale = repositoryOf(program, join(world.folder, "stale"), tag, manifest);
    await expect(build(world, stale, "stale-lock", bundled)).rejects.toMatchObject({
      code: "BUILD_LOCK_MISSING",
      what: expect.stringContaining("Missing: kleur@4.1.5 from lock file") as string,
    });
  });

  it("takes a module with flags and assets in, and warns of what it may ask for later", async () => {
    const module = repository("module", null, {
      "package.json": JSON.stringify({ type: "module", scripts: { bundle: "mkdir dist && cp main.js dist/cli.js" } }),
      "NOTICE.txt": "Made of several parts\n",
      "main.js": [
        'import { getAsset } from "node:sea";',
        'const fast = await import("fast-path").catch(() => "without");',
        'console.log(getAsset("notice", "utf8").trim(), process.execArgv.join(" "), typeof require, fast);',
      ].join("\n"),
    });
    const flags = ["--max-old-space-size=512"];
    const section = { entry: "dist/cli.js", flags, assets: { notice: "NOTICE.txt" } };
    const [built] = await build(world, module, "module-built", section);
    const printed = execFileSync(built?.path ?? "", { encoding: "utf8" });
    expect(printed).toBe("Made of several parts --max-old-space-size=512 undefined without\n");
    expect(world.ports.reporter.events).toContainEqual(
      expect.objectContaining({ type: "warning", message: expect.stringContaining('"fast-path"') as string }),
    );
  });

  it("refuses a bundle that is no JavaScript, showing where", async () => {
    const broken = repository("broken", null, { "cli.mjs": "const version: string = 1;\n" });
    await expect(build(world, broken, "broken-built", { entry: "cli.mjs" })).rejects.toMatchObject({
      code: "BUILD_FAILED",
      details: expect.arrayContaining([expect.stringContaining("SyntaxError")]) as string[],
    });
  });

  it("lets no install script run, and shows the bundler neither the caller's npm settings nor secrets", async () => {
    const canary = "canary-7f3a";
    const guarded = scene({
      ...process.env,
      NPM_TOKEN: canary,
      NODE_AUTH_TOKEN: canary,
      NPM_CONFIG_USERCONFIG: "/settings",
    });
    const scripted = repository("scripted", null, {
      "package.json": JSON.stringify({
        dependencies: { dependency: "file:./dependency" },
        scripts: { postinstall: "touch installed-by-project", build: "env > environment.txt" },
      }),
      "dependency/package.json": JSON.stringify({
        name: "dependency",
        version: "1.0.0",
        scripts: { install: "touch ../installed-by-dependency" },
      }),
    });
    const failed = build(guarded, scripted, "scripted-built", { entry: "cli.cjs" });
    const what = await failed.then(String, (error: { what?: string }) => error.what ?? "");
    const seen = readFileSync(join(guarded.folder, "scripted-built", "source", "environment.txt"), "utf8");
    guarded.remove();
    expect(what).toContain(
      "its folder holds .git, dependency, environment.txt, node_modules, package-lock.json, package.json.",
    );
    expect(seen).toContain("SOURCE_DATE_EPOCH=");
    expect(seen).not.toContain(canary);
    expect(seen).not.toContain("/settings");
  });

  it("refuses to make a program for a system on which it does not run itself", async () => {
    const environment = { ...world.ports.environment, host: "aarch64-darwin" };
    const foreign = { ...world, ports: { ...world.ports, environment } };
    await expect(build(foreign, program, "foreign", bundled)).rejects.toMatchObject({
      code: "BUILD_TARGET_UNSUPPORTED",
      what: expect.stringContaining("aarch64-darwin") as string,
    });
  });

  it("says by which Node and npm it builds, so that a build by others is not reused", async () => {
    const job = { folder: world.folder, environment: { PATH: process.env["PATH"] ?? "" }, ports: world.ports };
    const words = await node.toolchain(parsed(bundled), parseTarget(target), job);
    expect(words).toMatch(/^node 26\.10\.0 sha512-\S{88}\nnpm \d+\.\d+\.\d+\n$/);
  });

  /** A repository of these files, with a lock file where there are dependencies. */
  function repository(name: string, sources: string | null, files: Readonly<Record<string, string>>): string {
    const folder = join(world.folder, `${name}-locked`);
    mkdirSync(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    if (/ependencies/.test(files["package.json"] ?? ""))
      execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--silent"], { cwd: folder });
    const lock = readIfThere(join(folder, "package-lock.json"));
    return repositoryOf(sources, join(world.folder, name), tag, { ...files, ...lock });
  }
});

function readIfThere(path: string): Record<string, string> {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere ? { "package-lock.json": readFileSync(path, "utf8") } : {};
}

function parsed(section: object): never {
  return v.parse(v.strictObject(node.entries), section) as never;
}

async function build(world: Scene, repository: string, name: string, section: object): Promise<readonly BuiltFile[]> {
  const request = { tag, target, binaries: ["tool"] };
  const job = await jobIn(world, repository, name, node as never, parsed(section), request);
  return node.build(parsed(section), job);
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
