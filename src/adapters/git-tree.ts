/** A commit's tree, read from the object store (git-ls-tree(1), git-cat-file(1)): what the tag holds, whatever the working directory says. */
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { GitCaller } from "./git-caller.ts";
import type { GitObjects } from "./git-objects.ts";

export function commitTree(git: GitCaller, objects: GitObjects, folder: string, commit: string): Tree {
  let listing: Promise<ReadonlyMap<string, Listed>> | undefined;
  const list = (): Promise<ReadonlyMap<string, Listed>> => (listing ??= readListing(git, folder, commit));
  return {
    async entries() {
      return [...(await list()).values()].map(({ path, kind }) => ({ path, kind }));
    },
    async read(path) {
      const entry = (await list()).get(path);
      if (entry === undefined || entry.kind === "submodule") return null;
      return (await objects.read(entry.object))?.content ?? readBlob(git, folder, entry.object);
    },
    async readText(path) {
      const content = await this.read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
    async readMany(paths) {
      const known = await list();
      const wanted = paths.flatMap((path) => known.get(path) ?? []).filter(({ kind }) => kind !== "submodule");
      const found = await Promise.all(
        wanted.map(async ({ path, object }) => [path, (await objects.read(object))?.content] as const),
      );
      return new Map(found.flatMap(([path, content]) => (content === undefined ? [] : [[path, content] as const])));
    },
  };
}

/** What the object store lacks is asked for by itself: git then says why it cannot be had. */
async function readBlob(git: GitCaller, folder: string, object: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of git.stream(folder, ["cat-file", "blob", object])) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface Listed extends TreeEntry {
  readonly object: string;
}

async function readListing(git: GitCaller, folder: string, commit: string): Promise<ReadonlyMap<string, Listed>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of git.stream(folder, ["ls-tree", "-r", "-z", "--full-tree", commit])) chunks.push(chunk);
  const entries: Listed[] = [];
  for (const line of Buffer.concat(chunks).toString("utf8").split("\0")) {
    const [, mode = "", object = "", path = ""] = /^([0-7]{6}) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (path !== "") entries.push({ path, object, kind: kindOf(mode) });
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function kindOf(mode: string): TreeEntry["kind"] {
  if (mode === "120000") return "symlink";
  if (mode === "160000") return "submodule";
  return mode === "100755" ? "executable" : "file";
}
