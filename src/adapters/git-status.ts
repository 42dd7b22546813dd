/**
 * What of a working tree is not committed (git-status(1)). A submodule's status is asked for by itself: its repository
 * has a configuration of its own, whose filters git would run.
 */
import { join } from "node:path";
import type { Files } from "../ports/files.ts";
import type { GitCaller } from "./git-caller.ts";
import { gitFailed } from "./git-failure.ts";
import { withoutOwnPrograms } from "./git-own-programs.ts";

/** Paths that differ from HEAD or are untracked; of a submodule with such paths in it, its own. */
export async function uncommittedPaths(git: GitCaller, files: Files, folder: string): Promise<readonly string[]> {
  const options = await withoutOwnPrograms(git, files, folder);
  const status = await fieldsOf(git, folder, [
    ...options,
    "status",
    "--porcelain",
    "-z",
    "--untracked-files=normal",
    "--ignore-submodules=dirty",
  ]);
  // A rename is two fields, the second being the old name without a state.
  const changed = status.filter((field) => /^[ MTADRCU?!]{2} /.test(field)).map((field) => field.slice(3));
  if ((await files.status(join(folder, ".gitmodules"))) === null) return changed;
  const found = new Set(changed);
  for (const path of await submodules(git, folder)) {
    const inner = join(folder, path);
    if ((await files.status(join(inner, ".git"))) === null) continue;
    if ((await uncommittedPaths(git, files, inner)).length > 0) found.add(path);
  }
  return [...found];
}

/** `160000 <id> <stage>\t<path>` of git-ls-files(1). */
async function submodules(git: GitCaller, folder: string): Promise<readonly string[]> {
  const listed = await fieldsOf(git, folder, ["ls-files", "--stage", "-z"]);
  return listed.flatMap((line) => /^160000 [0-9a-f]+ [0-3]\t([^]+)$/.exec(line)?.[1] ?? []);
}

async function fieldsOf(git: GitCaller, folder: string, words: readonly string[]): Promise<readonly string[]> {
  const done = await git.run(folder, words);
  if (done.exitCode !== 0) throw gitFailed(words.slice(words.findIndex((word) => /^[a-z]+(-|$)/.test(word))), done);
  return done.stdout.split("\0").filter((field) => field !== "");
}
