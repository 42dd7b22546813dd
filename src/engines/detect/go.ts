/** What a Go module says: its path, and which of its packages are programs (https://go.dev/ref/mod, go help packages). */
import { posix } from "node:path";
import { projectNameFrom } from "../values/names.ts";
import { about, addressFrom } from "./about.ts";
import type { Detection, Ecosystem, Note, TreeView } from "./detected.ts";
import { lockNote } from "./notes.ts";
import { versionVariables } from "./go-version.ts";
import { readmeSummary } from "./readme.ts";

export const go: Ecosystem = {
  id: "go",
  targets: ["x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"],
  recognises: (tree) => tree.has("go.mod"),
  async detect(tree) {
    const module = (await tree.text("go.mod")) ?? "";
    const path = /^\s*module\s+"?([^\s"]+)"?/m.exec(module)?.[1] ?? "";
    const base = moduleName(path);
    const programs = await programsOf(tree, base);
    const chosen = choose(programs, base);
    const name = projectNameFrom(chosen.length === 1 ? (chosen[0]?.name ?? "") : base);
    const folders = chosen.map(({ folder }) => folder);
    const variables = await versionVariables(tree, folders);
    const others = programs.filter((program) => !chosen.includes(program));
    return {
      manifest: "go.mod",
      ...(name === undefined ? {} : { name }),
      ...about({ summary: await readmeSummary(tree), repository: addressFrom(repositoryOf(path)) }),
      builds: chosen.length === 0 ? [] : [build(chosen, variables)],
      ...(usesCobra(module) ? { completionCommand: ["completion", "{shell}"] } : {}),
      notes: [
        ...noProgram(chosen, path),
        ...(others.length === 0 ? [] : [leftOut(others)]),
        ...(/^\s*require\b/m.test(module) ? await lockNote(tree, "go.sum", "go mod tidy") : []),
        ...(variables.length === folders.length && folders.length > 0 ? [] : [noVariable]),
      ],
    } satisfies Detection;
  },
};

/** Its programs have a command `completion`, unless they take it out (https://pkg.go.dev/github.com/spf13/cobra). */
function usesCobra(module: string): boolean {
  return /^(?:require)?\s+github\.com\/spf13\/cobra\s+v[^/\n]*$/m.test(module);
}

interface Program {
  /** "" for the top. */
  readonly folder: string;
  readonly name: string;
}

/** The last element that is no major version: `github.com/mikefarah/yq/v4` is yq. */
function moduleName(path: string): string {
  return (
    path
      .replace(/\/v[0-9]+$/, "")
      .replace(/\.v[0-9]+$/, "")
      .split("/")
      .at(-1) ?? ""
  );
}

function repositoryOf(path: string): string | undefined {
  const found = /^((?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)\/[\w.-]+\/[\w.-]+)/.exec(path)?.[1];
  return found === undefined ? undefined : `https://${found}`;
}

/** A program at the top, in `cmd` and in its folders; other folders only where these hold none. */
async function programsOf(tree: TreeView, base: string): Promise<readonly Program[]> {
  const usual = ["", "cmd", ...tree.list("cmd").map((name) => `cmd/${name}`)];
  const found = await among(tree, usual, base);
  if (found.length > 0) return found;
  const other = tree
    .list("")
    .filter((name) => !/^(?:[._]|cmd$|internal$|vendor$|testdata$|examples?$|tools?$|scripts?$|hack$)/.test(name));
  return among(tree, other, base);
}

async function among(tree: TreeView, folders: readonly string[], base: string): Promise<readonly Program[]> {
  const found: Program[] = [];
  for (const folder of folders) {
    if (!(await isMain(tree, folder))) continue;
    found.push({ folder, name: folder === "" || folder === "cmd" ? base : posix.basename(folder) });
  }
  return found;
}

/** All files of a folder are of one package, but for tests and those that a constraint takes out of every build. */
async function isMain(tree: TreeView, folder: string): Promise<boolean> {
  const files = tree.list(folder).filter((name) => name.endsWith(".go") && !/^[._]|_test\.go$/.test(name));
  for (const file of files.sort((a, b) => Number(b === "main.go") - Number(a === "main.go"))) {
    const text = (await tree.text(posix.join(folder, file))) ?? "";
    const head = /^(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*package\s+(\w+)/.exec(text);
    if (head === null || /^\/\/(?:go:build| \+build) .*\bignore\b/m.test(head[0])) continue;
    return head[1] === "main";
  }
  return false;
}

/** The one that is called like the module, where there is one: the others are its makers' tools as a rule. */
function choose(programs: readonly Program[], base: string): readonly Program[] {
  const namesake = programs.find(({ name }) => name === base);
  return namesake === undefined ? programs : [namesake];
}

/** Without it the builder sets `main.version`; a variable that a program does not have is passed over by the linker. */
function ldflagsFor(variables: readonly string[]): { readonly ldflags?: string } {
  const distinct = [...new Set(variables)].sort();
  if (!distinct.includes("Version")) return {};
  return { ldflags: ["-s -w", ...distinct.map((name) => `-X main.${name}={version}`)].join(" ") };
}

function build(programs: readonly Program[], variables: readonly string[]) {
  const binaries = programs.map(({ name }) => name);
  const [first] = programs;
  const place = (folder: string): string => (folder === "" ? "." : `./${folder}`);
  const main =
    programs.length === 1
      ? place(first?.folder ?? "")
      : programs.every(({ folder, name }) => folder === `cmd/${name}`)
        ? "./cmd/{binary}"
        : Object.fromEntries(programs.map(({ folder, name }) => [name, place(folder)]));
  return {
    builder: "go",
    section: { main, ...ldflagsFor(variables) },
    binaries,
  };
}

function noProgram(chosen: readonly Program[], path: string): readonly Note[] {
  if (chosen.length > 0) return [];
  return [
    {
      message: `Module ${path} has no package main at its top or under cmd/.`,
      until: "builds",
      next: "Name the package of the program: builds: [{ builder: go, main: ./path/to/it }]",
    },
  ];
}

function leftOut(programs: readonly Program[]): Note {
  return {
    message: `Left out: ${programs.map(({ name }) => name).join(", ")}.`,
    until: "builds",
    next: "Add those that users should get under binaries, with main: ./cmd/{binary}.",
  };
}

const noVariable: Note = {
  message: "The version comes from the tag: the linker sets main.version, which the program does not seem to have.",
  until: "builds",
  next: 'If its --version prints another variable, name that: ldflags: "-s -w -X <package>.<variable>={version}"',
};
