/**
 * The files that `packages.deb.files` takes from the clean clone. A link that stays in its folder stays a link; one that
 * leads elsewhere in the tree is followed, since what it names would not be there.
 */
import { dirname, isAbsolute, join, relative } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import type { DataFolder, DataLink } from "../../engines/deb/data-entries.ts";
import type { PlacedFile } from "../../engines/deb/placed-file.ts";
import { requireSafeMode } from "../../engines/safe-mode.ts";
import type { PackageInputs } from "../../ports/packager.ts";

type Tree = Pick<PackageInputs, "source" | "files">;

export interface MappedFiles {
  readonly files: readonly PlacedFile[];
  readonly others: readonly (DataFolder | DataLink)[];
}

/** `mapping`: path in the tree → path at which it is installed. Throws PACKAGE_FILE_MISSING, PACKAGE_SPECIAL_FILE, PACKAGE_MODE_UNSAFE. */
export async function mappedFiles(mapping: Readonly<Record<string, string>>, tree: Tree): Promise<MappedFiles> {
  const found = { files: [] as PlacedFile[], others: [] as (DataFolder | DataLink)[] };
  for (const [path, at] of Object.entries(mapping)) {
    const from = join(tree.source, path);
    const isFolder = (await tree.files.status(from))?.kind === "folder";
    if (isFolder) await walk({ root: from, from, at }, tree, found);
    else found.files.push(await placed(from, at, tree));
  }
  return found;
}

interface Place {
  /** The folder that the configuration names. */
  readonly root: string;
  readonly from: string;
  readonly at: string;
}

async function walk(
  { root, from, at }: Place,
  tree: Tree,
  found: { readonly files: PlacedFile[]; readonly others: (DataFolder | DataLink)[] },
): Promise<void> {
  found.others.push({ kind: "folder", path: at });
  for (const name of await tree.files.list(from)) {
    const inner = { root, from: join(from, name), at: `${at}/${name}` };
    const status = await tree.files.status(inner.from);
    if (status?.kind === "folder") await walk(inner, tree, found);
    else if (status?.kind === "symlink" && (await staysIn(inner, tree))) {
      found.others.push({ kind: "symlink", path: inner.at, target: await tree.files.readLink(inner.from) });
    } else found.files.push(await placed(inner.from, inner.at, tree));
  }
}

async function staysIn({ root, from }: Place, { files }: Tree): Promise<boolean> {
  const target = await files.readLink(from);
  const reached = join(dirname(from), target);
  const isInside = !isAbsolute(target) && !relative(root, reached).startsWith("..");
  if (isInside && (await files.status(reached)) === null) {
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${quoted(from)} is a link to ${quoted(target)}, which is not there.`,
      next: "Commit what it names, or take the link out.",
    });
  }
  return isInside;
}

async function placed(from: string, at: string, { source, files }: Tree): Promise<PlacedFile> {
  const path = await regularFile(from, source, files);
  const status = await files.status(path);
  const mode = status?.mode ?? 0;
  requireSafeMode(from, mode);
  return { at, path, size: status?.size ?? 0, executable: (mode & 0o100) !== 0 };
}
