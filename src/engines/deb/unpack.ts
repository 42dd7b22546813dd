/**
 * A member of a .deb without its compression. Invariant: what dpkg would take for something else than it is (no gzip at
 * all, bytes behind the stream) is told apart from damage.
 */
import { isReleaseError } from "../../domain/errors/index.ts";
import { malformed, stricter } from "../../formats/deb-refusal.ts";
import type { RandomAccess } from "../../formats/random-access.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { DebMember } from "./members.ts";

/** Throws DEB_MALFORMED, DEB_AMBIGUOUS, DEB_COMPRESSION_DAMAGED, and DEB_TOO_LARGE above `limit` bytes. */
export async function unpackWhole(
  file: RandomAccess,
  { compression, offset, size }: DebMember,
  decompressor: Decompressor,
  limit: number,
  what: string,
): Promise<Uint8Array> {
  const packed = await file.at(offset, size);
  if (packed.length < size) throw shortened(file);
  if (compression === "none") return packed;
  if (compression === "gz") requireGzip(packed, what);
  try {
    return await decompressor.whole(compression, packed, limit, what);
  } catch (error) {
    if (compression !== "gz" || !isDamage(error)) throw error;
    await decompressor.whole("gz", packed.subarray(0, -1), limit, what);
    throw oneByteBehind(what);
  }
}

/** The same as a stream, without a limit. */
export async function* unpackStream(
  file: RandomAccess,
  { compression, offset, size }: DebMember,
  decompressor: Decompressor,
  what: string,
): AsyncIterable<Uint8Array> {
  if (compression === "none") {
    yield* bytesOf(file, offset, size);
    return;
  }
  if (compression === "gz") requireGzip(await file.at(offset, Math.min(2, size)), what);
  try {
    yield* decompressor.stream(compression, bytesOf(file, offset, size), what);
  } catch (error) {
    if (compression !== "gz" || !isDamage(error)) throw error;
    for await (const _ of decompressor.stream("gz", bytesOf(file, offset, size - 1), what)) continue;
    throw oneByteBehind(what);
  }
}

function requireGzip(start: Uint8Array, what: string): void {
  if (start[0] === 0x1f && start[1] === 0x8b) return;
  throw stricter("gzip-header", `${what} does not begin as a gzip file does.`);
}

function isDamage(error: unknown): boolean {
  return isReleaseError(error) && error.code === "DEB_COMPRESSION_DAMAGED";
}

/** zlib takes a single byte for the beginning of a further member that is cut off; dpkg ignores it. */
function oneByteBehind(what: string): Error {
  return stricter("one-stream", `${what} has a byte behind the end of its compressed stream.`);
}

/** In the pieces in which a RandomAccess keeps its pages. */
const piece = 64 * 1024;

async function* bytesOf(file: RandomAccess, offset: number, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < size;) {
    const part = await file.at(offset + at, Math.min(piece, size - at));
    if (part.length === 0) throw shortened(file);
    at += part.length;
    yield part;
  }
}

function shortened(file: RandomAccess): Error {
  return malformed(`${file.name} became shorter while it was read.`);
}
