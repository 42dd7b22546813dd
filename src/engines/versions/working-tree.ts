/**
 * What git would commit of the working directory: its tracked files as they are now, and new ones that it does not
 * ignore. So a version is set in what will be released, and never in node_modules or below target. Invariant: no path
 * leads through a symbolic link, so none leads out of the folder.
 */
import { join, posix } from "node:path";
import type { Files } from "../../ports/files.ts";
import type { Git, Repository } from "../../ports/git.ts";
import type { Tree, TreeEntry } from "../../ports/tree.ts";

export async function workingTree(
  { files, git }: { readonly files: Files; readonly git: Git },
  repository: Repository,
): Promise<Tree> {
  const committed = repository.head === null ? [] : await git.tree(repository, repository.head).entries();
  const entries = new Map(committed.map((entry) => [entry.path, entry]));
  for (const path of await git.dirty(repository)) {
    entries.delete(path);
    for (const entry of await found(files, repository.folder, path.replace(/\/$/, ""))) entries.set(entry.path, entry);
  }
  const sorted = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = async (path: string): Promise<Uint8Array | null> => {
    if (await isBehindLink(files, repository.folder, path)) return null;
    const absolute = join(repository.folder, path);
    const kind = (await files.status(absolute))?.kind;
    if (kind === "symlink") return new TextEncoder().encode(await files.readLink(absolute));
    return kind === "file" ? files.read(absolute) : null;
  };
  return {
    entries: async () => sorted,
    read,
    async readText(path) {
      const content = await read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
  };
}

/** The file, or all files of the folder; nothing behind a link, and no other repository's own files. */
async function found(files: Files, root: string, path: string): Promise<readonly TreeEntry[]> {
  if (posix.basename(path) === ".git" || (await isBehindLink(files, root, path))) return [];
  const status = await files.status(join(root, path));
  if (status?.kind === "symlink") return [{ path, kind: "symlink" }];
  if (status?.kind === "file") return [{ path, kind: (status.mode & 0o111) === 0 ? "file" : "executable" }];
  if (status?.kind !== "folder") return [];
  const inside: TreeEntry[] = [];
  for (const name of await files.list(join(root, path))) inside.push(...(await found(files, root, `${path}/${name}`)));
  return inside;
}

async function isBehindLink(files: Files, root: string, path: string): Promise<boolean> {
  for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder))
    if ((await files.status(join(root, folder)))?.kind !== "folder") return true;
  return false;
}
