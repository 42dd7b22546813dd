/** A small project of a user's: a repository with a program of real code, and a folder that it is published to. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runCommand, type CommandRun, type Variables } from "../cli.ts";
import { testRepository, type TestRepository } from "../repository.ts";
import { scratchFolder } from "../scratch.ts";

export interface UserProject extends TestRepository {
  /** Where users of the project download from. */
  readonly site: string;
  /** `ggen-release` in the project's folder. */
  run(args: readonly string[], variables?: Variables): Promise<CommandRun>;
  /** Every file that users can see, below a folder that is named after the tag. */
  published(): readonly string[];
}

/** Target of what is built on this machine. */
export const host = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;

/** A program whose version is given when it is compiled. */
export const toolSource = `#include <stdio.h>
#include <string.h>
int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--version") == 0) puts("tool " VERSION);
  return 0;
}
`;

export const compile = `cc -O1 -o tool '-DVERSION="{version}"' tool.c`;

/** A build of the configuration, by a command that makes `tool`. */
export const commandBuild = (run = compile, ...more: readonly string[]): readonly string[] => [
  "builds:",
  "  - builder: command",
  `    run: ${JSON.stringify(run)}`,
  "    output: tool",
  "    binaries: [tool]",
  ...(more.some((line) => line.includes("targets:")) ? [] : [`    targets: [${host}]`]),
  ...more.map((line) => `    ${line}`),
];

export interface Description {
  /** Lines of ggen-release.yaml; that it is unsigned and where it is published to comes with the project. */
  readonly config?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A project with one commit. */
export async function userProject({ config = commandBuild(), files = {} }: Description = {}): Promise<UserProject> {
  const site = await scratchFolder("site");
  const always = ["sign: none", `channels: [{ channel: folder, path: ${site} }]`];
  const repository = await testRepository({
    "tool.c": toolSource,
    LICENSE: "MIT License\n\nCopyright (c) 2026 Jane Doe\n",
    ".gitignore": "/.ggen-release/\n/releases/\n",
    ...files,
    "ggen-release.yaml": `${[...config, ...always].join("\n")}\n`,
  });
  return {
    ...repository,
    site,
    run: (args, variables) => runCommand(repository.folder, args, variables),
    published: () => filesBelow(site),
  };
}

/** What the user of a refused command sees: a code, what happened, what to do next. */
export function expectRefusal(
  run: CommandRun,
  exit: number,
  code: string,
  ...told: readonly (string | RegExp)[]
): void {
  expect(run.stderr).toContain(`[${code}]`);
  expect(run.exit).toBe(exit);
  for (const text of told) expect(run.stderr).toMatch(text);
  expect(run.stderr).toMatch(/^ {2}next: ./m);
}

/** Neither users of the project nor whoever looks into its folder of releases finds a file of a refused release. */
export function expectNothingPublished(project: UserProject): void {
  const local = filesBelow(join(project.folder, "releases")).filter((path) => !path.endsWith("/PIPELINE.log"));
  expect([...project.published(), ...local]).toEqual([]);
}

export function expectSuccess(run: CommandRun): void {
  expect([run.stderr, run.exit]).toEqual([run.stderr.replace(/^error:[^]*/m, ""), 0]);
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      // What is staged nobody sees; `latest` is a link to a release that is listed already.
      .filter((path) => !/^(\.staged|latest)\//.test(path) && path !== "latest")
      .sort()
  );
}
