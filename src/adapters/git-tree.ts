/** A commit's tree, read from the object store (git-cat-file(1)): what the tag holds, whatever the working directory says. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { GitCaller } from "./git-caller.ts";
import type { GitObject, GitObjects } from "./git-objects.ts";

export function commitTree(git: GitCaller, objects: GitObjects, folder: string, commit: string): Tree {
  let listing: Promise<ReadonlyMap<string, Listed>> | undefined;
  const list = (): Promise<ReadonlyMap<string, Listed>> => (listing ??= readListing(objects, commit));
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

/** Tree by tree, each level asked for at once; sorted by path, which git's own order is not quite. */
async function readListing(objects: GitObjects, commit: string): Promise<ReadonlyMap<string, Listed>> {
  const entries: Listed[] = [];
  const walk = async (tree: string, prefix: string): Promise<void> => {
    const read = await objects.read(tree);
    if (read?.type !== "tree") throw treeDamaged(tree, "is not in the repository's object store");
    const below: Promise<void>[] = [];
    for (const { mode, name, object } of treeEntries(read)) {
      const path = prefix + name;
      if (Number.parseInt(mode, 8) === 0o40000) below.push(walk(object, `${path}/`));
      else entries.push({ path, object, kind: kindOf(mode) });
    }
    await Promise.all(below);
  };
  await walk(`${commit}^{tree}`, "");
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** What a tree object holds (Pro Git, 10.2): `<mode> <name>\0<binary id>`, one behind the other. */
function* treeEntries({
  id,
  content,
}: GitObject): Iterable<{ readonly mode: string; readonly name: string; readonly object: string }> {
  const idBytes = id.length / 2;
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const next = end + 1 + idBytes;
    if (space === -1 || end === -1 || next > content.length) throw treeDamaged(id, "is no tree that git would write");
    yield {
      mode: content.toString("latin1", at, space),
      name: content.toString("utf8", space + 1, end),
      object: content.toString("hex", end + 1, next),
    };
    at = next;
  }
}

function treeDamaged(tree: string, why: string): ReleaseError {
  return new ReleaseError("GIT_FAILED", {
    what: `The tree ${tree.slice(0, 12)} ${why}.`,
    next: "Run git fsck, mend what it names (git fetch may bring it), then run the same command again.",
  });
}

function kindOf(mode: string): TreeEntry["kind"] {
  if (mode === "120000") return "symlink";
  if (mode === "160000") return "submodule";
  return mode === "100755" ? "executable" : "file";
}
