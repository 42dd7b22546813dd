/**
 * A gzip file of several members (RFC 1952, 2.2: they read as one text), each of which tells in its header how long it
 * is and what it holds. So a large text of which a part has changed is compressed again in that part only.
 * Invariant: a member that is found under a digest holds exactly the text of that digest, as its writer said.
 */
import { crc32, deflateRaw } from "node:zlib";
import type { Sha256 } from "../domain/digest.ts";

/** FEXTRA subfield "GR": the SHA-256 of the text, and the length of the deflated data in four bytes, low one first. */
const extraName = [0x47, 0x52] as const;
const extraLength = 36;
const headerLength = 12 + 4 + extraLength;
const trailerLength = 8;

/** Compresses a text into one member. `level` from 1 (fast) to 9 (small). */
export async function gzipMember(text: Uint8Array, sha256: Sha256, level: number): Promise<Uint8Array> {
  const deflated = await new Promise<Uint8Array>((resolve, reject) => {
    deflateRaw(text, { level }, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
  const member = new Uint8Array(headerLength + deflated.length + trailerLength);
  const view = new DataView(member.buffer);
  member.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, level === 9 ? 2 : 0, 3]);
  view.setUint16(10, 4 + extraLength, true);
  member.set(extraName, 12);
  view.setUint16(14, extraLength, true);
  member.set(Buffer.from(sha256, "hex"), 16);
  view.setUint32(48, deflated.length, true);
  member.set(deflated, headerLength);
  view.setUint32(headerLength + deflated.length, crc32(text), true);
  view.setUint32(headerLength + deflated.length + 4, text.length, true);
  return member;
}

export interface GzipMember {
  /** Of its text. */
  readonly sha256: Sha256;
  /** Length of its text. */
  readonly size: number;
  /** The member as it stands. */
  readonly bytes: Uint8Array;
}

/** The members in their order; null where any of them is not written by `gzipMember`, or the file is cut off. */
export function gzipMembers(file: Uint8Array): readonly GzipMember[] | null {
  const members: GzipMember[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length;) {
    if (file.length - at < headerLength + trailerLength || !isOurs(view, at)) return null;
    const end = at + headerLength + view.getUint32(at + 48, true) + trailerLength;
    if (end > file.length) return null;
    const sha256 = Buffer.from(file.subarray(at + 16, at + 48)).toString("hex");
    members.push({ sha256, size: view.getUint32(end - 4, true), bytes: file.subarray(at, end) });
    at = end;
  }
  return members;
}

function isOurs(view: DataView, at: number): boolean {
  return (
    view.getUint32(at) === 0x1f8b0804 &&
    view.getUint16(at + 10, true) === 4 + extraLength &&
    view.getUint8(at + 12) === extraName[0] &&
    view.getUint8(at + 13) === extraName[1] &&
    view.getUint16(at + 14, true) === extraLength
  );
}
