/**
 * Reading a file of any size here and there, as parsers of executables do. Invariant: whatever the file claims, a parser
 * gets the bytes that it asked for or a BINARY_DAMAGED; never fewer, never from outside the file.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { plainText } from "./plain-text.ts";

export interface RandomAccess {
  /** What messages call the file. */
  readonly name: string;
  readonly size: number;
  /** Some bytes from an offset; fewer at the end of the file. */
  at(offset: number, length: number): Promise<Uint8Array>;
}

const pageSize = 64 * 1024;
const pagesKept = 32;

/** A file behind a read function; the last 2 MiB that were read are kept, since parsers read many neighbours. */
export function paged(
  name: string,
  size: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): RandomAccess {
  const pages = new Map<number, Uint8Array>();
  const page = async (number: number): Promise<Uint8Array> => {
    const kept = pages.get(number);
    if (kept !== undefined) {
      // A Map keeps the order of insertion: what was used last moves to the end, the front is dropped first.
      pages.delete(number);
      pages.set(number, kept);
      return kept;
    }
    const bytes = await read(number * pageSize, Math.min(pageSize, size - number * pageSize));
    pages.set(number, bytes);
    if (pages.size > pagesKept) pages.delete(pages.keys().next().value ?? 0);
    return bytes;
  };
  return {
    name,
    size,
    async at(offset, length) {
      const end = Math.min(offset + length, size);
      if (!(offset < end)) return new Uint8Array(0);
      const [first, last] = [Math.floor(offset / pageSize), Math.floor((end - 1) / pageSize)];
      if (first === last) return (await page(first)).subarray(offset - first * pageSize, end - first * pageSize);
      const joined = new Uint8Array(end - offset);
      let filled = 0;
      for (let number = first; number <= last; number++) {
        const bytes = await page(number);
        const start = number * pageSize;
        const part = bytes.subarray(Math.max(0, offset - start), Math.min(bytes.length, end - start));
        joined.set(part, filled);
        filled += part.length;
      }
      return joined.subarray(0, filled);
    },
  };
}

/** Bytes that are in memory already. */
export function inMemory(name: string, bytes: Uint8Array): RandomAccess {
  return {
    name,
    size: bytes.length,
    at: async (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)),
  };
}

/** Integers of a record in the file's byte order. Offsets are within the record. */
export interface Fields {
  readonly bytes: Uint8Array;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  /** Above 2^53 no longer exact, and outside any file either way. */
  u64(offset: number): number;
}

/** The record at an offset. `what` names it for the message when the file does not hold it. */
export async function recordAt(
  file: RandomAccess,
  offset: number,
  length: number,
  littleEndian: boolean,
  what: string,
): Promise<Fields> {
  if (!(offset >= 0 && offset + length <= file.size)) {
    throw damaged(file, `${what} should be at byte ${offset}, and the file ends at ${file.size}`);
  }
  const bytes = await file.at(offset, length);
  if (bytes.length < length) throw damaged(file, `${what} at byte ${offset} cannot be read whole`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    bytes,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, littleEndian),
    u32: (at) => view.getUint32(at, littleEndian),
    u64: (at) => Number(view.getBigUint64(at, littleEndian)),
  };
}

const longestText = 4096;

/** A zero-terminated text. One that a terminal could act on is refused: these texts stand in messages. */
export async function textAt(file: RandomAccess, offset: number, what: string): Promise<string> {
  const bytes = offset >= 0 && offset < file.size ? await file.at(offset, longestText) : new Uint8Array(0);
  const end = bytes.indexOf(0);
  if (end < 0) throw damaged(file, `${what} at byte ${offset} does not end within ${longestText} bytes`);
  const text = new TextDecoder().decode(bytes.subarray(0, end));
  if (plainText(text) !== text || /[\t\n]/.test(text)) {
    throw damaged(file, `${what} at byte ${offset} holds control characters`);
  }
  return text;
}

export function damaged(file: RandomAccess, what: string): ReleaseError {
  return new ReleaseError("BINARY_DAMAGED", {
    what: `${file.name} is damaged: ${what}.`,
    next: "Make or fetch the file again, and compare its size and digest with those of its origin.",
  });
}
