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

/** What `--config` names: where the caller wants it, so a link of his is followed. Throws CONFIG_NOT_A_FILE, CONFIG_INVALID. */
export async function namedConfig({ files }: Pick<Ports, "files">, path: string): Promise<Uint8Array> {
  const kind = (await files.status(path))?.kind;
  if (kind === "folder" || kind === "special") {
    throw new ReleaseError("CONFIG_NOT_A_FILE", {
      what: `--config names ${path}, which is ${kindNames[kind]}, not a file.`,
      next: "Name the file itself; what comes from a pipe must be written to a file first, for it is read more than once.",
    });
  }
  const bytes = await files.read(path);
  if (bytes.some((byte) => byte > 0x20)) return bytes;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `--config names ${path}, which is empty.`,
    next: "Write the configuration into it, or leave --config out: then that of the tag counts.",
  });
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
