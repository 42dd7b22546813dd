/**
 * The tar of a .tar.gz, in the GNU format like the one in a .deb. Not pax, which is what JavaScript's tar libraries
 * write: of a pax name, bsdtar (macOS, FreeBSD, Windows) makes its composed Unicode form, and in the C locale of most
 * containers it refuses every name beyond ASCII. GNU names are bytes, which Unix unpackers take as they are.
 * Invariant: the same entries and epoch give the same bytes; nothing is held but the chunk that passes.
 */
import { writeTar as writeGnuTar, type TarEntry } from "../../formats/tar-gnu.ts";
import type { Bytes } from "../../ports/files.ts";
import type { ArchiveEntry } from "./entry.ts";
import { requireEpoch } from "./epoch.ts";

/** Writes the entries in their order, dated `epoch` (seconds since 1970), owned by root. Throws ARTIFACT_CHANGED. */
export async function* writeTar(entries: readonly ArchiveEntry[], epoch: number): Bytes {
  requireEpoch(epoch);
  yield* writeGnuTar(tarEntries(entries), epoch);
}

function* tarEntries(entries: readonly ArchiveEntry[]): Iterable<TarEntry> {
  for (const entry of entries) {
    const { kind, path } = entry;
    if (kind === "folder") yield { kind, path, mode: 0o755 };
    else yield { kind, path, mode: entry.executable ? 0o755 : 0o644, size: entry.size, content: entry.open() };
  }
}
