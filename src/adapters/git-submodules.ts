/** Submodules of the clean clone (gitmodules(5)). */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import type { Files } from "../ports/files.ts";
import type { Repository } from "../ports/git.ts";
import type { GitCaller } from "./git-caller.ts";

/**
 * Submodules, and theirs, come from the copies that the user's own clone holds, whatever address `.gitmodules` names: no
 * network, no other repository of this machine and no other commit can get in.
 */
export async function checkOutSubmodules(
  git: GitCaller,
  files: Files,
  repository: Pick<Repository, "folder">,
  folder: string,
): Promise<void> {
  if ((await files.status(join(folder, ".gitmodules"))) === null) return;
  const wanted = String.raw`^submodule\..*\.path$`;
  const listed = await git.run(folder, ["config", "--file", ".gitmodules", "--null", "--get-regexp", wanted]);
  if (listed.exitCode !== 0) return;
  for (const entry of listed.stdout.split("\0").filter((text) => text !== "")) {
    const [, name = "", path = ""] = /^submodule\.(.*)\.path\n([^]*)$/.exec(entry) ?? [];
    const pinned = await git.run(folder, ["ls-tree", "HEAD", "--", path]);
    const [, commit] = /^160000 commit ([0-9a-f]+)\t.*\n$/.exec(pinned.stdout) ?? [];
    // Of what is no submodule, .gitmodules may say what it likes.
    if (commit === undefined) continue;
    // Git takes what stands before the first = for the setting's name.
    if (/[=\p{Cc}]/u.test(name)) throw submoduleMissing(path, `has a name that git misreads: ${quoted(name)}`);
    const copy = join(repository.folder, path);
    if ((await files.status(join(copy, ".git"))) === null)
      throw submoduleMissing(path, "is not checked out in your clone");
    const setting = ["-c", "protocol.file.allow=always", "-c", `submodule.${name}.url=${copy}`];
    const update = ["submodule", "update", "--init", "--quiet", "--", path];
    const done = await git.run(folder, [...setting, ...update]);
    if (done.exitCode !== 0)
      throw submoduleMissing(
        path,
        `cannot be checked out at ${commit.slice(0, 12)} (${done.stderr.trim().split("\n").at(-1) ?? ""})`,
      );
    await checkOutSubmodules(git, files, { folder: copy }, join(folder, path));
  }
}

function submoduleMissing(path: string, why: string): ReleaseError {
  return new ReleaseError("GIT_SUBMODULE_MISSING", {
    what: `Submodule ${path} ${why}.`,
    next: "Run: git submodule update --init --recursive",
  });
}
