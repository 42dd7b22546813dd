/**
 * The .xz container (The .xz File Format, 1.2.0, sections 2 to 4): one stream of several blocks, which are compressed
 * apart from each other. Blocks are taken out of one stream and put into another as they are, so that a large text of
 * which a part has changed is compressed again in that part only. (Several streams one after the other would be simpler,
 * but apt 2.6 reads only the first.)
 * Invariant: a stream is taken apart only where its index, its footer and all their sums agree.
 */
import { crc32 } from "node:zlib";
import type { Sha256 } from "../domain/digest.ts";

export interface XzBlock {
  /** Of its text: the block's own check. */
  readonly sha256: Sha256;
  /** Length of its text. */
  readonly size: number;
  /** Header, data, padding and check. */
  readonly bytes: Uint8Array;
  /** Length without the padding, as the index states it. */
  readonly unpadded: number;
}

const headerMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const footerMagic = [0x59, 0x5a] as const;
/** Stream flags: no features, check SHA-256. */
const flags = [0x00, 0x0a] as const;
const edge = 12;
const checkLength = 32;

/** The blocks of a file that is one stream with SHA-256 checks; null for any other. */
export function xzBlocks(file: Uint8Array): readonly XzBlock[] | null {
  if (file.length < 2 * edge + 8 || file.length % 4 !== 0) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const footer = file.length - edge;
  const indexAt = footer - (view.getUint32(footer + 4, true) + 1) * 4;
  if (!sameBytes(file.subarray(0, edge), streamHeader()) || indexAt < edge) return null;
  const index = file.subarray(indexAt, footer);
  if (!sameBytes(file.subarray(footer), streamFooter(index.length))) return null;
  const records = recordsOf(index);
  if (records === null) return null;
  const blocks: XzBlock[] = [];
  let at = edge;
  for (const { unpadded, size } of records) {
    const end = at + Math.ceil(unpadded / 4) * 4;
    if (unpadded <= checkLength || end > indexAt) return null;
    const sha256 = Buffer.from(file.subarray(end - checkLength, end)).toString("hex");
    blocks.push({ sha256, size, unpadded, bytes: file.subarray(at, end) });
    at = end;
  }
  return at === indexAt ? blocks : null;
}

/** One stream of these blocks. */
export function xzStream(blocks: readonly XzBlock[]): Uint8Array {
  const records = blocks.flatMap(({ unpadded, size }) => [...numberBytes(unpadded), ...numberBytes(size)]);
  const list = Uint8Array.from([0, ...numberBytes(blocks.length), ...records]);
  const padded = new Uint8Array(Math.ceil(list.length / 4) * 4);
  padded.set(list);
  const index = Buffer.concat([padded, littleEndian(crc32(padded))]);
  return Buffer.concat([streamHeader(), ...blocks.map(({ bytes }) => bytes), index, streamFooter(index.length)]);
}

function streamHeader(): Uint8Array {
  return Uint8Array.from([...headerMagic, ...flags, ...littleEndian(crc32(Uint8Array.from(flags)))]);
}

function streamFooter(indexLength: number): Uint8Array {
  const sized = Uint8Array.from([...littleEndian(indexLength / 4 - 1), ...flags]);
  return Uint8Array.from([...littleEndian(crc32(sized)), ...sized, ...footerMagic]);
}

interface IndexRecord {
  readonly unpadded: number;
  readonly size: number;
}

function recordsOf(index: Uint8Array): readonly IndexRecord[] | null {
  const sum = index.subarray(index.length - 4);
  if (index[0] !== 0 || !sameBytes(sum, littleEndian(crc32(index.subarray(0, index.length - 4))))) return null;
  const reader = { bytes: index, at: 1 };
  const count = readNumber(reader);
  const records: IndexRecord[] = [];
  for (let number = 0; number < count; number++) {
    const [unpadded, size] = [readNumber(reader), readNumber(reader)];
    if (!Number.isSafeInteger(unpadded) || !Number.isSafeInteger(size) || reader.at > index.length - 4) return null;
    records.push({ unpadded, size });
  }
  return records;
}

/** Seven bits a byte, low ones first; the last byte has its first bit clear (section 1.2). NaN at the end of the bytes. */
function readNumber(reader: { readonly bytes: Uint8Array; at: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return Number.NaN;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
}

function numberBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
