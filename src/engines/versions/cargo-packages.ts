/**
 * The Cargo packages of a tree (https://doc.rust-lang.org/cargo/reference/workspaces.html): the root's, the members of
 * its workspace as Cargo finds them, and whatever other manifests lie below the root.
 */
import { isReleaseError } from "../../domain/errors/index.ts";
import { matchGlob } from "../values/glob.ts";
import { cargoDependencies } from "./cargo-dependencies.ts";
import { isTable, type KeyPath, type StructuredDocument } from "./document.ts";
import { type Package, workspacePackage } from "./package.ts";
import { notText } from "./place.ts";
import { folderOf, inTree, isInside, isAside, type SourceTree } from "./source-tree.ts";

/** Folder of the workspace that the root belongs to; the root itself where it belongs to none; null without Cargo. */
async function cargoWorkspace(tree: SourceTree, root: string): Promise<string | null> {
  if (!tree.has(manifestIn(root))) return null;
  for (let folder = root; ; folder = folderOf(folder)) {
    const document = await tree.toml(manifestIn(folder));
    if (isTable(document?.value("workspace")))
      return folder === root || (await memberFolders(tree, folder)).includes(root) ? folder : root;
    if (folder === "") return root;
  }
}

export async function cargoPackages(tree: SourceTree, root: string): Promise<readonly Package[]> {
  const workspace = await cargoWorkspace(tree, root);
  const found: (Package | null)[] = [];
  const known = new Set<string>();
  if (workspace !== null) {
    found.push(await inheritedPackage(tree, workspace, "workspace"));
    for (const folder of new Set([root, workspace, ...(await memberFolders(tree, workspace))])) {
      known.add(manifestIn(folder));
      found.push(await readPackage(tree, folder, folder === root ? "root" : "member", workspace));
    }
  }
  for (const path of tree.paths.filter((one) => isManifest(one) && isInside(root, one)))
    if (!known.has(path) && !isAside(path)) found.push(...(await strayPackages(tree, folderOf(path))));
  return found.filter((one) => one !== null);
}

/** Members as listed, and those that Cargo takes for members because one of them depends on their folder. */
async function memberFolders(tree: SourceTree, workspace: string): Promise<readonly string[]> {
  const document = await tree.toml(manifestIn(workspace));
  if (!isTable(document?.value("workspace"))) return [];
  const folders = tree.paths.filter((path) => isManifest(path) && isInside(workspace, path)).map(folderOf);
  const excluded = strings(document, "workspace", "exclude").map((path) => inTree(workspace, path));
  const isMember = (folder: string): boolean =>
    folders.includes(folder) && folder !== workspace && !excluded.some((path) => isInside(path, folder));
  const listed = strings(document, "workspace", "members").flatMap((glob) =>
    matchGlob(inTree(workspace, glob), folders),
  );
  const members = new Set(listed.filter(isMember));
  for (const queue = [workspace, ...members]; queue.length > 0;) {
    const manifest = await tree.toml(manifestIn(queue.pop() ?? ""));
    for (const { folder } of manifest === null ? [] : cargoDependencies(manifest)) {
      if (folder === null || members.has(folder) || !isMember(folder)) continue;
      members.add(folder);
      queue.push(folder);
    }
  }
  return [...members].sort();
}

/** Manifests that no parser takes are templates as a rule; nothing is built from a stray one. */
async function strayPackages(tree: SourceTree, folder: string): Promise<readonly (Package | null)[]> {
  try {
    return [await inheritedPackage(tree, folder, "stray"), await readPackage(tree, folder, "stray", folder)];
  } catch (error) {
    if (isReleaseError(error)) return [];
    throw error;
  }
}

/** What members of the workspace in this folder inherit, as if it were a package. */
async function inheritedPackage(
  tree: SourceTree,
  folder: string,
  standing: Package["standing"],
): Promise<Package | null> {
  const document = await tree.toml(manifestIn(folder));
  const version = document === null ? null : ownVersion(document, "workspace", "package", "version");
  if (version === null) return null;
  return {
    ecosystem: "cargo",
    file: manifestIn(folder),
    name: workspacePackage,
    version,
    standing,
    isPrivate: false,
    makesProgram: false,
    dependencies: [],
  };
}

async function readPackage(
  tree: SourceTree,
  folder: string,
  standing: Package["standing"],
  workspace: string,
): Promise<Package | null> {
  const document = await tree.toml(manifestIn(folder));
  const shared = await tree.toml(manifestIn(workspace));
  if (document === null || !isTable(document.value("package"))) return null;
  const inherits = document.value("package", "version", "workspace") === true;
  const inherited = shared === null ? null : ownVersion(shared, "workspace", "package", "version");
  const publish = document.value("package", "publish");
  return {
    ecosystem: "cargo",
    file: manifestIn(folder),
    name: document.text("package", "name") ?? "",
    version: inherits ? inherited : ownVersion(document, "package", "version"),
    ...(inherits ? { inheritsFrom: manifestIn(workspace) } : {}),
    standing,
    isPrivate: publish === false || (Array.isArray(publish) && publish.length === 0),
    makesProgram:
      document.value("bin") !== undefined ||
      tree.has(inTree(folder, "src/main.rs")) ||
      tree.paths.some((path) => isInside(inTree(folder, "src/bin"), path)),
    dependencies: cargoDependencies(document)
      .filter(({ folder: path, fromWorkspace, isDevelopment }) => (path !== null || fromWorkspace) && !isDevelopment)
      .map(({ name }) => name),
  };
}

function ownVersion(document: StructuredDocument, ...path: KeyPath): string | null {
  const version = document.value(...path);
  if (version === undefined) return null;
  if (typeof version === "string") return version;
  throw notText(document, path);
}

function manifestIn(folder: string): string {
  return inTree(folder, "Cargo.toml");
}

function isManifest(path: string): boolean {
  return path === "Cargo.toml" || path.endsWith("/Cargo.toml");
}

function strings(document: StructuredDocument, ...path: KeyPath): readonly string[] {
  const value = document.value(...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
