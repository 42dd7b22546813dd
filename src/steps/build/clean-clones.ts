/**
 * Where builds are made: clones outside of the user's repository, in whose folders cargo, go, node and git would find
 * the settings of the working directory. Invariant: every build begins in a tree in which no other build left anything.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Ports } from "../../ports/index.ts";

export interface CleanClones {
  /** A clean clone for one build: the one before, as long as git sees nothing in it that was not there at first. */
  next(): Promise<string>;
  remove(): Promise<void>;
}

export interface CloneRequest {
  readonly ports: Ports;
  /** The clean clone to copy: at the commit, with the overlay laid over it. */
  readonly source: string;
  readonly commit: string;
  readonly tag: string;
  /** Paths of the overlay. */
  readonly overlay: readonly string[];
}

export function cleanClones(request: CloneRequest): CleanClones {
  const { files } = request.ports;
  let current: { readonly scratch: string; readonly folder: string; readonly state: string } | undefined;
  const remove = async (): Promise<void> => {
    if (current !== undefined) await files.remove(current.scratch);
    current = undefined;
  };
  return {
    async next() {
      if (current !== undefined && (await stateOf(request.ports, current.folder)) === current.state)
        return current.folder;
      await remove();
      const scratch = await files.makeScratch("source");
      const folder = join(scratch, "source");
      // Known before it is whole, so that it is removed whatever happens.
      current = { scratch, folder, state: "" };
      await clone(request, folder);
      current = { scratch, folder, state: await stateOf(request.ports, folder) };
      return folder;
    },
    remove,
  };
}

async function clone({ ports, source, commit, tag, overlay }: CloneRequest, folder: string): Promise<void> {
  await ports.git.clone({ folder: source, head: commit, shallow: false }, commit, tag, folder);
  await keepOnlyTag(ports, folder, tag);
  for (const path of overlay) {
    const status = await ports.files.status(join(source, path));
    await ports.files.write(join(folder, path), ports.files.open(join(source, path)), (status?.mode ?? 0o644) & 0o755);
  }
}

/** Tools that ask git for the version would choose among the tags of one commit: a pre-release's, or one made later. */
async function keepOnlyTag(ports: Ports, folder: string, tag: string): Promise<void> {
  const tags = (await git(ports, folder, ["tag", "--points-at", "HEAD"])).split("\n");
  const others = tags.filter((name) => name !== "" && name !== tag);
  if (others.length > 0) await git(ports, folder, ["tag", "--delete", "--", ...others]);
}

/** What git sees of changed, untracked and ignored files (git-status(1), porcelain format). */
function stateOf(ports: Ports, folder: string): Promise<string> {
  return git(ports, folder, ["status", "--porcelain", "--ignored", "-uall", "-z"]);
}

async function git(ports: Ports, folder: string, words: readonly string[]): Promise<string> {
  const done = await ports.processes.run({
    program: "git",
    arguments: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...words],
    folder,
    environment: { PATH: ports.environment.get("PATH") ?? "", LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
  });
  if (done.exitCode === 0) return done.stdout;
  throw new ReleaseError("GIT_FAILED", {
    what: `git ${words[0] ?? ""} in a clean clone ended with exit code ${done.exitCode ?? "none"}: ${done.stderr.trim().slice(-400)}`,
    next: "Mend what the message names, then run the same command again.",
  });
}
