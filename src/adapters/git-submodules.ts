/** Submodules of the clean clone (gitmodules(5)). */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Files } from "../ports/files.ts";
import type { Repository } from "../ports/git.ts";
import type { GitCaller } from "./git-caller.ts";

/** Submodules come from the copies that the user's own clone holds, so no network and no other commit can get in. */
export async function checkOutSubmodules(
  git: GitCaller,
  files: Files,
  repository: Repository,
  folder: string,
): Promise<void> {
  if ((await files.status(join(folder, ".gitmodules"))) === null) return;
  const listed = await git.run(folder, [
    "config",
    "--file",
    ".gitmodules",
    "--get-regexp",
    String.raw`^submodule\..*\.path$`,
  ]);
  if (listed.exitCode !== 0) return;
  for (const line of listed.stdout.split("\n").filter((text) => text !== "")) {
    const [, name = "", path = ""] = /^submodule\.(.*)\.path (.*)$/.exec(line) ?? [];
    const pinned = await git.run(folder, ["rev-parse", "--verify", "--quiet", `HEAD:${path}`]);
    if (pinned.exitCode !== 0) continue;
    const copy = join(repository.folder, path);
    if ((await files.status(join(copy, ".git"))) === null)
      throw submoduleMissing(path, "is not checked out in your clone");
    const setting = ["-c", "protocol.file.allow=always", "-c", `submodule.${name}.url=${copy}`];
    const done = await git.run(folder, [
      ...setting,
      "submodule",
      "update",
      "--init",
      "--recursive",
      "--quiet",
      "--",
      path,
    ]);
    if (done.exitCode !== 0)
      throw submoduleMissing(
        path,
        `cannot be checked out at ${pinned.stdout.trim().slice(0, 12)} (${done.stderr.trim().split("\n").at(-1) ?? ""})`,
      );
  }
}

function submoduleMissing(path: string, why: string): ReleaseError {
  return new ReleaseError("GIT_SUBMODULE_MISSING", {
    what: `Submodule ${path} ${why}.`,
    next: "Run: git submodule update --init --recursive",
  });
}
