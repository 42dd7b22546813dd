/** The dependencies of a Cargo manifest that lie in the same tree (https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html). */
import { isTable, type KeyPath, type StructuredDocument } from "./document.ts";
import { folderOf, inTree } from "./source-tree.ts";

export interface CargoDependency {
  /** Name of the package, whatever the manifest calls it. */
  readonly name: string;
  /** Its folder in the tree; null where the manifest leaves it to the workspace or a registry. */
  readonly folder: string | null;
  /** Where the requirement on its version stands, where there is one. */
  readonly requirement: KeyPath | null;
  readonly fromWorkspace: boolean;
  /** Only tests need it. */
  readonly isDevelopment: boolean;
}

const sections = ["dependencies", "build-dependencies", "dev-dependencies"] as const;

/** Every dependency, those of `[target.…]` and `[workspace.dependencies]` included. */
export function cargoDependencies(document: StructuredDocument): readonly CargoDependency[] {
  const targets = document.keys("target").map((target) => ["target", target] as const);
  const tables = [[], ...targets].flatMap((prefix) => sections.map((section) => [...prefix, section]));
  return [...tables, ["workspace", "dependencies"]].flatMap((table) =>
    document.keys(...table).map((key) => readDependency(document, [...table, key])),
  );
}

function readDependency(document: StructuredDocument, path: KeyPath): CargoDependency {
  const folder = document.text(...path, "path");
  const long = isTable(document.value(...path));
  const requirement = long ? [...path, "version"] : path;
  return {
    name: document.text(...path, "package") ?? String(path.at(-1)),
    folder: folder === undefined ? null : inTree(folderOf(document.source.path), folder),
    requirement: document.text(...requirement) === undefined ? null : requirement,
    fromWorkspace: document.value(...path, "workspace") === true,
    isDevelopment: path.includes("dev-dependencies"),
  };
}
