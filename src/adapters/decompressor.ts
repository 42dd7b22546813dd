/**
 * Decompression (ports/decompressor.ts): gzip and zstd by Node's own zlib, xz and lzma by liblzma, bzip2 by its program.
 * Invariant: one stream for xz, lzma, zst and bz2, one or more members for gz, as dpkg reads them, and nothing behind.
 */
import { pipeline, Readable, type Transform } from "node:stream";
import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from "node:zlib";
import { ReleaseError } from "../domain/errors/index.ts";
import { stricter, tooLarge } from "../formats/deb-refusal.ts";
import type { Compression, Decompressor } from "../ports/decompressor.ts";
import type { Processes } from "../ports/processes.ts";
import type { LzmaFormat, UnpackWhole } from "./liblzma.ts";
import { once } from "../formats/once.ts";

/** A header of a few bytes can ask for a window of 4 GiB; `xz -9` needs 65 MiB. */
const memory = 192 * 1024 * 1024;
/** Of zstd: 128 MiB, what dpkg and zstd themselves take without being asked for more. */
const zstdWindowLog = 27;

type Library = "gz" | "zst";

export function nodeDecompressor(processes: Processes): Decompressor {
  // Loaded with the first such file: it would cost every start some milliseconds.
  let unpacker: Promise<UnpackWhole> | undefined;
  const liblzma = (): Promise<UnpackWhole> =>
    (unpacker ??= import("./liblzma.ts").then(({ wholeUnpacker }) => wholeUnpacker(memory)));
  const stream: Decompressor["stream"] = (compression, packed, what) => {
    if (compression === "bz2") return byProgram(processes, packed, what);
    return isLibrary(compression) ? byLibrary(compression, packed, what) : byLiblzma(compression, packed, what);
  };
  return {
    async whole(compression, packed, limit, what) {
      if (isLibrary(compression)) return wholeByLibrary(compression, packed, limit, what);
      if (compression === "bz2") return collect(stream(compression, once(packed), what), limit, what);
      const unpack = await liblzma();
      try {
        return unpack(compression, packed, limit);
      } catch (error) {
        throw refusal(error, what, limit);
      }
    },
    stream,
  };
}

function isLibrary(compression: Compression): compression is Library {
  return compression === "gz" || compression === "zst";
}

/** At once and on this thread: what a stream costs to set up is more than a small control.tar costs to unpack. */
function wholeByLibrary(compression: Library, packed: Uint8Array, limit: number, what: string): Uint8Array {
  try {
    return compression === "gz"
      ? gunzipSync(packed, { maxOutputLength: limit })
      : zstdDecompressSync(packed, { maxOutputLength: limit, rejectGarbageAfterEnd: true });
  } catch (error) {
    throw refusal(error, what, limit);
  }
}

async function* byLibrary(
  compression: Library,
  packed: AsyncIterable<Uint8Array>,
  what: string,
): AsyncIterable<Uint8Array> {
  const unpacking: Transform =
    compression === "gz"
      ? createGunzip({ chunkSize: 64 * 1024 })
      : createZstdDecompress({
          params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
          rejectGarbageAfterEnd: true,
        });
  // The loop throws what fails here; a reader that ends early destroys both.
  pipeline(Readable.from(packed), unpacking, () => undefined);
  try {
    for await (const chunk of unpacking) yield chunk as Uint8Array;
  } catch (error) {
    throw refusal(error, what, undefined);
  }
}

async function* byLiblzma(
  format: LzmaFormat,
  packed: AsyncIterable<Uint8Array>,
  what: string,
): AsyncIterable<Uint8Array> {
  try {
    const { unpackStream } = await import("./liblzma.ts");
    yield* unpackStream(format, packed, memory);
  } catch (error) {
    throw refusal(error, what, undefined);
  }
}

async function* byProgram(
  processes: Processes,
  packed: AsyncIterable<Uint8Array>,
  what: string,
): AsyncIterable<Uint8Array> {
  const program = await processes.find("bzip2");
  if (program === null) {
    throw new ReleaseError("TOOL_MISSING", {
      what: `${what} cannot be unpacked without the program bzip2, which is not on the PATH.`,
      next: "Install it: apt-get install bzip2",
    });
  }
  const options = ["--decompress", "--stdout", "--quiet"];
  let ended = false;
  const input = oneBzip2Stream(packed, what, () => (ended = true));
  try {
    yield* processes.stream({ program, arguments: options, folder: "/", environment: { LC_ALL: "C" }, input });
    // Bytes that the program did not even take.
    if (!ended) throw stricter("one-stream", `${what} does not end where its compressed stream does.`);
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.code !== "IO") throw error;
    throw damaged(what, error.what, error);
  }
}

/** How a stream begins, always at a whole byte: its header, and that of its first block or its end. */
const bzip2Start = /BZh[1-9](?:1AY&SY|\x17rE8P\x90)/g;
const bzip2StartLength = 10;
/** How it ends, at any bit: six bytes, a checksum of four, and up to seven bits that fill the last byte. */
const bzip2End = 0x177245385090n;
const bzip2EndLength = 11;

/** bzip2 goes on with the next stream and ignores other bytes behind it; dpkg stops, and fails where they are many. */
async function* oneBzip2Stream(
  packed: AsyncIterable<Uint8Array>,
  what: string,
  onEnd: () => void,
): AsyncIterable<Uint8Array> {
  let streams = 0;
  let last = "";
  for await (const chunk of packed) {
    const text = Buffer.from(chunk).toString("latin1");
    streams += (last.slice(1 - bzip2StartLength) + text).match(bzip2Start)?.length ?? 0;
    if (streams > 1) throw stricter("one-stream", `${what} holds more than one stream.`);
    last = (last + text).slice(-bzip2EndLength);
    yield chunk;
  }
  const end = BigInt(`0x0${Buffer.from(last, "latin1").toString("hex")}`);
  const isEnd = (filled: number): boolean => BigInt.asUintN(48, end >> BigInt(32 + filled)) === bzip2End;
  if (streams === 1 && ![0, 1, 2, 3, 4, 5, 6, 7].some(isEnd)) {
    throw stricter("one-stream", `${what} does not end where its compressed stream does.`);
  }
  onEnd();
}

function refusal(error: unknown, what: string, limit: number | undefined): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "ERR_BUFFER_TOO_LARGE":
    case "LZMA_LARGE":
      return tooLarge(`${what} unpacks to more than ${limit} bytes.`);
    case "LZMA_BEHIND":
    case "ERR_TRAILING_JUNK_AFTER_STREAM_END":
      return stricter("one-stream", `${what} has bytes behind the end of its compressed stream.`);
    case "LZMA_MEMORY":
    case "ZSTD_error_frameParameter_windowTooLarge":
      return stricter("unpacking-memory", `${what} needs too much memory.`);
    default:
      // The header of a further member, where there is one: that of the first was looked at before.
      if (error.message === "incorrect header check") return stricter("one-stream", `${what} has other bytes behind.`);
      return /^(Z_|ZSTD_|LZMA_)/.test(String(error.code)) ? damaged(what, error.message, error) : error;
  }
}

function damaged(what: string, why: string, cause: unknown): ReleaseError {
  return new ReleaseError(
    "DEB_COMPRESSION_DAMAGED",
    {
      what: `${what} cannot be unpacked: ${why}.`,
      next: "Fetch the file again and compare its digest; if it is the same, make the package again.",
    },
    { cause },
  );
}

async function collect(bytes: AsyncIterable<Uint8Array>, limit: number, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit) throw tooLarge(`${what} unpacks to more than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
