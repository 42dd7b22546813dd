/**
 * Unpacking of .xz and .lzma by liblzma, compiled to WebAssembly (node-liblzma; docs/decisions/0010-xz.md). The library is
 * called as C programs call it (lzma/base.h, lzma/container.h of liblzma 5.8), because the package's own functions bound
 * neither memory nor output. Invariant: no more memory than `memory`, and what is handed out was whole and sound so far.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import createLiblzma from "node-liblzma/wasm/liblzma.js";
import { passed } from "./memory-limit.ts";

export type LzmaFormat = "xz" | "lzma";

/** Why nothing more comes: too much memory, bytes behind the end of the stream, more than the limit, or damage. */
export type LzmaFault = "LZMA_MEMORY" | "LZMA_BEHIND" | "LZMA_LARGE" | "LZMA_DAMAGED";

class LzmaError extends Error {
  override readonly name = "LzmaError";
  readonly code: LzmaFault;
  constructor(code: LzmaFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** Unpacks a small file at once: one stream from its first byte to its last. Failures: LzmaError. */
export type UnpackWhole = (format: LzmaFormat, packed: Uint8Array, limit: number) => Uint8Array;

/** The bundler puts the library in the constant's place, as base64; run from its sources, the program reads the file. */
declare const __LIBLZMA_WASM__: string | undefined;

type Library = Awaited<ReturnType<typeof createLiblzma>>;

/** Of lzma_ret. */
const [ok, streamEnd, memoryError, memoryLimit] = [0, 1, 5, 6] as const;
const faults: Readonly<Record<number, string>> = {
  7: "it is no such file",
  8: "it uses a method that liblzma does not know",
  9: "its data or a checksum is wrong",
  10: "it is cut off",
};
/** Of lzma_action. */
const [run, finish] = [0, 3] as const;
/** Fields of lzma_stream, in words of four bytes; all of it has 34 at most. */
const [nextIn, availableIn, nextOut, availableOut] = [0, 1, 4, 5] as const;
const structLength = 136;
const inputLength = 64 * 1024;
const outputLength = 256 * 1024;

/** `memory` in bytes: what needs more is refused before it is taken. What is made ready for one file serves the next. */
export async function wholeUnpacker(memory: number): Promise<UnpackWhole> {
  const library = await openLibrary();
  const kept: Partial<Record<LzmaFormat, Decoder>> = {};
  return (format, packed, limit) => {
    const decoder = (kept[format] ??= decoderOf(library));
    decoder.begin(format, memory);
    const parts: Uint8Array[] = [];
    let size = 0;
    for (const part of decoder.pass(packed, true)) {
      size += part.length;
      if (size > limit) throw new LzmaError("LZMA_LARGE", `more than ${limit} bytes`);
      parts.push(part);
    }
    passed(size);
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
  };
}

/** The same for a file of any size, with a memory of its own that is given back. */
export async function* unpackStream(
  format: LzmaFormat,
  packed: AsyncIterable<Uint8Array>,
  memory: number,
): AsyncIterable<Uint8Array> {
  const decoder = decoderOf(await openLibrary());
  decoder.begin(format, memory);
  for await (const piece of packed) yield* decoder.pass(piece, false);
  yield* decoder.pass(new Uint8Array(0), true);
}

function openLibrary(): Promise<Library> {
  return createLiblzma({ wasmBinary: wasm(), printErr: () => undefined });
}

interface Decoder {
  /** Forgets what was before. */
  begin(format: LzmaFormat, memory: number): void;
  /** What the packed bytes make, in pieces that stay as they are. `last`: nothing follows. */
  pass(packed: Uint8Array, last: boolean): Iterable<Uint8Array>;
}

/** An lzma_stream with a window for each direction; what liblzma has allocated for one file is used for the next. */
function decoderOf(library: Library): Decoder {
  const stream = library._malloc(structLength + inputLength + outputLength);
  const input = stream + structLength;
  const output = input + inputLength;
  library.HEAPU8.fill(0, stream, input);
  // The memory, and every view of it, is another one after it has grown.
  const words = (): Uint32Array => new Uint32Array(library.HEAPU8.buffer, stream, structLength / 4);
  let ended = false;
  const step = (action: number): Uint8Array => {
    const fields = words();
    fields[nextOut] = output;
    fields[availableOut] = outputLength;
    const code = library._lzma_code(stream, action);
    if (code === streamEnd) ended = true;
    else if (code !== ok) throw failure(code);
    return library.HEAPU8.slice(output, output + outputLength - (words()[availableOut] ?? 0));
  };
  /** All that these bytes make. liblzma itself refuses an input that ends too early, once it can go no further. */
  function* passWindow(packed: Uint8Array, action: number): Iterable<Uint8Array> {
    if (ended && packed.length > 0) throw behind();
    library.HEAPU8.set(packed, input);
    const fields = words();
    fields[nextIn] = input;
    fields[availableIn] = packed.length;
    for (;;) {
      if (ended) break;
      const part = step(action);
      if (part.length > 0) yield part;
      if (part.length < outputLength && action === run) break;
    }
    if ((words()[availableIn] ?? 0) > 0) throw behind();
  }
  return {
    begin(format, memory) {
      ended = false;
      const start = format === "xz" ? library._lzma_stream_decoder : library._lzma_auto_decoder;
      const code = start(stream, BigInt(memory), 0);
      if (code !== ok) throw failure(code);
    },
    *pass(packed, last) {
      for (let at = 0; at < packed.length; at += inputLength)
        yield* passWindow(packed.subarray(at, at + inputLength), run);
      if (last) yield* passWindow(new Uint8Array(0), finish);
    },
  };
}

function behind(): LzmaError {
  return new LzmaError("LZMA_BEHIND", "bytes are behind the end of its stream");
}

function failure(code: number): LzmaError {
  if (code === memoryError || code === memoryLimit) return new LzmaError("LZMA_MEMORY", "it needs too much memory");
  return new LzmaError("LZMA_DAMAGED", faults[code] ?? `liblzma ends with ${code}`);
}

function wasm(): Uint8Array {
  if (typeof __LIBLZMA_WASM__ === "string") return Buffer.from(__LIBLZMA_WASM__, "base64");
  return readFileSync(fileURLToPath(import.meta.resolve("node-liblzma/wasm/liblzma.wasm")));
}
