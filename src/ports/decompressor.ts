/** Unpacking of the compressions that deb(5) names. What stands behind it (zlib, a library, a program) is its own affair. */
export type Compression = "gz" | "xz" | "zst" | "bz2" | "lzma";

/** Failures are ReleaseErrors: DEB_COMPRESSION_DAMAGED, DEB_AMBIGUOUS (bytes behind the stream, memory), TOOL_MISSING. */
export interface Decompressor {
  /** All of a small input at once. More than `limit` bytes are DEB_TOO_LARGE. `what` is what messages call it. */
  whole(compression: Compression, packed: Uint8Array, limit: number, what: string): Promise<Uint8Array>;
  /** Holds no more than a window, whatever the size. Who reads it has to limit how much he takes. */
  stream(compression: Compression, packed: AsyncIterable<Uint8Array>, what: string): AsyncIterable<Uint8Array>;
}
