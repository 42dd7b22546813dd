/**
 * The files of `source.overlay`. Invariant: each is a file of the repository's own folder, and stands where its path says:
 * a link on either way would publish a file of the user's, or write over one.
 */
import { join } from "node:path";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { regularFile } from "../engines/archive/inside.ts";
import type { Files } from "../ports/files.ts";
import type { Tree } from "../ports/tree.ts";
import type { Config } from "../steps/config/config.ts";

export interface Overlay {
  /** Path in the tree → absolute path of the file to lay over it. */
  readonly found: ReadonlyMap<string, string>;
  readonly refused: readonly ReleaseError[];
}

export async function findOverlay(files: Files, root: string, tree: Tree, { source }: Config): Promise<Overlay> {
  const [found, refused] = [new Map<string, string>(), [] as ReleaseError[]];
  for (const [path, from] of Object.entries(source?.overlay ?? {})) {
    try {
      await requireOwnWay(tree, path);
      found.set(path, await fileOf(files, root, path, from));
    } catch (error) {
      if (!isReleaseError(error)) throw error;
      refused.push(error);
    }
  }
  return { found, refused };
}

async function requireOwnWay(tree: Tree, path: string): Promise<void> {
  const behind = (await tree.entries()).find(
    (entry) => (entry.kind === "symlink" || entry.kind === "submodule") && path.startsWith(`${entry.path}/`),
  );
  if (behind === undefined) return;
  throw new ReleaseError("CONFIG_PATH_ESCAPES", {
    what: `source.overlay puts ${quoted(path)} behind ${quoted(behind.path)}, which is a ${behind.kind === "symlink" ? "link" : "submodule"}.`,
    next: "Name the place that it leads to, or take the entry out of ggen-release.yaml.",
  });
}

async function fileOf(files: Files, root: string, path: string, from: string): Promise<string> {
  try {
    return await regularFile(join(root, from), root, files);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    if (error.code !== "PACKAGE_PATH_INVALID") {
      throw new ReleaseError("SOURCE_OVERLAY_MISSING", {
        what: `source.overlay lays ${from} over ${path}, and ${join(root, from)} is not a file that is there.`,
        next: "Make the file, or take the entry out of ggen-release.yaml.",
      });
    }
    throw new ReleaseError("CONFIG_PATH_ESCAPES", {
      what: `source.overlay lays ${from} over ${path}, and the way to it is a link that leads out of the repository, or in a circle.`,
      next: "Copy the file into the repository (cp -L), and name the copy.",
    });
  }
}
