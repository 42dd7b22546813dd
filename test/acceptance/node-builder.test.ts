/** Builder `node` on a real program of npm's, with the real Node from the registry. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { collectingReporter, type CollectingReporter } from "../../src/adapters/collecting-reporter.ts";
import { gitCli } from "../../src/adapters/git-cli.ts";
import { nodeFiles } from "../../src/adapters/node-files.ts";
import { nodeProcesses } from "../../src/adapters/node-processes.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { systemEnvironment } from "../../src/adapters/system-environment.ts";
import { parseTarget } from "../../src/domain/target.ts";
import type { BuiltFile } from "../../src/ports/builder.ts";
import type { Environment } from "../../src/ports/environment.ts";
import { buildEnvironment } from "../../src/steps/build/environment.ts";
import { node } from "../../src/steps/build/node.ts";
import { describeWith } from "../requires.ts";

const root = join(import.meta.dirname, "..", "..");
const target = parseTarget("x86_64-linux-gnu");
let top = "";
let program = "";

describeWith(["npm", "git"], "builder node", () => {
  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), "node-builder-"));
    program = join(top, "program");
    // The command `semver`: CommonJS over some forty files, one of them JSON.
    cpSync(join(root, "node_modules", "semver"), program, { recursive: true });
    edit(program, "package.json", (manifest) => ({
      ...manifest,
      scripts: {},
      devDependencies: { rolldown: "1.2.19" },
    }));
    execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--silent"], { cwd: program });
    writeFileSync(join(program, ".gitignore"), "node_modules/\ndist/\n");
    commit(program);
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  const bundled = {
    entry: "dist/semver.cjs",
    bundle: ["rolldown", "bin/semver.js", "--platform", "node", "--format", "cjs", "--file", "dist/semver.cjs"],
  };

  it("makes a program that runs without Node, the same bytes in another folder, umask, time zone and locale", async () => {
    const [first] = await build("first", bundled, { TZ: "UTC", LC_ALL: "C" });
    const umask = process.umask(0o077);
    const [second] = await build("second/with a space", bundled, {
      TZ: "Asia/Kathmandu",
      LC_ALL: "tr_TR.UTF-8",
    }).finally(() => process.umask(umask));
    const path = first?.path ?? "";
    const run = spawnSync(path, ["1.2.3", "-i", "minor"], {
      encoding: "utf8",
      env: { NODE_OPTIONS: "--not-an-option" },
    });
    expect(run).toMatchObject({ status: 0, stdout: "1.3.0\n", stderr: "" });
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(digest(second?.path ?? "")).toBe(digest(path));
    expect(readFileSync(path).includes(top)).toBe(false);
  });

  it("refuses a program of several files, naming what it would lack", async () => {
    await expect(build("unbundled", { entry: "bin/semver.js" })).rejects.toMatchObject({
      code: "BUILD_ENTRY_NOT_BUNDLED",
      what: expect.stringMatching(/^bin\/semver\.js still loads "\.\.\/package\.json", /) as string,
    });
  });

  it("refuses a bundle that was not written, naming what lies there", async () => {
    await expect(build("absent", { ...bundled, entry: "dist/cli.cjs" })).rejects.toMatchObject({
      code: "BUILD_OUTPUT_MISSING",
      what: expect.stringContaining("semver.cjs") as string,
    });
  });

  it("refuses dependencies without a tracked lock file, and one that does not match", async () => {
    const unlocked = change("unlocked", (folder) => rmSync(join(folder, "package-lock.json")));
    await expect(build(unlocked, bundled)).rejects.toMatchObject({ code: "BUILD_LOCK_MISSING" });
    const stale = change("stale", (folder) =>
      edit(folder, "package.json", (manifest) => ({ ...manifest, dependencies: { kleur: "4.1.5" } })),
    );
    await expect(build(stale, bundled)).rejects.toMatchObject({
      code: "BUILD_LOCK_MISSING",
      what: expect.stringContaining("package-lock.json in the tree of v1.2.3 does not match") as string,
    });
  });

  it("takes a module with flags and assets, run by the script that bundles", async () => {
    const source = [
      'import { getAsset } from "node:sea";',
      'console.log(getAsset("licence", "utf8").split("\\n")[0], process.execArgv.join(" "), typeof require);',
    ];
    const module = change("module", (folder) => {
      rmSync(join(folder, "package-lock.json"));
      mkdirSync(join(folder, "lib"));
      writeFileSync(join(folder, "lib", "main.js"), source.join("\n"));
      const scripts = { bundle: "mkdir -p dist && cp lib/main.js dist/cli.js" };
      edit(folder, "package.json", () => ({ type: "module", scripts }));
    });
    const [built] = await build(module, {
      entry: "dist/cli.js",
      flags: ["--max-old-space-size=512"],
      assets: { licence: "LICENSE" },
    });
    expect(execFileSync(built?.path ?? "", { encoding: "utf8" })).toBe(
      "The ISC License --max-old-space-size=512 undefined\n",
    );
  });

  it("shows the syntax error of a bundle that is no JavaScript", async () => {
    const broken = change("broken", (folder) => {
      rmSync(join(folder, "package-lock.json"));
      edit(folder, "package.json", () => ({}));
      writeFileSync(join(folder, "cli.mjs"), "const version: string = 1;");
    });
    await expect(build(broken, { entry: "cli.mjs" })).rejects.toMatchObject({
      code: "BUILD_FAILED",
      details: expect.arrayContaining([expect.stringContaining("SyntaxError")]) as string[],
    });
  });

  it("warns of a module that the program asks for only later", async () => {
    const lazy = change("lazy", (folder) => {
      rmSync(join(folder, "package-lock.json"));
      edit(folder, "package.json", () => ({}));
      writeFileSync(join(folder, "cli.cjs"), 'try { require("fast-path") } catch { console.log("without") }');
    });
    const reporter = collectingReporter();
    const [built] = await build(lazy, { entry: "cli.cjs" }, {}, reporter);
    expect(reporter.events).toContainEqual(
      expect.objectContaining({ type: "warning", message: expect.stringContaining('"fast-path"') as string }),
    );
    expect(execFileSync(built?.path ?? "", { encoding: "utf8" })).toBe("without\n");
  });

  it("lets no install script run, and shows the bundler neither the caller's npm settings nor secrets", async () => {
    const scripted = change("scripted", (folder) => {
      mkdirSync(join(folder, "dependency"));
      const install = "touch ../../installed";
      edit(folder, "dependency/package.json", () => ({ name: "dependency", version: "1.0.0", scripts: { install } }));
      const bundleScript = "env > environment.txt && echo 'console.log(1)' > cli.cjs";
      const scripts = { postinstall: "touch installed", build: bundleScript };
      edit(folder, "package.json", () => ({ scripts, dependencies: { dependency: "file:./dependency" } }));
      execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--silent"], { cwd: folder });
    });
    await build(scripted, { entry: "cli.cjs" }, { NPM_TOKEN: "canary-7f3a", NODE_AUTH_TOKEN: "canary-7f3a" });
    const seen = readFileSync(join(scripted, "environment.txt"), "utf8");
    const home = systemEnvironment().home ?? "";
    expect(seen).not.toContain("canary-7f3a");
    expect(seen).not.toContain(`npm_config_userconfig=${home}/.npmrc`);
    expect(
      execFileSync("git", ["status", "--porcelain", "--ignored"], { cwd: scripted, encoding: "utf8" }),
    ).not.toMatch(/installed/);
  });

  it("refuses to make a program for a system on which it does not run itself", async () => {
    const elsewhere = { ...systemEnvironment(), host: "aarch64-darwin" };
    await expect(build("elsewhere", bundled, {}, collectingReporter(), elsewhere)).rejects.toMatchObject({
      code: "BUILD_TARGET_UNSUPPORTED",
      what: expect.stringContaining("aarch64-darwin") as string,
    });
  });

  it("tells a build that could be reused from one that could not by the release of Node and npm", async () => {
    const section = v.parse(v.strictObject(node.entries), bundled) as never;
    const ports = realPorts(collectingReporter(), systemEnvironment());
    const words = await node.toolchain(section, target, {
      folder: top,
      environment: { PATH: process.env["PATH"] ?? "" },
      ports,
    });
    expect(words).toMatch(/^node 26\.10\.0 sha512-\S{88}\nnpm \d+\.\d+\.\d+\n$/);
  });
});

/** A changed copy of the program, committed. */
function change(name: string, edits: (folder: string) => void): string {
  const folder = join(top, "changed", name);
  cpSync(program, folder, { recursive: true });
  rmSync(join(folder, ".git"), { recursive: true });
  edits(folder);
  commit(folder);
  return folder;
}

/** Builds in a fresh clone where the program is named by a word, in the folder itself where it is a path. */
async function build(
  where: string,
  section: object,
  variables: Record<string, string> = {},
  reporter: CollectingReporter = collectingReporter(),
  environment: Environment = systemEnvironment({ ...process.env, ...variables }),
): Promise<readonly BuiltFile[]> {
  // The name of the clone's own folder is always the same: bundlers call variables after it.
  const source = where.startsWith("/") ? where : join(top, "clones", where, "source");
  if (source !== where) execFileSync("git", ["clone", "-q", program, source]);
  const parsed = v.parse(v.strictObject(node.entries), section) as never;
  const scratch = mkdtempSync(join(top, "scratch-"));
  const epoch = 1_700_000_000;
  const wanted = node.plan(parsed, target, ["tool"]).environment;
  return node.build(parsed, {
    source,
    folder: source,
    scratch,
    downloads: join(top, "downloads"),
    environment: {
      ...buildEnvironment({ grant: [], set: {} }, wanted, environment, { home: join(scratch, "home"), epoch }),
      ...("TZ" in variables ? { TZ: variables["TZ"], LC_ALL: variables["LC_ALL"] ?? "C" } : {}),
    },
    ports: realPorts(reporter, environment),
    target,
    binaries: ["tool"],
    version: "1.2.3",
    tag: "v1.2.3",
    commit: "0".repeat(40),
    epoch,
    task: "build",
  });
}

function realPorts(reporter: CollectingReporter, environment: Environment) {
  const [files, processes] = [nodeFiles(), nodeProcesses(reporter)];
  return { files, processes, environment, reporter, clock: systemClock(), git: gitCli(processes, environment, files) };
}

function edit(folder: string, path: string, change: (manifest: Record<string, unknown>) => object): void {
  const file = join(folder, path);
  const before = statSync(file, { throwIfNoEntry: false }) === undefined ? "{}" : readFileSync(file, "utf8");
  writeFileSync(file, JSON.stringify(change(JSON.parse(before) as Record<string, unknown>), null, 2));
}

function commit(folder: string): void {
  const git = (...words: string[]): void => void execFileSync("git", words, { cwd: folder });
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=Jane", "-c", "user.email=jane@localhost", "commit", "-q", "-m", "The program");
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
