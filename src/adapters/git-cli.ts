/**
 * The repository, read with the git program (ports/git.ts). A hostile `.git/config` must not run anything: hooks, the
 * file-system monitor, pagers, editors, credential helpers and external diff drivers are off on every call, and the
 * child sees a short environment.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Environment } from "../ports/environment.ts";
import type { Files } from "../ports/files.ts";
import type { Git, Repository, Tag } from "../ports/git.ts";
import type { Command, Processes } from "../ports/processes.ts";
import { gitCaller } from "./git-caller.ts";
import { gitFailed } from "./git-failure.ts";
import { type GitObject, type GitObjects, gitObjects } from "./git-objects.ts";
import { makeStandInTag } from "./git-stand-in-tag.ts";
import { checkOutSubmodules } from "./git-submodules.ts";
import { withoutOwnPrograms } from "./git-own-programs.ts";
import { repositoryAround, type Surroundings } from "./git-root.ts";
import { uncommittedPaths } from "./git-status.ts";
import { commitTree } from "./git-tree.ts";

export interface GitCli extends Git {
  /** Begins to read the repository around a folder, for whoever asks for that folder next. */
  lookAhead(folder: string): void;
}

export function gitCli(processes: Processes, environment: Environment, files: Files): GitCli {
  const git = gitCaller(processes, environment);
  const must = async (folder: string, arguments_: readonly string[], more?: Partial<Command>): Promise<string> => {
    const done = await git.run(folder, arguments_, more);
    if (done.exitCode !== 0) throw gitFailed(arguments_, done);
    return done.stdout;
  };
  const objects = new Map<string, GitObjects>();
  const objectsOf = ({ folder }: Pick<Repository, "folder">): GitObjects => {
    const known = objects.get(folder) ?? gitObjects(git, folder);
    objects.set(folder, known);
    return known;
  };

  let ahead: { readonly folder: string; readonly found: Promise<Surroundings | null> } | undefined;
  /** Of each repository as it was opened; what is opened again is read again. */
  const tagsOf = new WeakMap<Repository, readonly string[]>();

  return {
    lookAhead(folder) {
      ahead = { folder, found: repositoryAround(git, files, folder) };
      ahead.found.catch(() => undefined);
      // Most who work in a repository stand at its top, and the process that answers them is then there already.
      objectsOf({ folder })
        .read("HEAD")
        .catch(() => undefined);
    },
    async repository(folder) {
      // Once: what happens to the repository later is not overlooked.
      const begun = ahead?.folder === folder ? ahead.found : undefined;
      ahead = undefined;
      const found = await (begun ?? repositoryAround(git, files, folder));
      if (found !== null && found.tags !== null) tagsOf.set(found.repository, found.tags);
      return found?.repository ?? null;
    },
    async tag(repository, name) {
      const [itself, commit] = await Promise.all([
        objectsOf(repository).read(`refs/tags/${name}`),
        objectsOf(repository).read(`refs/tags/${name}^{commit}`),
      ]);
      if (itself === null) return null;
      if (commit === null) throw tagOfNoCommit(name, itself);
      const annotated = itself.type === "tag";
      const tag: Tag = {
        name,
        object: itself.id,
        commit: commit.id,
        annotated,
        signed: annotated && signatureLine.test(itself.content.toString("latin1")),
      };
      return tag;
    },
    async tags(repository) {
      const known = tagsOf.get(repository);
      if (known !== undefined) return known;
      const names = await must(repository.folder, ["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"]);
      return names.split("\n").filter((name) => name !== "");
    },
    async remoteTag(repository, name) {
      const options = await withoutOwnPrograms(git, files, repository.folder);
      // Of remote.origin.uploadpack the first one counts, so only the option overrides it.
      const ask = ["ls-remote", "--upload-pack=git-upload-pack", "--tags", "origin", `refs/tags/${name}`];
      const done = await git.run(repository.folder, [...options, ...ask], { timeoutSeconds: 20 });
      if (done.exitCode !== 0) return "unknown";
      return done.stdout.split("\t")[0]?.trim() || null;
    },
    async originAddress(repository) {
      const done = await git.run(repository.folder, ["config", "--get", "remote.origin.url"]);
      const address = done.stdout.trim();
      return address === "" ? null : address.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
    },
    dirty: ({ folder }) => uncommittedPaths(git, files, folder),
    async commitTime(repository, commit) {
      const object = await objectsOf(repository).read(`${commit}^{commit}`);
      const time = /^committer .*> (-?[0-9]+) [-+][0-9]{4}$/m.exec(object?.content.toString("latin1") ?? "")?.[1];
      return Number(time ?? (await must(repository.folder, ["show", "-s", "--format=%ct", commit])).trim());
    },
    async author(repository, commit) {
      return (await must(repository.folder, ["show", "-s", "--format=%an <%ae>", commit])).trim();
    },
    async isOnBranch(repository, commit, branch) {
      for (const reference of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
        const known = await git.run(repository.folder, ["rev-parse", "--verify", "--quiet", reference]);
        if (known.exitCode !== 0) continue;
        const done = await git.run(repository.folder, ["merge-base", "--is-ancestor", commit, reference]);
        return done.exitCode === 0;
      }
      return null;
    },
    tree: (repository, commit) => commitTree(git, objectsOf(repository), repository.folder, commit),
    async pathsHolding(repository, commit, text) {
      const done = await git.run(repository.folder, [
        "grep",
        "-z",
        "-l",
        "--fixed-strings",
        "--full-name",
        "-e",
        text,
        commit,
      ]);
      if (done.exitCode !== 0 && done.exitCode !== 1) throw gitFailed(["grep"], done);
      return done.stdout
        .split("\0")
        .filter((line) => line !== "")
        .map((line) => line.slice(commit.length + 1));
    },
    async requireIdentity(repository, tag) {
      const done = await git.run(repository.folder, ["var", "GIT_COMMITTER_IDENT"]);
      if (done.exitCode !== 0) throw identityMissing(tag);
    },
    async createTag(repository, name, commit, message) {
      tagsOf.delete(repository);
      const done = await git.run(
        repository.folder,
        ["tag", "--annotate", "--cleanup=verbatim", "--file=-", "--no-sign", name, commit],
        { input: message },
      );
      if (done.exitCode === 0) return;
      if (/tell me who you are|empty ident|no email was given/i.test(done.stderr)) throw identityMissing(name);
      const there = await this.tag(repository, name);
      if (there?.commit === commit) return;
      if (there === null) throw gitFailed(["tag", name], done);
      throw new ReleaseError("GIT_TAG_MOVED", {
        what: `Tag ${name} stands for ${there.commit.slice(0, 12)}, not for ${commit.slice(0, 12)}.`,
        next: "Release under the next version, or check out the commit that the tag names.",
      });
    },
    async verifyTag(repository, name) {
      const done = await git.run(repository.folder, ["verify-tag", "--raw", name], { timeoutSeconds: 20 });
      return done.exitCode === 0 ? null : `${done.stderr}${done.stdout}`.trim();
    },
    async clone(repository, commit, tag, folder) {
      await must(repository.folder, [
        "clone",
        "--quiet",
        "--no-checkout",
        // Objects are read where they are: a copy of a large history would take longer than the build, and hard
        // links would let a build that runs as root write into the user's own repository.
        "--shared",
        "--template=",
        "--",
        repository.folder,
        folder,
      ]);
      await must(folder, ["checkout", "--quiet", "--detach", "--force", commit]);
      const known = await git.run(folder, ["rev-parse", "--verify", "--quiet", `refs/tags/${tag}`]);
      if (known.exitCode !== 0)
        await makeStandInTag(git, folder, { tag, commit, time: await this.commitTime(repository, commit) });
      await checkOutSubmodules(git, files, repository, folder);
    },
    archive: (repository, commit, prefix) =>
      git.stream(repository.folder, ["archive", "--format=tar", `--prefix=${prefix}`, commit]),
  };
}

/** git-for-each-ref(1) finds a signature by these lines: OpenPGP, SSH, X.509. */
const signatureLine = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/m;

function tagOfNoCommit(name: string, { type, id }: GitObject): ReleaseError {
  return new ReleaseError("GIT_FAILED", {
    what: `Tag ${name} (${type} ${id.slice(0, 12)}) does not stand for a commit.`,
    next: `Make it again on the commit that is to be released: git tag -a -f ${name} COMMIT`,
  });
}

function identityMissing(tag: string): ReleaseError {
  return new ReleaseError("GIT_IDENTITY_MISSING", {
    what: `Tag ${tag} cannot be made: git does not know who you are.`,
    next: 'Run: git config user.name "Jane Doe" && git config user.email jane@project.org; or make the tag yourself.',
  });
}
