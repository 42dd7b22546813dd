/**
 * The working tree around a folder (git-rev-parse(1)). `core.worktree` lets a repository name any folder as its own, and
 * releases are written and cleared there. Invariant: what is answered holds the folder, and the `.git` that git found.
 */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import type { Files } from "../ports/files.ts";
import type { Repository } from "../ports/git.ts";
import type { Completed } from "../ports/processes.ts";
import type { GitCaller } from "./git-caller.ts";
import { gitFailed } from "./git-failure.ts";

export interface Surroundings {
  readonly repository: Repository;
  /** Names of all tags, told by the same process; null where HEAD has no commit, at which it stops. */
  readonly tags: readonly string[] | null;
}

/** null outside of every repository. Throws GIT_WORK_TREE. */
export async function repositoryAround(git: GitCaller, files: Files, folder: string): Promise<Surroundings | null> {
  const done = await git.run(folder, [
    "rev-parse",
    "--is-inside-git-dir",
    "--is-inside-work-tree",
    "--is-bare-repository",
    "--is-shallow-repository",
    "--absolute-git-dir",
    "--show-toplevel",
    "--revs-only",
    "HEAD^{commit}",
    // Its "false" stands between what is said of the folder and the tags, whatever the folder is called.
    "--is-bare-repository",
    "--symbolic-full-name",
    "--tags",
  ]);
  const [inGit = "", inTree = "", bare = "", shallow = "", gitFolder = "", top = "", head = "", between = "", ...tags] =
    done.stdout.split("\n");
  if (inGit === "true") throw insideGit(folder, gitFolder);
  if (bare === "true") throw bareRepository(folder, gitFolder);
  if (done.exitCode !== 0) return refusedOrNone(folder, done);
  const isBorn = /^[0-9a-f]{40,64}$/.test(head) && between === "false";
  if (!isBorn && `${head}${between}` !== "") throw oddName(folder);
  if (inTree !== "true" || !(await holds(git, files, top, gitFolder))) throw elsewhere(folder, gitFolder, top);
  const repository = { folder: top, shallow: shallow === "true", head: head === "" ? null : head };
  const names = tags.filter((name) => name.startsWith(tagsFolder)).map((name) => name.slice(tagsFolder.length));
  return { repository, tags: isBorn ? names : null };
}

const tagsFolder = "refs/tags/";

/** A linked working tree and a submodule have a file in the place of the folder: git is asked where it leads. */
async function holds(git: GitCaller, files: Files, top: string, gitFolder: string): Promise<boolean> {
  const own = join(top, ".git");
  if (own === gitFolder) return true;
  if ((await files.status(own)) === null) return false;
  const found = await git.run(top, ["rev-parse", "--absolute-git-dir"]);
  return found.exitCode === 0 && found.stdout === `${gitFolder}\n`;
}

function refusedOrNone(folder: string, done: Completed): null {
  if (/dubious ownership/.test(done.stderr)) throw gitFailed(["rev-parse"], done);
  const [, wanted] = /cannot chdir to '([^]*?)'/.exec(done.stderr) ?? [];
  if (wanted !== undefined) throw elsewhere(folder, "", wanted);
  if (/not a git repository/.test(done.stderr)) return null;
  throw gitFailed(["rev-parse"], done);
}

function elsewhere(folder: string, gitFolder: string, top: string): ReleaseError {
  const repository = gitFolder === "" ? `The repository around ${folder}` : `The repository ${gitFolder}`;
  return new ReleaseError("GIT_WORK_TREE", {
    what: `${repository} says that its files lie in ${quoted(top)}, not around its own .git (core.worktree).`,
    next: "See who says so: git config --show-origin core.worktree; then take it out: git config --unset core.worktree",
  });
}

function insideGit(folder: string, gitFolder: string): ReleaseError {
  return new ReleaseError("GIT_WORK_TREE", {
    what: `${folder} belongs to git itself: it is, or lies in, the repository ${gitFolder}.`,
    next: "Change to the folder that holds the project's files, then run the same command again.",
  });
}

function bareRepository(folder: string, gitFolder: string): ReleaseError {
  return new ReleaseError("GIT_WORK_TREE", {
    what: `${folder} has no files beside it: its repository ${gitFolder} is a bare one (core.bare).`,
    next: "Run this in a clone of it; where the files are here all the same: git config core.bare false",
  });
}

function oddName(folder: string): ReleaseError {
  return new ReleaseError("GIT_WORK_TREE", {
    what: `${quoted(folder)} has a line break in its name, or in that of a folder above it.`,
    next: "Rename the folder, then run the same command again.",
  });
}
