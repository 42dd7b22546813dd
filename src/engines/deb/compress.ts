/**
 * The bytes of a .deb's members, compressed. zlib and zstd are Node's own; xz is the program of that name, as dpkg-deb's
 * default is (preset 6, CRC64). Invariant: the same input gives the same bytes on every machine with the same compressor,
 * however many cores it has.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { gzip } from "../../formats/gzip.ts";
import { throughZlib } from "../../formats/through-zlib.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Processes } from "../../ports/processes.ts";
import type { DebCompression } from "./compression.ts";

/**
 * Of a Go program of 21 MB, level 7 takes 40 % of the time of Go's own gzip at level 9 and is smaller; level 6 is smaller
 * by too little to count on, level 9 takes 2.6 times as long for 0.1 %.
 */
const gzipLevel = 7;
/** Of the same program: level 4 is 1.4 % larger, level 6 takes a third longer for 1.5 %. */
const zstdLevel = 5;
/**
 * More than one thread, so that blocks are cut and their sizes written whatever the machine has; 24 MiB are three
 * dictionaries, which is dpkg-deb's measure too.
 */
const xzArguments = "--compress --stdout --quiet --format=xz --check=crc64 -6 --threads=2 --block-size=25165824".split(
  " ",
);

/** Node's own 16 KiB make sixteen times as many writes, which costs a tenth of the time. */
const chunkSize = 256 * 1024;

/** Throws TOOL_MISSING where xz is needed and not there. */
export async function* compressMember(
  bytes: Bytes,
  compression: DebCompression,
  { processes, folder }: { readonly processes: Processes; readonly folder: string },
): Bytes {
  switch (compression) {
    case "none":
      return yield* bytes;
    case "gzip":
      return yield* gzip(bytes, gzipLevel);
    case "zstd":
      return yield* zstd(bytes);
    case "xz":
      return yield* xz(bytes, processes, folder);
  }
}

async function* zstd(bytes: Bytes): Bytes {
  // Loaded where something is compressed: it would cost every start some milliseconds.
  const { constants, createZstdCompress } = await import("node:zlib");
  yield* throughZlib(
    bytes,
    createZstdCompress({ chunkSize, params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } }),
  );
}

async function* xz(bytes: Bytes, processes: Processes, folder: string): Bytes {
  const program = await processes.find("xz");
  if (program === null) {
    throw new ReleaseError("TOOL_MISSING", {
      what: "xz, with which packages.deb is compressed, is not on the PATH.",
      next: "Install it (apt-get install xz-utils, brew install xz), or write compression: gzip under packages.deb.",
    });
  }
  // Nothing of the caller's environment: XZ_OPT would change the bytes.
  yield* processes.stream({ program, arguments: xzArguments, folder, environment: {}, input: bytes });
}
