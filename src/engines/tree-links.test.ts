import { expect, it } from "vitest";
import type { Tree } from "../ports/tree.ts";
import { laidOver } from "./laid-tree.ts";
import { treeLinks } from "./tree-links.ts";

const links: Readonly<Record<string, string>> = {
  "good.md": "docs/a.md",
  "chain.md": "./good.md",
  "docs/up.md": "../good.md",
  folder: "docs/",
  "through.md": "folder/a.md",
  "under.md": "docs/a.md/..",
  absolute: "/etc/passwd",
  upwards: "../outside",
  // Each step alone stays inside; together they do not.
  deep: "docs/inner/../../..",
  "docs/inner": "..",
  "around/a": "b",
  "around/b": "a",
  dangling: "gone.md",
  "gone/below": "good.md/x",
  module: "lib/README.md",
};
const tree: Tree = {
  entries: async () => [
    { path: "docs/a.md", kind: "file" },
    { path: "lib", kind: "submodule" },
    ...Object.keys(links).map((path) => ({ path, kind: "symlink" as const })),
  ],
  read: async (path) => new TextEncoder().encode(links[path] ?? ""),
  readText: async (path) => links[path] ?? "",
};

it("follows links as the kernel would, and never out of the tree", async () => {
  const { reach } = await treeLinks(tree);
  const reached: Record<string, string> = {};
  for (const path of [...Object.keys(links), "docs", "docs/a.md", "gone"]) reached[path] = await reach(path);
  expect(reached).toEqual({
    "good.md": "file",
    "chain.md": "file",
    "docs/up.md": "file",
    folder: "folder",
    "through.md": "file",
    "under.md": "nothing",
    absolute: "outside",
    upwards: "outside",
    deep: "outside",
    "docs/inner": "folder",
    "around/a": "outside",
    "around/b": "outside",
    dangling: "nothing",
    "gone/below": "nothing",
    module: "submodule",
    docs: "folder",
    "docs/a.md": "file",
    gone: "folder",
  });
});

it("finds a file that is laid over a link, or where nothing is", async () => {
  const overlay = new Map([
    ["absolute", "/there"],
    ["gone.md", "/there"],
  ]);
  const { reach } = await treeLinks(laidOver(tree, overlay, { read: async () => new Uint8Array() }));
  expect([await reach("absolute"), await reach("dangling"), await reach("upwards")]).toEqual([
    "file",
    "file",
    "outside",
  ]);
});
