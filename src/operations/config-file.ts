/**
 * The bytes of the repository's own ggen-release.yaml. Invariant: they are those of a file of that name, never of what a
 * link in its place leads to: the tag does not hold that, and a refusal would show the beginning of any file of the user's.
 */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import type { FileKind } from "../ports/files.ts";
import type { Ports } from "../ports/index.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import { configFile } from "../steps/config/load.ts";

/** null where the tree has none. Throws CONFIG_NOT_A_FILE. */
export async function committedConfig(tree: Tree): Promise<Uint8Array | null> {
  const entry = (await tree.entries()).find(({ path }) => path === configFile);
  if (entry === undefined) return null;
  requireFile(entry.kind, "In the commit");
  return tree.read(configFile);
}

/** null where the folder has none. Throws CONFIG_NOT_A_FILE. */
export async function configBeside({ files }: Pick<Ports, "files">, folder: string): Promise<Uint8Array | null> {
  const path = join(folder, configFile);
  const status = await files.status(path);
  if (status === null) return null;
  requireFile(status.kind, `In ${folder}`);
  return files.read(path);
}

const kindNames: Readonly<Record<Exclude<FileKind | TreeEntry["kind"], "file" | "executable">, string>> = {
  symlink: "a link",
  folder: "a folder",
  submodule: "a submodule",
  special: "a pipe or device",
};

function requireFile(kind: FileKind | TreeEntry["kind"], where: string): void {
  if (kind === "file" || kind === "executable") return;
  throw new ReleaseError("CONFIG_NOT_A_FILE", {
    what: `${where}, ${configFile} is ${kindNames[kind]}, not a file.`,
    next: `Commit the file itself in its place; or name the one that is meant: --config FILE`,
  });
}
