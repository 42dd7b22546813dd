/**
 * gzip members (RFC 1952). The header is written here and not by zlib, whose header names the operating system that it
 * runs on: no name, no time, OS byte 3 (Unix), XFL by level, as `gzip -n` writes them on Linux.
 * Invariant: the same input and level give the same bytes on every platform with the same zlib (Node bundles its own).
 */
import { throughZlib } from "./through-zlib.ts";

const unix = 3;
/** Node's own 16 KiB make sixteen times as many writes of what comes out. */
const chunkSize = 256 * 1024;

/** Compresses a stream into one gzip member. `level` from 1 (fast) to 9 (small). Holds some 600 KiB, whatever the input's size. */
export async function* gzip(bytes: AsyncIterable<Uint8Array>, level = 9): AsyncIterable<Uint8Array> {
  // Loaded where something is compressed: it would cost every start some milliseconds.
  const { crc32, createDeflateRaw } = await import("node:zlib");
  let checksum = 0;
  let size = 0;
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      checksum = crc32(chunk, checksum);
      size += chunk.length;
      yield chunk;
    }
  }
  yield header(level);
  yield* throughZlib(counted(), createDeflateRaw({ level, chunkSize }));
  yield trailer(checksum, size);
}

function header(level: number): Uint8Array {
  const extraFlags = level === 9 ? 2 : level === 1 ? 4 : 0;
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extraFlags, unix);
}

/** CRC-32 and size modulo 2³², both little-endian. */
function trailer(checksum: number, size: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, checksum, true);
  bytes.setUint32(4, size % 2 ** 32, true);
  return new Uint8Array(bytes.buffer);
}
