/**
 * tar in the GNU format (GNU tar manual, "Basic Tar Format" and "GNU Extensions"): long names in records of type L and
 * K, numbers beyond octal in base 256. dpkg reads this and refuses the POSIX (pax) headers that JavaScript's tar
 * libraries write: "unsupported PAX tar header type 'x'".
 * Invariant: entries keep their order, belong to root:root, and have exactly the size that their header states.
 */
import { exactSize } from "./exact-size.ts";

/** The path is written as it stands, in UTF-8; a folder's with a slash at its end. */
export type TarEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      readonly size: number;
      readonly content: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

const block = 512;
const nameLength = 100;
const types = { file: "0", symlink: "2", folder: "5", longName: "L", longLink: "K" } as const;

/** Writes all entries, dated `seconds` since 1970, and the end of the archive. Throws ARTIFACT_CHANGED. */
export async function* writeTar(entries: Iterable<TarEntry>, seconds: number): AsyncIterable<Uint8Array> {
  for (const entry of entries) {
    yield tarHeader(entry, seconds);
    if (entry.kind !== "file") continue;
    yield* exactSize(entry.content, entry.size, entry.path);
    yield padding(entry.size);
  }
  yield new Uint8Array(2 * block);
}

/** The entry's header, with the records for a long name or link target before it. */
export function tarHeader(entry: TarEntry, seconds: number): Uint8Array {
  const name = encode(entry.kind === "folder" ? `${entry.path}/` : entry.path);
  const link = encode(entry.kind === "symlink" ? entry.target : "");
  const header = headerBlock({
    name,
    link,
    type: types[entry.kind],
    mode: entry.kind === "symlink" ? 0o777 : entry.mode,
    size: entry.kind === "file" ? entry.size : 0,
    seconds,
  });
  // A name that fills its field has no NUL at its end, which not every reader expects: it counts as long.
  const long = (value: Uint8Array): boolean => value.length >= nameLength;
  return Buffer.concat([
    ...(long(link) ? longRecord(types.longLink, link) : []),
    ...(long(name) ? longRecord(types.longName, name) : []),
    header,
  ]);
}

/** A pseudo-entry whose content, ended by NUL, is the name or link target of the entry that follows. */
function longRecord(type: string, value: Uint8Array): readonly Uint8Array[] {
  const size = value.length + 1;
  const name = encode("././@LongLink");
  const header = headerBlock({ name, link: new Uint8Array(), type, mode: 0o644, size, seconds: 0 });
  return [header, value, new Uint8Array(1), padding(size)];
}

interface HeaderFields {
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly seconds: number;
}

function headerBlock(fields: HeaderFields): Uint8Array {
  const header = new Uint8Array(block);
  header.set(fields.name.subarray(0, nameLength), 0);
  header.set(numberField(fields.mode, 8), 100);
  header.set(numberField(0, 8), 108);
  header.set(numberField(0, 8), 116);
  header.set(numberField(fields.size, 12), 124);
  header.set(numberField(fields.seconds, 12), 136);
  header.set(encode(" ".repeat(8)), 148);
  header.set(encode(fields.type), 156);
  header.set(fields.link.subarray(0, nameLength), 157);
  header.set(encode("ustar  \0"), 257);
  header.set(encode("root"), 265);
  header.set(encode("root"), 297);
  // The checksum counts its own field as spaces.
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return header;
}

/** Octal ended by NUL where it fits, else base 256: first bit set, then big-endian. */
function numberField(value: number, length: number): Uint8Array {
  const octal = value.toString(8);
  if (octal.length < length) return encode(`${octal.padStart(length - 1, "0")}\0`);
  const field = new Uint8Array(length);
  let rest = BigInt(value);
  for (let index = length - 1; rest > 0n; index--) {
    field[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  field[0] = 0x80;
  return field;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
