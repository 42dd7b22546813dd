/**
 * The clean clone that everything is built from: checked out at the tag's commit, with the overlay's files laid over it
 * and nothing else. Invariant: after this, git sees no difference from the commit but the overlay.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Ports } from "../../ports/index.ts";
import type { Source } from "./resolve.ts";

export interface CloneJob {
  readonly source: Source;
  /** Path in the tree → absolute path of the file to lay over it. */
  readonly overlay: ReadonlyMap<string, string>;
  readonly folder: string;
}

export async function cloneSource(ports: Ports, { source, overlay, folder }: CloneJob): Promise<void> {
  await ports.files.remove(folder);
  await ports.git.clone(source.repository, source.commit, source.tagName, folder);
  const dirty = await ports.git.dirty({ folder, head: source.commit, shallow: false });
  if (dirty.length > 0) {
    throw new ReleaseError("SOURCE_CLONE_UNCLEAN", {
      what: `A fresh checkout of ${source.commit.slice(0, 12)} differs from the commit: ${dirty.slice(0, 5).join(", ")}.`,
      next: "Look at .gitattributes (text, eol, filter) of the files named, and commit them normalised: git add --renormalize .",
    });
  }
  for (const [path, from] of overlay) await ports.files.write(join(folder, path), ports.files.open(from));
}
