/**
 * Where paths of a tree lead, links followed as the kernel would (path_resolution(7)) and within the tree alone: what a
 * link of a tag names is what the tag holds, or nothing that a release may read.
 */
import { posix } from "node:path";
import type { Tree, TreeEntry } from "../ports/tree.ts";

/** A submodule holds what the tree does not show. */
export type Reached = "file" | "folder" | "submodule" | "nothing" | "outside";

/** Linux follows as many, and takes more for a circle. */
const mostLinks = 40;

export async function treeLinks(tree: Tree): Promise<{ readonly reach: (path: string) => Promise<Reached> }> {
  const entries = await tree.entries();
  const kinds = new Map<string, TreeEntry["kind"] | "folder">(entries.flatMap(({ path }) => foldersAbove(path)));
  for (const { path, kind } of entries) kinds.set(path, kind);
  return {
    async reach(path) {
      const ahead = partsOf(path);
      let [at, links] = ["", 0];
      for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
        if (part === ".." && at === "") return "outside";
        const next = posix.join(at, part);
        at = next === "." ? "" : next;
        const kind = at === "" ? "folder" : kinds.get(at);
        if (kind === undefined) return "nothing";
        if (kind === "submodule") return "submodule";
        if (kind === "folder") continue;
        if (kind !== "symlink") return ahead.length === 0 ? "file" : "nothing";
        const target = (await tree.readText(at)) ?? "";
        if (target.startsWith("/") || ++links > mostLinks) return "outside";
        ahead.unshift(...partsOf(target));
        at = posix.dirname(at).replace(/^\.$/, "");
      }
      return "folder";
    },
  };
}

function foldersAbove(path: string): readonly (readonly [string, "folder"])[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => [parts.slice(0, index + 1).join("/"), "folder"]);
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
