/** The files that a package of the pool holds, out of its data.tar: nothing of it is unpacked to the disk. */
import { basename, join } from "node:path";
import { bytesText, stanzaField } from "../../formats/index-stanzas.ts";
import { paged } from "../../formats/random-access.ts";
import { readDeb } from "../deb/read.ts";
import { aptDamaged } from "./damage.ts";
import type { Repository } from "./change.ts";

/**
 * Everything but folders, by path without a slash before it, one character a byte, in the archive's order. Names that
 * would be more than one line of an index are left out. Failures: those of reading a .deb.
 */
export async function fileList(repository: Repository, stanza: string): Promise<readonly string[]> {
  const { storage, local } = repository;
  const path = stanzaField(stanza, "Filename") ?? "";
  const known = local?.get(stanzaField(stanza, "SHA256") ?? "");
  if (known !== undefined) return listOf(repository, known);
  if (storage.lock !== null) return listOf(repository, join(storage.place, ...path.split("/")));
  const { files } = repository.ports;
  const scratch = await files.makeScratch("apt-contents");
  try {
    const copy = join(scratch, basename(path));
    await files.write(copy, storage.open(path));
    return await listOf(repository, copy);
  } finally {
    await files.remove(scratch);
  }
}

async function listOf({ ports: { files }, decompressor }: Repository, path: string): Promise<readonly string[]> {
  const status = await files.status(path);
  if (status === null) throw aptDamaged(`the pool has no file ${path}`);
  const file = paged(basename(path), status.size, (offset, length) => files.readAt(path, offset, length));
  const found: string[] = [];
  for await (const { kind, name } of (await readDeb(file, decompressor)).entries()) {
    const parts = bytesText(name)
      .split("/")
      .filter((part) => part !== "" && part !== ".");
    if (kind !== "folder" && parts.length > 0 && !/[\u0000-\u001f\u007f]/.test(parts.join("/"))) {
      found.push(parts.join("/"));
    }
  }
  return found;
}
