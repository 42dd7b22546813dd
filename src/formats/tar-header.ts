/**
 * One header of a tar, of v7, ustar or GNU (POSIX.1-1988; GNU tar manual, "Basic Tar Format"), read as dpkg 1.21 reads it.
 * Invariant: a header whose checksum is wrong is never taken for one.
 */
import type { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { malformed, stricter } from "./deb-refusal.ts";

export const tarBlock = 512;

/** Text fields end at the first NUL; names are bytes, in whatever encoding the archive has them. */
export interface TarHeader {
  readonly type: string;
  /** With ustar's prefix before it. */
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  /** Permission bits including setuid, setgid and sticky. */
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970; negative before. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  /** Of devices; 0 otherwise. */
  readonly major: number;
  readonly minor: number;
}

const zeros = Buffer.alloc(tarBlock);
const largestId = 0xffff_ffff;

/** Makes the failure for what GNU tar may read and dpkg does not. */
export type Refuse = (what: string) => ReleaseError;

/** undefined for the record of zeros that ends the archive. Throws DEB_MALFORMED, DEB_AMBIGUOUS. */
export function parseTarHeader(block: Uint8Array, where: string, refuse: Refuse): TarHeader | undefined {
  if (block[0] === 0 && zeros.equals(block)) return undefined;
  const checksum = octal(block, 148, 8);
  if (checksum === undefined || checksum !== sumOf(block)) {
    const what = `${where} has a tar header with a wrong checksum, for ${quoted(shownBytes(textField(block, 0, 100)))}.`;
    throw nameBytes(block).length === 0 ? stricter("tar-end", what) : malformed(what);
  }
  const name = nameBytes(block);
  const fail = (field: string): never => {
    const what = `${where} has a tar header whose ${field} is no number, for ${quoted(shownBytes(name))}.`;
    throw name.length === 0 ? stricter("tar-end", what) : refuse(what);
  };
  const type = String.fromCharCode(block[156] ?? 0);
  const device = type === "3" || type === "4";
  const lax = (offset: number, field: string): number => {
    const number = numberAt(block, offset, 8);
    if (number !== undefined && number >= 0) return number;
    throw stricter(
      "tar-number",
      `${where} has a tar header whose ${field} is no number, for ${quoted(shownBytes(name))}.`,
    );
  };
  const size = numberAt(block, 124, 12);
  const mtime = numberAt(block, 136, 12);
  const [uid, gid] = [numberAt(block, 108, 8), numberAt(block, 116, 8)];
  return {
    type: type === "\0" ? "0" : type,
    name,
    link: textField(block, 157, 100),
    mode: lax(100, "mode") & 0o7777,
    size: size === undefined || size < 0 || size > Number.MAX_SAFE_INTEGER ? fail("size") : size,
    mtime: mtime ?? fail("time"),
    uid: uid === undefined || uid < 0 || uid > largestId ? fail("owner") : uid,
    gid: gid === undefined || gid < 0 || gid > largestId ? fail("group") : gid,
    user: shownBytes(textField(block, 265, 32)),
    group: shownBytes(textField(block, 297, 32)),
    major: device ? lax(329, "device number") : 0,
    minor: device ? lax(337, "device number") : 0,
  };
}

/** As text: UTF-8, and where the bytes are none, each that is not ASCII as \xNN. */
export function shownBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString("utf8");
  if (!text.includes("\ufffd") || Buffer.from(text).equals(buffer)) return text;
  return buffer.toString("latin1").replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

function nameBytes(block: Uint8Array): Uint8Array {
  const name = textField(block, 0, 100);
  if (Buffer.from(block.subarray(257, 263)).toString("latin1") !== "ustar\0" || block[345] === 0) return name;
  return Buffer.concat([textField(block, 345, 155), Buffer.from("/"), name]);
}

function textField(block: Uint8Array, offset: number, length: number): Uint8Array {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  // A copy, which a Buffer's slice() is not: a name that is kept must not keep the chunk that it came in.
  return new Uint8Array(end < 0 ? field : field.subarray(0, end));
}

/** The checksum counts its own field as spaces. */
function sumOf(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < tarBlock; index++) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}

/** Octal, or base 256 where the first byte is 0x80 (positive) or 0xff (negative). undefined for what dpkg takes for none. */
function numberAt(block: Uint8Array, offset: number, length: number): number | undefined {
  const first = block[offset];
  if (first !== 0x80 && first !== 0xff) return octal(block, offset, length);
  const bytes = new Uint8Array(block.subarray(offset, offset + length));
  if (first === 0x80) bytes[0] = 0;
  const value = BigInt.asIntN(length * 8, BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
  return value === BigInt.asIntN(64, value) ? Number(value) : undefined;
}

/** Spaces, digits, then only NUL and spaces; nothing but spaces is no number, nothing but NUL is 0. */
function octal(block: Uint8Array, offset: number, length: number): number | undefined {
  const end = offset + length;
  let at = offset;
  while (at < end && block[at] === 0x20) at++;
  if (at === end) return undefined;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) return undefined;
    value = value * 8 + byte - 0x30;
  }
  for (; at < end; at++) if (block[at] !== 0 && block[at] !== 0x20) return undefined;
  return value;
}
