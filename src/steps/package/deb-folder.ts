/**
 * The files of the project's `debian/` folder, named as debhelper(7) names them: `debian/PACKAGE.postinst` before
 * `debian/postinst`, which is the main package's. Invariant: what the configuration names goes before what is found.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import type { PackageInputs } from "../../ports/packager.ts";

export interface FolderFile {
  /** Path in the tree. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface DebFolder {
  /** What the configuration names, or else the folder's file of this kind: `postinst`, `triggers`, `service` … */
  find(kind: string, named?: string): Promise<FolderFile | undefined>;
  /** A template of units: `debian/PACKAGE@.service`. */
  findTemplate(kind: string): Promise<FolderFile | undefined>;
}

type Tree = Pick<PackageInputs, "source" | "files">;

const largest = 1024 * 1024;

/** `folder` is null where the configuration wants none; `isMain` says whether files without a package's name are its own. */
export function debFolder(folder: string | null, name: string, isMain: boolean, tree: Tree): DebFolder {
  const first = async (...names: readonly string[]): Promise<FolderFile | undefined> => {
    for (const file of folder === null ? [] : names) {
      const path = `${folder}/${file}`;
      const status = await tree.files.status(join(tree.source, path));
      if (status?.kind === "file" || status?.kind === "symlink") return { path, content: await readTree(path, tree) };
    }
    return undefined;
  };
  return {
    async find(kind, named) {
      if (named !== undefined) return { path: named, content: await readTree(named, tree) };
      return first(`${name}.${kind}`, ...(isMain ? [kind] : []));
    },
    findTemplate: (kind) => first(`${name}@.${kind}`),
  };
}

/** A file of the tree that is read as a whole. Throws PACKAGE_FILE_MISSING, PACKAGE_SPECIAL_FILE, PACKAGE_TOO_LARGE. */
export async function readTree(path: string, { source, files }: Tree): Promise<Uint8Array> {
  const found = await regularFile(join(source, path), source, files);
  const size = (await files.status(found))?.size ?? 0;
  if (size <= largest) return files.read(found, largest);
  throw new ReleaseError("PACKAGE_TOO_LARGE", {
    what: `${path} has ${size} bytes; a script or list of a package has at most ${largest}.`,
    next: "Ship large data as a file of its own (packages.deb.files).",
  });
}
