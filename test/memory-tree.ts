/** A tree in memory, for tests of what reads trees: path → content. */
import type { Tree } from "../src/ports/tree.ts";

export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    ]),
  );
  return {
    entries: async () => [...contents.keys()].sort().map((path) => ({ path, kind: "file" })),
    read: async (path) => contents.get(path) ?? null,
    async readText(path) {
      const content = contents.get(path);
      return content === undefined ? null : new TextDecoder().decode(content);
    },
  };
}
