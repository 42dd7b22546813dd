/**
 * Packages byte by byte, for tests of what reads them: every field of every header can be anything, and checksums are
 * right unless they are given.
 */
import { gzipSync, zstdCompressSync } from "node:zlib";

export interface RawMember {
  readonly name: string;
  readonly content: Uint8Array;
  /** Of the header: ten characters. */
  readonly size?: string;
  readonly magic?: string;
  readonly padding?: string;
}

export interface RawEntry {
  readonly name: string | Uint8Array;
  /** Default "0", a file. */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly link?: string;
  /** Texts of the fields as they stand in the header. */
  readonly mode?: string;
  readonly size?: string | Uint8Array;
  readonly mtime?: string | Uint8Array;
  readonly uid?: string;
  /** Default root. */
  readonly user?: string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly checksum?: string;
  readonly padding?: boolean;
}

export const plainControl = `Package: sample
Version: 1.0-1
Architecture: all
Maintainer: Jane Doe <jane@debian.org>
Description: sample
`;

export function rawAr(members: readonly RawMember[], magic = "!<arch>\n"): Buffer {
  return Buffer.concat([
    Buffer.from(magic),
    ...members.flatMap(({ name, content, size, magic: end = "`\n", padding = "\n" }) => [
      Buffer.from(
        `${name.padEnd(16)}${"0".padEnd(12)}0     0     100644  ${size ?? String(content.length).padEnd(10)}${end}`,
        "latin1",
      ),
      content,
      Buffer.from(content.length % 2 === 1 ? padding : ""),
    ]),
  ]);
}

export function rawTar(entries: readonly RawEntry[], end: Uint8Array = new Uint8Array(1024)): Buffer {
  return Buffer.concat([...entries.flatMap(rawEntry), end]);
}

/** Header and padded content. */
export function rawEntry(entry: RawEntry): readonly Uint8Array[] {
  const content = Buffer.from(entry.content ?? "");
  const header = Buffer.alloc(512);
  header.set(typeof entry.name === "string" ? Buffer.from(entry.name) : entry.name, 0);
  header.write(entry.mode ?? "0000644\0", 100, "latin1");
  header.write(entry.uid ?? "0000000\0", 108, "latin1");
  header.write("0000000\0", 116, "latin1");
  field(header, 124, entry.size ?? `${content.length.toString(8).padStart(11, "0")}\0`);
  field(header, 136, entry.mtime ?? "00000000000\0");
  header.write("        ", 148, "latin1");
  header.write(entry.type ?? "0", 156, "latin1");
  header.write(entry.link ?? "", 157);
  header.write(entry.magic ?? "ustar  \0", 257, "latin1");
  header.write(entry.user ?? "root", 265);
  header.write("root", 297);
  if (entry.prefix !== undefined) header.write(entry.prefix, 345);
  header.write(entry.checksum ?? checksumOf(header), 148, "latin1");
  const padding = entry.padding === false ? 0 : (512 - (content.length % 512)) % 512;
  return [header, content, new Uint8Array(padding)];
}

/** Of a header of 512 bytes whatever stands in the field now. */
export function checksumOf(header: Uint8Array): string {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return `${sum.toString(8).padStart(6, "0")}\0 `;
}

function field(header: Buffer, offset: number, value: string | Uint8Array): void {
  header.set(typeof value === "string" ? Buffer.from(value, "latin1") : value, offset);
}

export interface RawDeb {
  readonly version?: string;
  /** The control file's text, or all entries of control.tar. */
  readonly control?: string | readonly RawEntry[];
  readonly data?: readonly RawEntry[];
  readonly compression?: "" | ".gz" | ".zst";
}

/** A package of one small file, unless something else is wanted. */
export function rawDeb({ version = "2.0\n", control = plainControl, data, compression = ".gz" }: RawDeb = {}): Buffer {
  const pack = { "": (bytes: Buffer) => bytes, ".gz": gzipSync, ".zst": zstdCompressSync }[compression];
  const controlEntries =
    typeof control === "string"
      ? [
          { name: "./", type: "5" },
          { name: "./control", content: control },
        ]
      : control;
  return rawAr([
    { name: "debian-binary", content: Buffer.from(version) },
    { name: `control.tar${compression}`, content: pack(rawTar(controlEntries)) },
    { name: `data.tar${compression}`, content: pack(rawTar(data ?? plainData)) },
  ]);
}

export const plainData: readonly RawEntry[] = [
  { name: "./", type: "5", mode: "0000755\0" },
  { name: "./usr/", type: "5", mode: "0000755\0" },
  { name: "./usr/sample", content: "content\n" },
];
