/** What a builder needs of the world, for tests: a repository of a published program's sources, and a job in a clone of it. */
import { execFileSync } from "node:child_process";
import { cpSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CollectingReporter } from "../../src/adapters/collecting-reporter.ts";
import type { BuildEnvironment } from "../../src/domain/project.ts";
import { parseTarget } from "../../src/domain/target.ts";
import type { Builder, BuildJob } from "../../src/ports/builder.ts";
import type { Ports } from "../../src/ports/index.ts";
import { buildEnvironment } from "../../src/steps/build/environment.ts";
import { realPorts } from "../scratch.ts";

export const epoch = 1_700_000_000;

export interface Scene {
  readonly ports: Ports & { readonly reporter: CollectingReporter };
  readonly folder: string;
  remove(): void;
}

export function scene(variables: NodeJS.ProcessEnv = process.env): Scene {
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-builders-"));
  return {
    folder,
    ports: realPorts(folder, variables),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Makes a repository with one commit, tagged, out of a folder's files, with more laid over it and others left out. */
export function repositoryOf(
  sources: string | null,
  folder: string,
  tag: string,
  more: Readonly<Record<string, string>> = {},
  without: readonly string[] = [],
): string {
  mkdirSync(folder, { recursive: true });
  if (sources !== null) {
    const left = [".git", ...without].map((name) => join(sources, name));
    cpSync(sources, folder, { recursive: true, filter: (path) => !left.includes(path) });
    makeWritable(folder);
  }
  for (const [path, content] of Object.entries(more)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const git = (...words: string[]): void => {
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@localhost", ...words], {
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, GIT_AUTHOR_DATE: `${epoch} +0000`, GIT_COMMITTER_DATE: `${epoch} +0000` },
    });
  };
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=Release");
  git("tag", "--annotate", "--message=Release", tag);
  return folder;
}

export interface JobRequest {
  readonly target?: string;
  readonly binaries: readonly string[];
  readonly tag: string;
  readonly environment?: BuildEnvironment;
}

/** A job in a fresh clone of the repository, with the environment that the build step would give it. */
export async function jobIn(
  { ports, folder }: Scene,
  repository: string,
  name: string,
  builder: Builder,
  section: unknown,
  request: JobRequest,
): Promise<BuildJob> {
  const found = await ports.git.repository(repository);
  if (found?.head == null) throw new Error(`${repository} has no commit`);
  const root = join(folder, name);
  const [source, scratch, home] = [join(root, "source"), join(root, "scratch"), join(root, "home")];
  for (const made of [root, scratch, home]) mkdirSync(made, { recursive: true });
  await ports.git.clone(found, found.head, request.tag, source);
  const target = parseTarget(request.target ?? "x86_64-linux");
  const wanted = builder.plan(section as never, target, request.binaries).environment;
  return {
    folder: source,
    source,
    scratch,
    downloads: join(folder, "downloads"),
    target,
    binaries: request.binaries,
    version: request.tag.replace(/^v/, ""),
    tag: request.tag,
    commit: found.head,
    epoch,
    task: `${name}:${target.id}`,
    environment: buildEnvironment(request.environment ?? { grant: [], set: {} }, wanted, ports.environment, {
      home,
      epoch,
    }),
    ports,
  };
}

/** Module and registry caches are kept read-only. */
function makeWritable(path: string): void {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) makeWritable(join(path, name));
}
