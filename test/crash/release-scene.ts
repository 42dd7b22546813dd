/**
 * A small project that is released to a folder, on the real file system: copied for every case, cut in this process
 * with ports that may be mortal.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openSigner } from "../../src/adapters/open-signer.ts";
import type { Event } from "../../src/domain/event.ts";
import { build, type BuildOptions, type BuildResult } from "../../src/operations/build.ts";
import { cut, type CutResult } from "../../src/operations/cut.ts";
import type { OperationWorld } from "../../src/operations/world.ts";
import { Killed } from "../../src/standins/memory-world.ts";
import { author } from "../repository.ts";
import { realPorts } from "../scratch.ts";
import { tinyProgram } from "../tiny-program.ts";
import { mortalPorts, type Fate } from "./mortal-ports.ts";

export const tag = "v1.0.0";

/** In memory where programs may be started there: thousands of synced writes cost nothing. */
const scratchRoot = startsPrograms("/dev/shm") ? "/dev/shm" : tmpdir();

function startsPrograms(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const scratch = mkdtempSync(join(folder, "ggen-release-crash-"));
  try {
    writeFileSync(join(scratch, "program"), "#!/bin/sh\n", { mode: 0o755 });
    return spawnSync(join(scratch, "program")).status === 0;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

export interface ProjectOptions {
  /** Armored key to sign with. */
  readonly key?: string;
  /** The build's command. */
  readonly build?: string;
  /** Variables that the caller sets and the build sees. */
  readonly grant?: readonly string[];
  readonly targets?: readonly string[];
}

export interface Attempt<Result> {
  readonly result?: Result;
  readonly error?: unknown;
  /** Names of its effects. */
  readonly effects: readonly string[];
  /** Whether it came to the effect at which it was to die. */
  readonly met: boolean;
  /** How often the project's build command ran. */
  readonly builds: number;
  readonly events: readonly Event[];
}

/** A maintainer's machine: a clone of the project, a home, and a site that it publishes to. */
export interface Machine {
  readonly folder: string;
  readonly repository: string;
  readonly site: string;
  /** The environment of what is started on it. */
  readonly variables: NodeJS.ProcessEnv;
  cut(fate?: Fate | null, more?: NodeJS.ProcessEnv): Promise<Attempt<CutResult>>;
  build(options?: Partial<BuildOptions>, more?: NodeJS.ProcessEnv): Promise<Attempt<BuildResult>>;
  remove(): void;
}

export interface CrashProject {
  /** A machine with a clone of the project, and nothing released. */
  machine(): Machine;
  /** A machine that has cloned the other's repository, and publishes to the same site. */
  beside(machine: Machine): Machine;
  /** A machine on which a run was killed when this effect was done. */
  killedAfter(effect: string, more?: NodeJS.ProcessEnv): Promise<Machine>;
  remove(): void;
}

/** Makes the project once; every machine is a copy of it. */
export function crashProject(options: ProjectOptions = {}): CrashProject {
  const root = mkdtempSync(join(scratchRoot, "ggen-release-crash-"));
  const template = join(root, "template");
  // What killed runs leave in the folder for temporary files goes with the rest.
  const temporary = process.env["TMPDIR"];
  process.env["TMPDIR"] = join(root, "tmp");
  mkdirSync(join(root, "tmp"));
  writeProject(join(template, "repository"), options);
  let count = 0;
  const machine = (): Machine => {
    const folder = join(root, String(count++));
    cpSync(template, folder, { recursive: true });
    publishEarlier(folder);
    return machineIn(folder, "repository", options);
  };
  return {
    machine,
    beside({ folder, repository }) {
      const name = `other-${count++}`;
      git(folder, "clone", "--quiet", repository, name);
      return machineIn(folder, name, options);
    },
    async killedAfter(effect, more) {
      const killed = machine();
      const { met, error } = await killed.cut({ effect, end: "after" }, more);
      if (met && error instanceof Killed) return killed;
      throw new Error(`it was not killed at "${effect}": ${String(error)}`);
    },
    remove() {
      if (temporary === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = temporary;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A release of before, here and on the site: nothing that happens to this one may touch it. */
function publishEarlier(folder: string): void {
  for (const root of [join(folder, "repository", "releases"), join(folder, "site")]) {
    mkdirSync(join(root, "v0.9.0"), { recursive: true });
    writeFileSync(join(root, "v0.9.0", "tool"), "the tool of before\n");
    symlinkSync("v0.9.0", join(root, "latest"));
  }
}

function machineIn(folder: string, name: string, { key }: ProjectOptions): Machine {
  const [repository, home] = [join(folder, name), join(folder, `home-of-${name}`)];
  const variables = {
    PATH: process.env["PATH"],
    HOME: home,
    ...author,
    ...(key === undefined ? {} : { GGEN_RELEASE_KEY: key }),
  };
  const usual = { tag, allowBackport: false, tagRequired: false };
  return {
    folder,
    repository,
    site: join(folder, "site"),
    variables,
    cut: (fate = null, more = {}) =>
      attempt(repository, { ...variables, ...more }, fate, (world) =>
        cut(world, { ...usual, dryRun: false, resume: ["cut", tag] }),
      ),
    build: (options = {}, more = {}) =>
      attempt(repository, { ...variables, ...more }, null, (world) =>
        build(world, { ...usual, snapshot: false, only: [], merge: [], ...options }),
      ),
    remove: () => {
      for (const path of name === "repository" ? [folder] : [repository, home])
        rmSync(path, { recursive: true, force: true });
    },
  };
}

async function attempt<Result>(
  repository: string,
  variables: NodeJS.ProcessEnv,
  fate: Fate | null,
  act: (world: OperationWorld) => Promise<Result>,
): Promise<Attempt<Result>> {
  const whole = realPorts(repository, variables);
  const mortal = mortalPorts(whole, (path) => nameOf(path, repository), fate);
  const { ports, effects } = mortal;
  const outcome = await act({ ports, openSigner: openSigner(ports) }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  await mortal.atRest();
  const builds = effects.filter((effect) => /^run .*\/sh#/.test(effect)).length;
  return { ...outcome, effects, met: mortal.met(), builds, events: whole.reporter.events };
}

/** The same for every machine: below its folder, and with made-up parts taken out. */
function nameOf(path: string, repository: string): string {
  return path
    .replace(`${repository}/`, "repository/")
    .replace(`${dirname(repository)}/`, "")
    .replace(/^.*\/ggen-release-([a-z-]+)-[0-9]+-[0-9]+-[0-9a-f]{8}-[0-9a-f]{8}-[A-Za-z0-9]{6}/, "$1")
    .replace(/\.\d+\.stale$/, ".stale")
    .replace(/[0-9a-f]{64}/g, "<digest>");
}

function writeProject(folder: string, options: ProjectOptions): void {
  const { key, build: run = "cp bin/tool tool", grant = [], targets = ["x86_64-linux"] } = options;
  const config = {
    name: "tool",
    summary: "Program for tests",
    builds: [{ builder: "command", run, output: "tool", targets, grant }],
    packages: { binary: true, "tar.gz": true },
    ...(key === undefined ? { sign: "none" } : {}),
    channels: [{ channel: "folder", path: "../site" }],
  };
  const files = {
    // YAML is a superset of JSON.
    "ggen-release.yaml": JSON.stringify(config, null, 2),
    "README.md": "# tool\n",
    LICENSE: "MIT License\n\nCopyright 2026 Jane Doe\n",
    ".gitignore": "/releases/\n/.ggen-release/\n",
    "bin/tool": tinyProgram("tool 1.0.0\n"),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  chmodSync(join(folder, "bin/tool"), 0o755);
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "begin");
}

/** The effect by which a run that nothing disturbs makes a stage whole. */
export function wholeStage(effects: readonly string[], place: string): string {
  const found = effects.find((effect) => effect.endsWith(`${place}/manifest.json#1`));
  if (found === undefined) throw new Error(`nothing was staged in ${place}`);
  return found;
}

export function git(folder: string, ...words: readonly string[]): string {
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, ...author } } as const;
  return execFileSync("git", [...words], options).trim();
}
