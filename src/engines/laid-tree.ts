/** A tree with other files laid over it, as a release builds from: the tag's, and what `source.overlay` adds or replaces. */
import type { Files } from "../ports/files.ts";
import type { Tree } from "../ports/tree.ts";

/** `overlay`: path in the tree → absolute path of the file that stands there. */
export function laidOver(tree: Tree, overlay: ReadonlyMap<string, string>, files: Pick<Files, "read">): Tree {
  if (overlay.size === 0) return tree;
  const read = async (path: string): Promise<Uint8Array | null> => {
    const from = overlay.get(path);
    return from === undefined ? tree.read(path) : files.read(from);
  };
  return {
    async entries() {
      const kept = (await tree.entries()).filter(({ path }) => !overlay.has(path));
      const laid = [...overlay.keys()].map((path) => ({ path, kind: "file" as const }));
      return [...kept, ...laid].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    read,
    async readText(path) {
      const content = await read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
  };
}
