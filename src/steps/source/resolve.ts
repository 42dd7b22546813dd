/**
 * What is released: the tag, its commit, its tree. A tag that does not exist yet stands for HEAD, and `cut` makes it
 * once the versions agree; with `tagRequired` (CI, strict) it must exist.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { nearest } from "../../domain/nearest.ts";
import { quoted } from "../../domain/quoted.ts";
import { isSafeTag } from "../../domain/version.ts";
import type { Ports } from "../../ports/index.ts";
import type { Repository, Tag } from "../../ports/git.ts";
import type { Tree } from "../../ports/tree.ts";

export interface Source {
  readonly repository: Repository;
  readonly tagName: string;
  /** null where the tag has yet to be made. */
  readonly tag: Tag | null;
  readonly commit: string;
  /** Committer time of the commit, seconds since 1970: the only time that enters a package. */
  readonly epoch: number;
  readonly tree: Tree;
}

export async function openRepository(ports: Ports): Promise<Repository> {
  const repository = await ports.git.repository(ports.environment.folder);
  if (repository !== null) return repository;
  throw new ReleaseError("GIT_NOT_A_REPOSITORY", {
    what: `${ports.environment.folder} is not in a git repository.`,
    next: "Change to your project's folder, or run: git init && git add -A && git commit",
  });
}

export async function resolveSource(ports: Ports, repository: Repository, tagName: string): Promise<Source> {
  const { git } = ports;
  if (!isSafeTag(tagName)) {
    throw new ReleaseError("VERSION_INVALID", {
      what: `${quoted(tagName)} is not a tag that a release can have.`,
      next: "Write letters, digits, dots, hyphens and slashes only, for example v1.2.3.",
    });
  }
  if (repository.shallow) {
    throw new ReleaseError("GIT_SHALLOW", {
      what: `${repository.folder} is a shallow clone.`,
      next: "Run: git fetch --unshallow --tags",
    });
  }
  const tag = await git.tag(repository, tagName);
  const commit = tag?.commit ?? repository.head;
  if (commit === null)
    throw new ReleaseError("GIT_NO_COMMIT", {
      what: `${repository.folder} has no commit.`,
      next: "Run: git add -A && git commit",
    });
  return {
    repository,
    tagName,
    tag,
    commit,
    epoch: await git.commitTime(repository, commit),
    tree: git.tree(repository, commit),
  };
}

/** For runs that must not make the tag themselves. */
export async function requireTag(ports: Ports, source: Source): Promise<void> {
  if (source.tag !== null) return;
  const similar = nearest(source.tagName, await ports.git.tags(source.repository));
  throw new ReleaseError("GIT_TAG_MISSING", {
    what: `There is no tag ${source.tagName} in ${source.repository.folder}${similar === undefined ? "" : `; did you mean ${similar}?`}`,
    next: `Run: git fetch --tags, or make it: git tag -a ${source.tagName}`,
  });
}
