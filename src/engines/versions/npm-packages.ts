/**
 * The npm packages of a tree (https://docs.npmjs.com/cli/configuring-npm/package-json): the root's, the members of its
 * workspaces (npm's, yarn's or pnpm's), and whatever other manifests lie below the root.
 */
import { parse as parseYaml, YAMLParseError } from "yaml";
import { isReleaseError } from "../../domain/errors/index.ts";
import { matchGlob } from "../values/glob.ts";
import { isTable, type StructuredDocument } from "./document.ts";
import type { Package } from "./package.ts";
import { notText } from "./place.ts";
import { folderOf, inTree, isInside, isAside, type SourceTree } from "./source-tree.ts";
import { type SourceText, unreadable } from "./source-text.ts";

export const npmDependencySections = [
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "devDependencies",
] as const;

/** Folder of the workspace that the root belongs to; the root itself where it belongs to none. */
async function npmWorkspace(tree: SourceTree, root: string): Promise<string> {
  for (let folder = root; ; folder = folderOf(folder)) {
    const members = await memberFolders(tree, folder);
    if (members.includes(root)) return folder;
    if (folder === "") return root;
  }
}

export async function npmPackages(tree: SourceTree, root: string): Promise<readonly Package[]> {
  const workspace = await npmWorkspace(tree, root);
  const members = new Set([root, workspace, ...(await memberFolders(tree, workspace))]);
  const found: (Package | null)[] = [];
  for (const folder of members) found.push(await readPackage(tree, folder, folder === root ? "root" : "member"));
  for (const path of tree.paths.filter((one) => isManifest(one) && isInside(root, one)))
    if (!members.has(folderOf(path)) && !isAside(path)) found.push(await strayPackage(tree, folderOf(path)));
  return found.filter((one) => one !== null);
}

/** Later globs with `!` take members away again. */
async function memberFolders(tree: SourceTree, workspace: string): Promise<readonly string[]> {
  const folders = tree.paths.filter((path) => isManifest(path) && isInside(workspace, path)).map(folderOf);
  const members = new Set<string>();
  for (const glob of await workspaceGlobs(tree, workspace)) {
    const matched = matchGlob(inTree(workspace, glob.replace(/^!/, "")), folders);
    for (const folder of matched)
      if (glob.startsWith("!")) members.delete(folder);
      else if (folder !== workspace && !folder.includes("node_modules")) members.add(folder);
  }
  return [...members].sort();
}

async function workspaceGlobs(tree: SourceTree, folder: string): Promise<readonly string[]> {
  const listed = (await tree.json(manifestIn(folder)))?.value("workspaces");
  const pnpm = await tree.read(inTree(folder, "pnpm-workspace.yaml"));
  const globs: unknown = pnpm === null ? (isTable(listed) ? listed["packages"] : listed) : pnpmPackages(pnpm);
  return Array.isArray(globs) ? globs.filter((glob) => typeof glob === "string") : [];
}

function pnpmPackages(source: SourceText): unknown {
  try {
    const document: unknown = parseYaml(source.text);
    return isTable(document) ? document["packages"] : undefined;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw unreadable(source, error.pos[0], "not YAML, so the workspace's members are unknown");
  }
}

/** Manifests that no parser takes are templates as a rule; nothing is built from a stray one. */
async function strayPackage(tree: SourceTree, folder: string): Promise<Package | null> {
  try {
    return await readPackage(tree, folder, "stray");
  } catch (error) {
    if (isReleaseError(error)) return null;
    throw error;
  }
}

async function readPackage(tree: SourceTree, folder: string, standing: Package["standing"]): Promise<Package | null> {
  const document = await tree.json(manifestIn(folder));
  if (document === null || !isTable(document.value())) return null;
  return {
    ecosystem: "npm",
    file: manifestIn(folder),
    name: document.text("name") ?? "",
    version: ownVersion(document),
    standing,
    isPrivate: document.value("private") === true,
    makesProgram: document.value("bin") !== undefined,
    dependencies: npmDependencySections.slice(0, 3).flatMap((section) => document.keys(section)),
  };
}

function ownVersion(document: StructuredDocument): string | null {
  const version = document.value("version");
  if (version === undefined) return null;
  if (typeof version === "string") return version;
  throw notText(document, ["version"]);
}

function manifestIn(folder: string): string {
  return inTree(folder, "package.json");
}

function isManifest(path: string): boolean {
  return path === "package.json" || path.endsWith("/package.json");
}
