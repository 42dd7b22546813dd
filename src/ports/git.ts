/** Reading a repository and making the one thing that a release adds to it: the tag. Hooks and user configuration that run programs are off. */
import type { Tree } from "./tree.ts";

export interface Repository {
  /** Top folder of the working tree. */
  readonly folder: string;
  /** Commit of HEAD, or null in a repository without commits. */
  readonly head: string | null;
  readonly shallow: boolean;
}

export interface Tag {
  readonly name: string;
  /** Object id of the tag object; that of the commit for a lightweight tag. */
  readonly object: string;
  readonly commit: string;
  readonly annotated: boolean;
  readonly signed: boolean;
}

export interface Git {
  /** The repository around a folder, or null. Throws GIT_WORK_TREE where its files are not around its own `.git`. */
  repository(folder: string): Promise<Repository | null>;
  tag(repository: Repository, name: string): Promise<Tag | null>;
  /** Names of all tags, unsorted. */
  tags(repository: Repository): Promise<readonly string[]>;
  /** Object id of the tag at the remote `origin`: null where it has none, "unknown" where it could not be asked. */
  remoteTag(repository: Repository, name: string): Promise<string | null>;
  /** Address of `origin`, without credentials, or null. */
  originAddress(repository: Repository): Promise<string | null>;
  /** Paths that differ from HEAD or are untracked, as `git status --porcelain` names them. */
  dirty(repository: Repository): Promise<readonly string[]>;
  /** Committer time in seconds since 1970. */
  commitTime(repository: Repository, commit: string): Promise<number>;
  /** The commit's author as `Name <mail@host>`, as git has it. */
  author(repository: Repository, commit: string): Promise<string>;
  /** True when `commit` is reachable from the branch (local, or of origin); null where there is no such branch. */
  isOnBranch(repository: Repository, commit: string, branch: string): Promise<boolean | null>;
  /** The commit's tree, read from the object store. */
  tree(repository: Repository, commit: string): Tree;
  /** Paths of the commit's files that hold this text. */
  pathsHolding(repository: Repository, commit: string, text: string): Promise<readonly string[]>;
  /** Throws GIT_IDENTITY_MISSING where git does not know in whose name the tag would be made. */
  requireIdentity(repository: Repository, tag: string): Promise<void>;
  /** Makes an annotated tag; fails with GIT_TAG_MOVED where the name stands for another commit. */
  createTag(repository: Repository, name: string, commit: string, message: string): Promise<void>;
  /** Checks the tag's signature with the user's keyring; the text of the verdict, null when good. */
  verifyTag(repository: Repository, name: string): Promise<string | null>;
  /** A clean clone with its own `.git`, checked out at the commit, submodules included, `tag` present in it. */
  clone(repository: Repository, commit: string, tag: string, folder: string): Promise<void>;
  /** `git archive` of the commit as an uncompressed tar with this prefix. */
  archive(repository: Repository, commit: string, prefix: string): AsyncIterable<Uint8Array>;
}
