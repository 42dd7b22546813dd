/** The Python packages of a tree: pyproject.toml (https://packaging.python.org/en/latest/specifications/pyproject-toml/) and Poetry's older form. */
import { isReleaseError } from "../../domain/errors/index.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import type { Package } from "./package.ts";
import { folderOf, inTree, isInside, isAside, type SourceTree } from "./source-tree.ts";

/** Tables that may hold name and version, in the order in which they count. */
export const pythonTables: readonly KeyPath[] = [["project"], ["tool", "poetry"]];

export async function pythonPackages(tree: SourceTree, root: string): Promise<readonly Package[]> {
  const found: Package[] = [];
  for (const path of tree.paths.filter((one) => isManifest(one) && isInside(root, one) && !isAside(one))) {
    const isRoot = folderOf(path) === root;
    const document = await tree.toml(path).catch((error: unknown) => {
      // Only what the root is built from must be readable.
      if (isReleaseError(error) && !isRoot) return null;
      throw error;
    });
    if (document !== null) found.push(packageOf(document, isRoot));
  }
  return found;
}

/** Name and version; a version that a tool computes (`dynamic`) is none. */
function packageOf(document: StructuredDocument, isRoot: boolean): Package {
  const table = pythonTables.find((one) => document.text(...one, "name") !== undefined) ?? ["project"];
  return {
    ecosystem: "python",
    file: document.source.path,
    name: document.text(...table, "name") ?? "",
    version: document.text(...table, "version") ?? null,
    standing: isRoot ? "root" : "stray",
    isPrivate: false,
    makesProgram: document.value(...table, "scripts") !== undefined,
    dependencies: [],
  };
}

function isManifest(path: string): boolean {
  return inTree(path).split("/").at(-1) === "pyproject.toml";
}
