/**
 * The files that `packages.deb.files` takes from the clean clone: a file, a folder with all that is in it, or what a glob
 * matches, below the folder before its first wildcard. A link that stays in its folder stays a link; one that leads
 * elsewhere in the tree is followed, since what it names would not be there.
 */
import { dirname, isAbsolute, join, relative } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import type { DataFolder, DataLink } from "../../engines/deb/data-entries.ts";
import type { PlacedFile } from "../../engines/deb/placed-file.ts";
import { requireSafeMode } from "../../engines/safe-mode.ts";
import { isGlob, matchGlob } from "../../engines/values/glob.ts";
import type { PackageInputs } from "../../ports/packager.ts";

type Tree = Pick<PackageInputs, "source" | "files">;

export interface MappedFiles {
  readonly files: readonly PlacedFile[];
  readonly others: readonly (DataFolder | DataLink)[];
}

/** `mapping`: path or glob in the tree → path at which it is installed. Throws PACKAGE_FILE_MISSING, PACKAGE_SPECIAL_FILE, PACKAGE_MODE_UNSAFE. */
export async function mappedFiles(mapping: Readonly<Record<string, string>>, tree: Tree): Promise<MappedFiles> {
  const found: Found = { files: [], others: [] };
  for (const [path, at] of Object.entries(mapping)) {
    const from = join(tree.source, path);
    const isFolder = (await tree.files.status(from))?.kind === "folder";
    if (isGlob(path)) await addMatching(path, at, tree, found);
    else if (isFolder) await walk({ root: from, from, at }, tree, found);
    else found.files.push(await placed(from, at, tree));
  }
  return found;
}

/** Folders themselves do not match, so that no empty one is shipped by accident. */
async function addMatching(glob: string, at: string, tree: Tree, found: Found): Promise<void> {
  const folders = glob.split("/");
  const fixed = folders.slice(0, folders.findIndex(isGlob));
  const root = join(tree.source, ...fixed);
  const matched = matchGlob(folders.slice(fixed.length).join("/"), await filesBelow(root, "", tree));
  if (matched.length === 0) {
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `packages.deb.files: nothing in the tag's tree matches ${quoted(glob)}.`,
      next: `Commit the files, or mend the pattern; to see what is there: git ls-files ${quoted(fixed.join("/") || ".")}`,
    });
  }
  const shipped = new Set(matched);
  for (const path of matched) await add({ root, from: join(root, path), at: `${at}/${path}`, shipped }, tree, found);
}

async function filesBelow(root: string, folder: string, tree: Tree): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await tree.files.list(join(root, folder))) {
    const path = folder === "" ? name : `${folder}/${name}`;
    // git's own folder is no part of the tree.
    if (path === ".git" && root === tree.source) continue;
    const isFolder = (await tree.files.status(join(root, path)))?.kind === "folder";
    paths.push(...(isFolder ? await filesBelow(root, path, tree) : [path]));
  }
  return paths;
}

interface Found {
  readonly files: PlacedFile[];
  readonly others: (DataFolder | DataLink)[];
}

interface Place {
  /** The folder that the configuration names, or that a glob begins with. */
  readonly root: string;
  readonly from: string;
  readonly at: string;
  /** Paths below the root, where not all that is there is shipped. */
  readonly shipped?: ReadonlySet<string>;
}

async function walk({ root, from, at }: Place, tree: Tree, found: Found): Promise<void> {
  found.others.push({ kind: "folder", path: at });
  for (const name of await tree.files.list(from)) {
    const inner = { root, from: join(from, name), at: `${at}/${name}` };
    const isFolder = (await tree.files.status(inner.from))?.kind === "folder";
    if (isFolder) await walk(inner, tree, found);
    else await add(inner, tree, found);
  }
}

async function add(place: Place, tree: Tree, found: Found): Promise<void> {
  const { from, at } = place;
  if ((await tree.files.status(from))?.kind === "symlink" && (await staysIn(place, tree))) {
    found.others.push({ kind: "symlink", path: at, target: await tree.files.readLink(from) });
  } else found.files.push(await placed(from, at, tree));
}

async function staysIn({ root, from, shipped }: Place, { files }: Tree): Promise<boolean> {
  const target = await files.readLink(from);
  const reached = join(dirname(from), target);
  const isInside = !isAbsolute(target) && !relative(root, reached).startsWith("..");
  if (isInside && (await files.status(reached)) === null) {
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${quoted(from)} is a link to ${quoted(target)}, which is not there.`,
      next: "Commit what it names, or take the link out.",
    });
  }
  return isInside && (shipped?.has(relative(root, reached)) ?? true);
}

async function placed(from: string, at: string, { source, files }: Tree): Promise<PlacedFile> {
  const path = await regularFile(from, source, files);
  const status = await files.status(path);
  const mode = status?.mode ?? 0;
  requireSafeMode(from, mode);
  return { at, path, size: status?.size ?? 0, executable: (mode & 0o100) !== 0 };
}
