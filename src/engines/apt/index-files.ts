/**
 * An index in all the forms that clients choose from. A chunk that the last generation has compressed is taken from
 * there; only what is new is compressed. Invariant: every form reads as the same text, and the same chunks give the same
 * bytes, whether they were compressed together or one after the other.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { gzipMember, gzipMembers } from "../../formats/gzip-members.ts";
import { xzBlocks, xzStream, type XzBlock } from "../../formats/xz-blocks.ts";
import type { Ports } from "../../ports/index.ts";
import { joinedChunks, type Chunk } from "./chunks.ts";
import { compressXz } from "./xz-program.ts";
import { digestOf } from "../hash.ts";

/** Endings of an index's file name, in the order in which a Release lists them. */
export const indexForms = ["", ".gz", ".xz"] as const;
export type IndexForm = (typeof indexForms)[number];

/** What the last generation's files hold, by the digest of the chunk. */
export interface Compressed {
  readonly members: ReadonlyMap<Sha256, Uint8Array>;
  readonly blocks: ReadonlyMap<Sha256, XzBlock>;
}

export const nothingCompressed: Compressed = { members: new Map(), blocks: new Map() };

const gzipLevel = 6;

/** Of the .gz and .xz of the last generation, as far as this program wrote them. */
export function compressedBefore(gz: Uint8Array | null, xz: Uint8Array | null): Compressed {
  return {
    members: new Map((gz && gzipMembers(gz))?.map(({ sha256, bytes }) => [sha256, bytes])),
    blocks: new Map((xz && xzBlocks(xz))?.map((block) => [block.sha256, block])),
  };
}

/** The index's files by form. */
export async function indexFiles(
  chunks: readonly Chunk[],
  before: Compressed,
  ports: Pick<Ports, "processes" | "environment">,
): Promise<ReadonlyMap<IndexForm, Uint8Array>> {
  const [gz, xz] = await Promise.all([gzipOf(chunks, before.members), xzOf(chunks, before.blocks, ports)]);
  return new Map([
    ["", joinedChunks(chunks)],
    [".gz", gz],
    [".xz", xz],
  ]);
}

/** One member a chunk; those that are there already are taken over. */
export async function gzipOf(chunks: readonly Chunk[], before: Compressed["members"]): Promise<Uint8Array> {
  // No member at all is not a gzip file.
  const texts = chunks.length === 0 ? [emptyChunk()] : chunks;
  return Buffer.concat(
    await Promise.all(
      texts.map(async ({ bytes, sha256 }) => before.get(sha256) ?? gzipMember(bytes, sha256, gzipLevel)),
    ),
  );
}

async function xzOf(
  chunks: readonly Chunk[],
  before: Compressed["blocks"],
  ports: Pick<Ports, "processes" | "environment">,
): Promise<Uint8Array> {
  const missing = chunks.filter(({ sha256 }) => !before.has(sha256));
  const made = new Map(
    (
      await compressXz(
        missing.map(({ bytes }) => bytes),
        ports,
      )
    ).map((block) => [block.sha256, block]),
  );
  return xzStream(
    chunks.map(({ sha256 }) => {
      const block = before.get(sha256) ?? made.get(sha256);
      if (block === undefined) throw new Error(`xz made no block of ${sha256}`);
      return block;
    }),
  );
}

function emptyChunk(): Chunk {
  const bytes = new Uint8Array();
  return { bytes, sha256: digestOf(bytes) };
}
