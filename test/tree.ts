/** A tree in memory, of file names and texts. */
import type { Tree } from "../src/ports/tree.ts";

export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const read = (path: string): Promise<Uint8Array | null> => {
    const content = Object.hasOwn(files, path) ? files[path] : undefined;
    return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : (content ?? null));
  };
  return {
    entries: () =>
      Promise.resolve(
        Object.keys(files)
          .sort()
          .map((path) => ({ path, kind: "file" as const })),
      ),
    read,
    async readText(path) {
      const content = await read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
  };
}
