/**
 * A small project, and the program as a user starts it there: with a home and a folder for temporary files of its own,
 * so that a test sees everything that is left behind.
 */
import { chmod, cp, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { ErrorCode, ExitCode } from "../../src/domain/errors/index.ts";
import type { Event } from "../../src/domain/event.ts";
import { runCommand, type CommandRun, type Variables } from "../cli.ts";
import { testRepository, type TestRepository } from "../repository.ts";
import { scratchFolder } from "../scratch.ts";
import { tinyProgram } from "../tiny-program.ts";

export interface Scene {
  readonly repository: TestRepository;
  /** HOME and TMPDIR, empty at first. */
  readonly home: string;
  readonly temporary: string;
  /** Variables that make the program use these two. */
  readonly variables: Variables;
  run(args: readonly string[], more?: Variables, through?: readonly string[]): Promise<CommandRun>;
  /** Every path in the repository outside .git, in HOME and in TMPDIR that was not there at first, sorted. */
  left(): Promise<readonly string[]>;
}

export interface ToolOptions {
  /** Lines of ggen-release.yaml after the usual ones. */
  readonly config?: string;
  /** In place of the usual builds. */
  readonly builds?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What the program prints. */
  readonly says?: string;
}

const about = `name: tool
summary: Program for tests
homepage: https://tool.dev
license: MIT
maintainer: Jane Doe <jane@tool.dev>
`;
const prebuilt = `builds:
  - { builder: prebuilt, path: bin/tool, targets: [x86_64-linux] }
`;

/** A repository of a program called tool, one static file that was built elsewhere; nothing of it needs a compiler. */
export async function toolScene(options: ToolOptions = {}): Promise<Scene> {
  const { config = "", builds = prebuilt, files = {}, says = "tool 1.2.3\n" } = options;
  const repository = await testRepository();
  const all = {
    "ggen-release.yaml": `${about}${builds}${config}`,
    "README.md": "# tool\n",
    LICENSE: "MIT License\n\nCopyright 2026 Jane Doe\n",
    ".gitignore": "/releases/\n/.ggen-release/\n",
    "bin/tool": tinyProgram(says),
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(repository.folder, path)), { recursive: true });
    await writeFile(join(repository.folder, path), content);
  }
  await chmod(join(repository.folder, "bin/tool"), 0o755);
  repository.commit("begin");
  return sceneOf(repository);
}

/** Another scene with a copy of the repository: the same commit, whatever becomes of the first. */
export async function copyOf(scene: Scene): Promise<Scene> {
  const folder = join(await scratchFolder("copy"), "repository");
  await cp(scene.repository.folder, folder, { recursive: true, verbatimSymlinks: true });
  return sceneOf({ ...scene.repository, folder, git: (...args) => scene.repository.git("-C", folder, ...args) });
}

async function sceneOf(repository: TestRepository): Promise<Scene> {
  const aside = await scratchFolder("aside");
  const [home, temporary] = [join(aside, "home"), join(aside, "tmp")];
  for (const made of [home, temporary]) await mkdir(made);
  const roots = [repository.folder, home, temporary];
  const variables = { HOME: home, TMPDIR: temporary };
  const before = new Set(await everything(roots));
  return {
    repository,
    home,
    temporary,
    variables,
    run: (args, more = {}, through = []) => runCommand(repository.folder, args, { ...variables, ...more }, through),
    async left() {
      return (await everything(roots)).filter((path) => !before.has(path));
    },
  };
}

async function everything(roots: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (path: string, shown: string): Promise<void> => {
    for (const name of await readdir(path)) {
      if (name === ".git") continue;
      found.push(`${shown}${name}`);
      if ((await lstat(join(path, name))).isDirectory()) await walk(join(path, name), `${shown}${name}/`);
    }
  };
  for (const [index, root] of roots.entries()) await walk(root, ["", "~/", "$TMPDIR/"][index] ?? "");
  return found.sort();
}

export interface Refusal {
  readonly exit: ExitCode;
  readonly code: ErrorCode;
  /** Part of what happened; part of what to do. */
  readonly what?: string | RegExp;
  readonly next?: string | RegExp;
}

/** A refusal as a user meets it: one line of what, why and what to do next, no stack, the catalogued exit code. */
export function expectRefusal({ exit, stdout, stderr }: CommandRun, refusal: Refusal): void {
  const shown = stderr.slice(stderr.lastIndexOf("\nerror: ") + 1);
  expect(shown, stdout).toContain(`[${refusal.code}]`);
  expect(exit, shown).toBe(refusal.exit);
  expect(shown).toMatch(/^error: .+(?:\n {2}.*)*\n {2}why: {2}.+\n {2}next: .+\n$/);
  expect(shown).not.toMatch(/^\s+at .+:\d+:\d+/m);
  const [what = "", next = ""] = shown.split("\n  why:  ");
  if (refusal.what !== undefined) expectText(what, refusal.what);
  if (refusal.next !== undefined) expectText(next, refusal.next);
}

function expectText(text: string, part: string | RegExp): void {
  if (typeof part === "string") expect(text).toContain(part);
  else expect(text).toMatch(part);
}

/** The event by which `--json` tells of a failure. */
export function failureIn({ events }: CommandRun): Extract<Event, { readonly type: "failed" }> | undefined {
  return events.find((event) => event.type === "failed");
}

/** Every file of a release with its content, less those that tell when and how it was made. */
export async function releaseIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter((name) => !["PIPELINE.log", "ledger.jsonl", "REPORT.md"].includes(name));
  const contents = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "latin1")]));
  return Object.fromEntries(contents) as Record<string, string>;
}
