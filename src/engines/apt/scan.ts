/**
 * .deb files of this machine, read for an index: digest and control file, several side by side. A small file is read
 * once; of a large one the digest is made on another thread, and only its beginning is looked into.
 */
import { basename } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { bytesText } from "../../formats/index-stanzas.ts";
import { inMemory, paged } from "../../formats/random-access.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { Files } from "../../ports/files.ts";
import { readControl } from "../deb/read.ts";
import type { ReadPackage } from "./add.ts";
import { digestOf } from "../hash.ts";

const smallFile = 1024 * 1024;
/** Waiting for the disk and for programs that unpack; more would only keep more files open. */
const sideBySide = 16;

/** In the order given. `paths` are absolute. Failures: FILE_MISSING, DEB_MALFORMED and what else reading a .deb can say. */
export async function scanPackages(
  paths: readonly string[],
  files: Files,
  decompressor: Decompressor,
): Promise<readonly ReadPackage[]> {
  return scanEach(paths, files, decompressor, (read) => read);
}

/** The same, of which only what `keep` makes of each is held. */
export async function scanEach<Kept>(
  paths: readonly string[],
  files: Files,
  decompressor: Decompressor,
  keep: (read: ReadPackage) => Kept,
): Promise<readonly Kept[]> {
  const found = Array.from<Kept>({ length: paths.length });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      found[index] = keep(await scanPackage(paths[index] ?? "", files, decompressor));
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, paths.length) }, work));
  return found;
}

async function scanPackage(from: string, files: Files, decompressor: Decompressor): Promise<ReadPackage> {
  const seen = await files.see(from, smallFile);
  if (seen === null) throw await noPackage(from, files);
  const { size, stamp, bytes } = seen;
  const name = basename(from);
  if (bytes !== null) {
    const { bytes: control } = await readControl(inMemory(name, bytes), decompressor);
    const sha256 = digestOf(bytes);
    return { from, size: bytes.length, sha256, stamp, control: bytesText(control) };
  }
  const file = paged(name, size, (offset, length) => files.readAt(from, offset, length));
  const [{ bytes: control }, content] = await Promise.all([readControl(file, decompressor), files.digest(from)]);
  return { from, size: content.size, sha256: content.sha256, stamp, control: bytesText(control) };
}

async function noPackage(from: string, files: Files): Promise<ReleaseError> {
  return new ReleaseError("FILE_MISSING", {
    what: (await files.status(from)) === null ? `${from} is not there.` : `${from} is no regular file.`,
    next: "Name a .deb file, or a folder that holds some.",
  });
}
