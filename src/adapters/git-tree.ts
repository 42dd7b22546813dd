/** A commit's tree, read from the object store (git-ls-tree(1), git-cat-file(1)): what the tag holds, whatever the working directory says. */
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { GitCaller } from "./git-cli.ts";

export function commitTree(git: GitCaller, folder: string, commit: string): Tree {
  let listing: Promise<ReadonlyMap<string, Listed>> | undefined;
  const list = (): Promise<ReadonlyMap<string, Listed>> => (listing ??= readListing(git, folder, commit));
  return {
    async entries() {
      return [...(await list()).values()].map(({ path, kind }) => ({ path, kind }));
    },
    async read(path) {
      const entry = (await list()).get(path);
      if (entry === undefined || entry.kind === "submodule") return null;
      const chunks: Uint8Array[] = [];
      for await (const chunk of git.stream(folder, ["cat-file", "blob", entry.object])) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    async readText(path) {
      const content = await this.read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
    async readMany(paths) {
      const known = await list();
      const wanted = paths.flatMap((path) => known.get(path) ?? []).filter(({ kind }) => kind !== "submodule");
      return readBatch(git, folder, wanted);
    },
  };
}

/**
 * One process for all: each answer is a header `<object> blob <size>`, the content, and a line feed (git-cat-file(1)).
 * What the object store lacks is left out; reading it by itself says why.
 */
async function readBatch(git: GitCaller, folder: string, wanted: readonly Listed[]): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  if (wanted.length === 0) return contents;
  const chunks: Uint8Array[] = [];
  const input = wanted.map(({ object }) => `${object}\n`).join("");
  for await (const chunk of git.stream(folder, ["cat-file", "--batch"], input)) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  let at = 0;
  for (const { path } of wanted) {
    const start = output.indexOf("\n", at) + 1;
    const [, type, size] = output.toString("latin1", at, start).trimEnd().split(" ");
    at = start;
    if (type !== "blob") continue;
    contents.set(path, output.subarray(start, start + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
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
