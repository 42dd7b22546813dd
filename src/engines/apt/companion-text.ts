/** A companion's text as it lies in the tree, and cut again after a change: what is not concerned is not compressed again. */
import { crc32 } from "node:zlib";
import { bytesText, textBytes } from "../../formats/index-stanzas.ts";
import type { Storage } from "../../ports/storage.ts";
import type { Chunk } from "./chunks.ts";
import { compressedBefore, nothingCompressed, type Compressed } from "./index-files.ts";
import { unzipped } from "./packages-index.ts";
import { readIndexFile, type Suite } from "./suite.ts";
import { digestOf } from "../hash.ts";

export interface CompanionText {
  readonly text: string;
  readonly compressed: Compressed;
}

/** `path`: without the ending of a form. Empty where the suite has none. */
export async function readCompanion(storage: Storage, suite: Suite, path: string): Promise<CompanionText> {
  const [gz, xz] = await Promise.all([`${path}.gz`, `${path}.xz`].map((file) => readIndexFile(storage, suite, file)));
  if (gz === null || gz === undefined) return { text: "", compressed: nothingCompressed };
  return { text: bytesText(await unzipped(gz, path)), compressed: compressedBefore(gz, xz ?? null) };
}

export interface KeyedText {
  readonly key: string;
  readonly text: string;
}

/** Cut before the pieces that a digest of their key picks, one in `pick`: the same pieces give the same chunks. */
export function chunksOfTexts(pieces: Iterable<KeyedText>, pick: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let held: string[] = [];
  const close = (): void => {
    if (held.length === 0) return;
    const bytes = textBytes(held.join(""));
    chunks.push({ bytes, sha256: digestOf(bytes) });
    held = [];
  };
  for (const { key, text } of pieces) {
    if (crc32(key) % pick === 0) close();
    held.push(text);
  }
  close();
  return chunks;
}
