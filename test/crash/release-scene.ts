/**
 * A small project that is released to a folder, on the real file system: copied for every case, cut in this process
 * with ports that may be mortal, and looked at as a whole afterwards.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openSigner } from "../../src/adapters/open-signer.ts";
import type { Event } from "../../src/domain/event.ts";
import { build, type BuildOptions, type BuildResult } from "../../src/operations/build.ts";
import { cut, type CutResult } from "../../src/operations/cut.ts";
import type { OperationWorld } from "../../src/operations/world.ts";
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
  cut(fate?: Fate | null, more?: NodeJS.ProcessEnv): Promise<Attempt<CutResult>>;
  build(options?: Partial<BuildOptions>, more?: NodeJS.ProcessEnv): Promise<Attempt<BuildResult>>;
  remove(): void;
}

export interface CrashProject {
  /** A machine with a clone of the project, and nothing released. */
  machine(): Machine;
  /** A machine that has cloned the other's repository, and publishes to the same site. */
  beside(machine: Machine): Machine;
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
  return {
    machine() {
      const folder = join(root, String(count++));
      cpSync(template, folder, { recursive: true });
      mkdirSync(join(folder, "site"));
      return machineIn(folder, options);
    },
    beside({ repository, site }) {
      const folder = join(root, String(count++));
      mkdirSync(folder);
      git(folder, "clone", "--quiet", repository, "repository");
      symlinkSync(site, join(folder, "site"));
      return machineIn(folder, options);
    },
    remove() {
      if (temporary === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = temporary;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function machineIn(folder: string, { key }: ProjectOptions): Machine {
  const [repository, site] = [join(folder, "repository"), join(folder, "site")];
  const variables = {
    PATH: process.env["PATH"],
    HOME: join(folder, "home"),
    ...author,
    ...(key === undefined ? {} : { GGEN_RELEASE_KEY: key }),
  };
  const usual = { tag, allowBackport: false, tagRequired: false };
  return {
    folder,
    repository,
    site,
    cut: (fate = null, more = {}) =>
      attempt(folder, { ...variables, ...more }, fate, (world) =>
        cut(world, { ...usual, dryRun: false, resume: ["cut", tag] }),
      ),
    build: (options = {}, more = {}) =>
      attempt(folder, { ...variables, ...more }, null, (world) =>
        build(world, { ...usual, snapshot: false, only: [], merge: [], ...options }),
      ),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

async function attempt<Result>(
  folder: string,
  variables: NodeJS.ProcessEnv,
  fate: Fate | null,
  act: (world: OperationWorld) => Promise<Result>,
): Promise<Attempt<Result>> {
  const whole = realPorts(join(folder, "repository"), variables);
  const mortal = mortalPorts(whole, (path) => nameOf(path, folder), fate);
  const { ports, effects } = mortal;
  const outcome = await act({ ports, openSigner: openSigner(ports) }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  await mortal.atRest();
  const builds = effects.filter((effect) => /^run .*\/sh#/.test(effect)).length;
  return { ...outcome, effects, met: mortal.met(), builds, events: whole.reporter.events };
}

/** The same for every copy: below the machine's folder, and with made-up parts taken out. */
function nameOf(path: string, folder: string): string {
  return path
    .replace(`${folder}/`, "")
    .replace(/^.*\/ggen-release-([a-z-]+)-[A-Za-z0-9]{6}/, "$1")
    .replace(/\.\d+\.stale$/, ".stale");
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

export function git(folder: string, ...words: readonly string[]): string {
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, ...author } } as const;
  return execFileSync("git", [...words], options).trim();
}

/** Everything that a release is to users and to the next run: a line per path, with mode and digest. */
export function stateOf({ repository, site }: Machine): readonly string[] {
  return [
    ...treeOf(join(repository, "releases"), "releases"),
    ...treeOf(site, "site"),
    ...treeOf(join(repository, ".ggen-release"), ".ggen-release"),
    ...git(repository, "for-each-ref", "--format=tag %(refname) %(*objectname)", "refs/tags").split("\n"),
  ];
}

/** Files that tell when and how; signatures differ at every making, and the bound plan names their digests. */
const ofTheirOwn = /(^|\/)(ledger\.jsonl|PIPELINE\.log|REPORT\.md|.*\.asc)$/;

function treeOf(folder: string, shown: string): readonly string[] {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return [];
  const mode = (status.mode & 0o7777).toString(8);
  if (status.isSymbolicLink()) return [`${shown} -> ${readlinkSync(folder)}`];
  if (!status.isDirectory()) return [`${shown} ${mode} ${ofTheirOwn.test(shown) ? "…" : digestOf(folder)}`];
  const names = readdirSync(folder).sort();
  return [`${shown}/ ${mode}`, ...names.flatMap((child) => treeOf(join(folder, child), `${shown}/${child}`))];
}

function digestOf(path: string): string {
  const bytes = readFileSync(path);
  const signatures = path.endsWith("/plan.json") ? withoutSignatures(bytes.toString()) : bytes;
  return createHash("sha256").update(signatures).digest("hex").slice(0, 16);
}

function withoutSignatures(plan: string): string {
  return JSON.stringify(JSON.parse(plan), (key, value: unknown) =>
    key === "content" && typeof value === "object" && value !== null && "signs" in value ? value.signs : value,
  );
}
