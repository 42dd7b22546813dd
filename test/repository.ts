/** A git repository in a scratch folder, for tests: real git, a fixed author, no user configuration. */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { scratchFolder } from "./scratch.ts";

export interface TestRepository {
  readonly folder: string;
  git(...args: readonly string[]): string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Adds everything, ignored files too where `force`, and commits; answers the commit. */
  commit(message?: string): string;
}

export const author: NodeJS.ProcessEnv = {
  GIT_AUTHOR_NAME: "Jane Doe",
  GIT_AUTHOR_EMAIL: "jane@tool.org",
  GIT_COMMITTER_NAME: "Jane Doe",
  GIT_COMMITTER_EMAIL: "jane@tool.org",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
};

export async function testRepository(files: Readonly<Record<string, string>> = {}): Promise<TestRepository> {
  const folder = await scratchFolder("repository");
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...author },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  const repository: TestRepository = {
    folder,
    git,
    async write(more) {
      for (const [path, text] of Object.entries(more)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    },
    commit(message = "change") {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD");
    },
  };
  await repository.write(files);
  if (Object.keys(files).length > 0) repository.commit("begin");
  return repository;
}
