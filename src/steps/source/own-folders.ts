/**
 * Folders of the repository that this program writes to and clears. A repository that brings them itself, or a link in
 * their place, could lead the writing and the clearing anywhere.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Ports } from "../../ports/index.ts";
import type { Source } from "./resolve.ts";

/** Throws GIT_SYMLINK_ESCAPES. */
export async function requireOwnFolders(
  { files }: Pick<Ports, "files">,
  { tree, repository, tagName }: Source,
): Promise<void> {
  for (const { path, kind } of await tree.entries()) {
    const isWork = path === ".ggen-release" || path.startsWith(".ggen-release/");
    const isRelease = kind === "symlink" && (path === "releases" || path === `releases/${tagName}`);
    if (isWork || isRelease) throw brought(path);
  }
  for (const path of [".ggen-release", ".ggen-release/work", ".ggen-release/build"]) {
    if ((await files.status(join(repository.folder, path)))?.kind === "symlink") throw brought(path);
  }
}

function brought(path: string): ReleaseError {
  return new ReleaseError("GIT_SYMLINK_ESCAPES", {
    what: `${path} is where ggen-release writes and clears, and the repository has put ${path.includes("/") ? "a file" : "its own"} there.`,
    next: `Remove it: git rm -r --cached ${path} (and rm ${path}), commit, then run the same command again.`,
  });
}
