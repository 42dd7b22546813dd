/** The packages of a Cargo workspace as Cargo finds them (https://doc.rust-lang.org/cargo/reference/workspaces.html). */
import { posix } from "node:path";
import { matchGlob } from "../values/glob.ts";
import type { Table, TreeView } from "./detected.ts";
import { asTable, asText, asTexts } from "./tree-view.ts";

export interface CargoPackage {
  /** "" for the one at the top. */
  readonly folder: string;
  readonly name: string;
  /** The whole manifest. */
  readonly manifest: Table;
  /** Whether `cargo build` at the top builds it. */
  readonly isDefault: boolean;
}

/** The root's package first, then the members by folder. */
export async function cargoPackages(tree: TreeView): Promise<readonly CargoPackage[]> {
  const root = (await tree.toml("Cargo.toml")) ?? {};
  const workspace = asTable(root["workspace"]);
  const folders = ["", ...("workspace" in root ? await memberFolders(tree, root, workspace) : [])];
  const defaults = defaultFolders(root, workspace, folders);
  const found: CargoPackage[] = [];
  for (const folder of folders) {
    const manifest = (await tree.toml(posix.join(folder, "Cargo.toml"))) ?? {};
    const name = asText(asTable(manifest["package"])["name"]);
    if (name !== undefined) found.push({ folder, name, manifest, isDefault: defaults.includes(folder) });
  }
  return found;
}

/** Members as listed, and those that another one depends on by path. */
async function memberFolders(tree: TreeView, root: Table, workspace: Table): Promise<readonly string[]> {
  const candidates = tree.paths.filter((path) => path.endsWith("/Cargo.toml")).map((path) => posix.dirname(path));
  const excluded = asTexts(workspace["exclude"]).map((path) => posix.normalize(path));
  const isMember = (folder: string): boolean =>
    candidates.includes(folder) && !excluded.some((path) => folder === path || folder.startsWith(`${path}/`));
  const members = new Set(matched(asTexts(workspace["members"]), candidates).filter(isMember));
  const queue: (readonly [string, Table])[] = [["", root]];
  for (const folder of members) queue.push([folder, (await tree.toml(`${folder}/Cargo.toml`)) ?? {}]);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const folder of pathDependencies(...next)) {
      if (members.has(folder) || !isMember(folder)) continue;
      members.add(folder);
      queue.push([folder, (await tree.toml(`${folder}/Cargo.toml`)) ?? {}]);
    }
  }
  return [...members].sort();
}

function matched(globs: readonly string[], folders: readonly string[]): readonly string[] {
  return globs.flatMap((glob) => matchGlob(posix.normalize(glob).replace(/\/$/, ""), folders));
}

function pathDependencies(folder: string, manifest: Table): readonly string[] {
  const tables = [manifest, ...Object.values(asTable(manifest["target"])).map(asTable)];
  return tables
    .flatMap((table) => ["dependencies", "dev-dependencies", "build-dependencies"].map((key) => asTable(table[key])))
    .flatMap((dependencies) => Object.values(dependencies))
    .map((dependency) => asText(asTable(dependency)["path"]))
    .filter((path) => path !== undefined)
    .map((path) => posix.join(folder, path).replace(/\/$/, ""));
}

/** `default-members`; without them the root's own package, or every member where the root is none. */
function defaultFolders(root: Table, workspace: Table, folders: readonly string[]): readonly string[] {
  const listed = asTexts(workspace["default-members"]);
  if (listed.length > 0) return matched(listed, folders).concat(listed.includes(".") ? [""] : []);
  return "package" in root ? [""] : folders;
}
