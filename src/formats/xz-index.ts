/**
 * The end of an .xz stream (The .xz File Format 1.1.0, sections 2.1.2 and 4): its footer and its index tell how long the
 * stream is. Invariant: an answer is given only for a file that is one stream from its first byte to its last.
 */
import type { RandomAccess } from "./random-access.ts";

const headerLength = 12;
const footerLength = 12;
/** Of an index: a record of up to 18 bytes per block of usually 24 MiB and more. */
const longestIndex = 1024 * 1024;

/** The size of what one stream unpacks to, as its index states it; undefined where the bytes are not exactly one stream. */
export async function singleXzStream(file: RandomAccess, offset: number, size: number): Promise<number | undefined> {
  if (size < headerLength + footerLength || size % 4 !== 0) return undefined;
  const footer = Buffer.from(await file.at(offset + size - footerLength, footerLength));
  if (footer.length < footerLength || footer.toString("latin1", 10) !== "YZ") return undefined;
  const indexLength = (footer.readUInt32LE(4) + 1) * 4;
  const indexStart = size - footerLength - indexLength;
  if (indexLength > longestIndex || indexStart < headerLength) return undefined;
  const index = await file.at(offset + indexStart, indexLength);
  let at = 1;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 9; shift++) {
      const byte = index[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) break;
    }
    return value;
  };
  if (index[0] !== 0) return undefined;
  const records = number();
  let [packed, unpacked] = [0, 0];
  for (let record = 0; record < records && at < index.length; record++) {
    packed += Math.ceil(number() / 4) * 4;
    unpacked += number();
  }
  return headerLength + packed === indexStart ? unpacked : undefined;
}
