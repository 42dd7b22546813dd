/** A folder of the file system as a tree (ports/tree.ts); `.git` is left out. What `init` and `version set` look at. */
import { join } from "node:path";
import type { Files } from "../ports/files.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";

export function folderTree(files: Files, folder: string): Tree {
  return {
    async entries() {
      const found: TreeEntry[] = [];
      await walk(files, folder, "", found);
      return found.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async read(path) {
      const status = await files.status(join(folder, path));
      if (status === null || status.kind === "folder" || status.kind === "special") return null;
      return status.kind === "symlink"
        ? new TextEncoder().encode(await files.readLink(join(folder, path)))
        : files.read(join(folder, path));
    },
    async readText(path) {
      const content = await this.read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
  };
}

async function walk(files: Files, root: string, relative: string, found: TreeEntry[]): Promise<void> {
  for (const name of await files.list(join(root, relative))) {
    if (relative === "" && name === ".git") continue;
    const path = relative === "" ? name : `${relative}/${name}`;
    const status = await files.status(join(root, path));
    if (status?.kind === "folder") await walk(files, root, path, found);
    else if (status?.kind === "symlink") found.push({ path, kind: "symlink" });
    else if (status?.kind === "file") found.push({ path, kind: (status.mode & 0o111) === 0 ? "file" : "executable" });
  }
}
