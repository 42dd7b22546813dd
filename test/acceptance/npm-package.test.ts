/** This program as npm users get it: packed, looked at, installed and run, also by a Node that is too old. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moduleSpecifiers } from "../../src/formats/module-specifiers.ts";
import { describeWith } from "../requires.ts";
import { describeWithOldNode } from "./old-node.ts";

const root = join(import.meta.dirname, "..", "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

interface Manifest {
  readonly version: string;
  readonly scripts: Record<string, string>;
  readonly dependencies?: object;
}

describeWith(["npm", "tar"], "the npm package", () => {
  let top = "";
  let checkout = "";
  let archive = "";
  let packed = "";
  let prefix = "";

  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), "npm-package-"));
    checkout = copyOfCheckout(join(top, "checkout"));
    // The script `prepack` bundles.
    execFileSync("npm", ["pack", "--silent", "--pack-destination", top], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "inherit"],
    });
    archive = join(top, readdirSync(top).find((name) => name.endsWith(".tgz")) ?? "");
    execFileSync("tar", ["-xzf", archive, "-C", top]);
    packed = join(top, "package");
    prefix = join(top, "prefix");
    const install = ["install", "--global", "--prefix", prefix, "--offline", "--silent", archive];
    execFileSync("npm", install, { cwd: top, stdio: ["ignore", "pipe", "inherit"] });
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it("holds what is run and read, and nothing of the sources", () => {
    const files = globSync("**/*", { cwd: packed }).filter((path) => statSync(join(packed, path)).isFile());
    const unexpected = files.filter(
      (path) =>
        !/^(package\.json|README\.md|LICENSE|RELEASE_NOTES\.md|packaging\/ggen-release\.1|dist\/(ggen-release|cli)\.js|dist\/(THIRD_PARTY_LICENSES\.txt|package\.json)|dist\/chunks\/[\w.-]+\.js)$/.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(files.length).toBeLessThan(80);
    expect(statSync(archive).size).toBeLessThan(1_500_000);
  });

  it("brings no dependency and runs nothing when it is installed", () => {
    const { scripts, dependencies } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as Manifest;
    expect(dependencies).toBeUndefined();
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([]);
    expect(readdirSync(join(prefix, "lib", "node_modules"))).toEqual(["ggen-release"]);
  });

  it("gives publint nothing to say", async () => {
    const { messages } = await publint({ pkgDir: packed, pack: false, level: "suggestion", strict: true });
    expect(messages).toEqual([]);
  });

  it("installs a program that works", () => {
    const program = join(prefix, "bin", "ggen-release");
    expect(run(program, ["--version"])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect(run(program, ["--help"])).toMatchObject(printed("Usage: ggen-release COMMAND"));
    expect(run(program, ["schema"])).toMatchObject(printed('"builds"'));
    // Every file that commands load late is there and can be loaded.
    expect(run(program, ["keys", "list"], { HOME: top })).toMatchObject({ status: 0 });
    const unknown = run(program, ["releese"]);
    expect(unknown).toMatchObject({ status: 2, stdout: "" });
    expect(unknown.stderr).toContain("USAGE");
  });

  it("installs its manual page where man looks for it", () => {
    const page = readFileSync(join(prefix, "share", "man", "man1", "ggen-release.1"), "utf8");
    expect(page).toBe(readFileSync(join(packed, "packaging", "ggen-release.1"), "utf8"));
  });

  it("answers --version without loading anything else", () => {
    const alone = join(top, "alone");
    mkdirSync(alone);
    cpSync(join(packed, "dist", "ggen-release.js"), join(alone, "ggen-release.cjs"));
    expect(run(process.execPath, [join(alone, "ggen-release.cjs"), "--version"]).stdout).toBe(`${manifest.version}\n`);
  });

  it("keeps compiled code in the caller's cache folder, and nothing where it may not or is told not to", () => {
    const program = join(prefix, "bin", "ggen-release");
    const cacheOf = (name: string, variables: NodeJS.ProcessEnv): string[] => {
      const home = join(top, name);
      mkdirSync(home, { recursive: true });
      const done = run(program, ["--help"], { HOME: home, ...variables });
      expect(done).toMatchObject({ status: 0, stderr: "" });
      return readdirSync(home, { recursive: true, encoding: "utf8" });
    };
    expect(cacheOf("home", {})).toContain(".cache/ggen-release/compiled");
    expect(cacheOf("relative", { XDG_CACHE_HOME: "cache" })).toContain(".cache/ggen-release/compiled");
    expect(cacheOf("elsewhere", { XDG_CACHE_HOME: join(top, "elsewhere", "cache") })).toContain(
      "cache/ggen-release/compiled",
    );
    expect(cacheOf("off", { NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual([]);
    expect(run(program, ["--help"], { HOME: join(top, "absent") })).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(top, "absent"))).toBe(false);
  });

  it("keeps compiled code once, for its own user only, and works as well where what is kept is damaged", () => {
    const program = join(prefix, "bin", "ggen-release");
    const home = join(top, "kept");
    mkdirSync(home);
    const schema = run(program, ["schema"], { HOME: home });
    const folder = join(home, ".cache", "ggen-release", "compiled");
    const kept = (): Record<string, number> =>
      Object.fromEntries(
        globSync("*/*", { cwd: folder }).map((path) => [path, statSync(join(folder, path)).mtimeMs] as const),
      );
    const first = kept();
    expect(Object.keys(first).filter((path) => /\/schema-program\./.test(path))).toHaveLength(1);
    for (const path of Object.keys(first)) expect(statSync(join(folder, path)).mode & 0o077).toBe(0);
    expect(run(program, ["schema"], { HOME: home })).toEqual(schema);
    expect(kept()).toEqual(first);
    // V8 refuses what was compiled under other options: it is kept beside, not in its place.
    run(program, ["schema"], { HOME: home, NODE_OPTIONS: "--max-old-space-size=512" });
    expect(kept()).toMatchObject(first);
    expect(Object.keys(kept())).toHaveLength(2 * Object.keys(first).length);
    for (const path of Object.keys(first)) writeFileSync(join(folder, path), "damaged");
    expect(run(program, ["schema"], { HOME: home })).toEqual(schema);
    for (const path of Object.keys(first)) expect(statSync(join(folder, path)).size).toBeGreaterThan(1000);
  });

  it("runs what its files hold now, not what was compiled of them before", () => {
    const copy = join(top, "changed");
    cpSync(packed, copy, { recursive: true });
    const home = join(top, "changed-home");
    mkdirSync(home);
    const help = (): string =>
      run(process.execPath, [join(copy, "dist", "ggen-release.js"), "--help"], { HOME: home }).stdout;
    expect(help()).toContain("Usage: ");
    const nouns = join(copy, "dist", "chunks", "nouns.js");
    writeFileSync(nouns, readFileSync(nouns, "utf8").replaceAll("Usage: ", "Using: "));
    expect(help()).toContain("Using: ");
  });

  it("keeps nothing of a run that failed", () => {
    const home = join(top, "failed");
    mkdirSync(home);
    expect(run(join(prefix, "bin", "ggen-release"), ["releese"], { HOME: home }).status).toBe(2);
    expect(readdirSync(home)).toEqual([]);
  });

  it("carries the licence of everything that is bundled, the GPL that the LGPL builds on included", () => {
    const text = readFileSync(join(packed, "dist", "THIRD_PARTY_LICENSES.txt"), "utf8");
    for (const part of ["clipanion 4", "valibot 1", "yaml 2", "openpgp 6", "tar 7", "archiver 8", "listr2 11"]) {
      expect(text).toContain(`\n${part}`);
    }
    expect(text).toContain("GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3");
    expect(text).toContain("GNU GENERAL PUBLIC LICENSE\n                       Version 3");
    expect(text).toContain("npm pack openpgp@6.3.2");
  });

  it("leaves the licences that a single executable ships as they are tracked: else run npm run bundle, and commit them", () => {
    const path = join("packaging", "THIRD_PARTY_LICENSES.txt");
    const tracked = readFileSync(join(root, path), "utf8");
    expect(readFileSync(join(checkout, path), "utf8") === tracked).toBe(true);
    expect(tracked).toContain("\nNode 26.10.0\n\nNode.js is licensed for use as follows:");
  });

  it("is also bundled into one file that loads nothing but Node's own modules", () => {
    const single = join(checkout, "dist", "single", "ggen-release.mjs");
    const { atStart, later } = moduleSpecifiers(readFileSync(single, "utf8"));
    expect([...atStart, ...later].filter((specifier) => !isBuiltin(specifier))).toEqual([]);
    expect(run(process.execPath, [single, "--version"]).stdout).toBe(`${manifest.version}\n`);
    expect(run(process.execPath, [single, "schema"])).toMatchObject(printed('"builds"'));
  });

  it("is bundled into the same bytes in another folder", () => {
    const other = copyOfCheckout(join(top, "another folder", "of another name"), checkout);
    execFileSync("node", ["scripts/bundle.ts"], { cwd: other });
    expect(digests(join(other, "dist"))).toEqual(digests(join(checkout, "dist")));
  });

  describeWithOldNode("under a Node that is too old", (node) => {
    it.each([{ words: ["--version"] }, { words: ["plan", "v1.2.3"] }, { words: [] }])(
      "says so in one line: $words",
      ({ words }) => {
        const { status, stdout, stderr } = run(node, [join(packed, "dist", "ggen-release.js"), ...words]);
        expect({ status, stdout }).toEqual({ status: 7, stdout: "" });
        expect(stderr).toMatch(
          /^ggen-release needs Node 22\.18 or newer, and this is Node \d+\.\d+\.\d+; install [^\n]+\n$/,
        );
      },
    );
  });
});

describe("package.json", () => {
  it("bundles before it packs", () => {
    expect(manifest.scripts["prepack"]).toBe(manifest.scripts["bundle"]);
  });
});

/** What a clone would hold, with the dependencies that are installed here and the mark that they are. */
function copyOfCheckout(to: string, from = root): string {
  mkdirSync(join(to, "node_modules"), { recursive: true });
  for (const name of ["src", "scripts", "packaging", "package.json", "package-lock.json", "LICENSE", "README.md"]) {
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name), { recursive: true });
  }
  for (const name of readdirSync(join(root, "node_modules"))) {
    symlinkSync(join(root, "node_modules", name), join(to, "node_modules", name));
  }
  if (existsSync(join(root, ".tools"))) symlinkSync(join(root, ".tools"), join(to, ".tools"));
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  rmSync(join(to, "node_modules", ".ggen-release-lock"), { force: true });
  writeFileSync(join(to, "node_modules", ".ggen-release-lock"), lock);
  return to;
}

function run(program: string, words: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined, ...variables };
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", env });
  return { status, stdout, stderr };
}

function printed(text: string): object {
  return { status: 0, stdout: expect.stringContaining(text) as string, stderr: "" };
}

function digests(folder: string): Record<string, string> {
  const files = globSync("**/*", { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  const digest = (path: string): string =>
    createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex");
  return Object.fromEntries(files.sort().map((path) => [path, digest(path)]));
}
