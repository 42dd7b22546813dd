/** A package that is still to be packed, and what can be changed of it. */
import { plainControl, rawEntry, type RawEntry, type RawMember } from "../deb-bytes.ts";
import type { Chance } from "./chance.ts";

/** A package before it is packed: everything can still be changed. */
export interface Draft {
  version: Buffer;
  /** Entries of the two tars, as bytes. */
  control: Buffer[];
  data: Buffer[];
  controlEnd: Buffer;
  dataEnd: Buffer;
  controlCompression: string;
  dataCompression: string;
  /** Changes to what the compressor gave. */
  packed: (name: "control" | "data", bytes: Buffer) => Buffer;
  members: (members: RawMember[]) => RawMember[];
  file: (bytes: Buffer) => Buffer;
}

const controls: readonly string[] = [
  plainControl,
  `${plainControl.replace("all", "amd64")}Depends: libc6 (>= 2.34), a | b (<< 1:2~), c:any\nSection: utils\nPriority: optional\nMulti-Arch: foreign\nHomepage: https://samples.debian.net\nInstalled-Size: 12\n`,
  `${plainControl} Longer text.\n .\n Again.\nProvides: other (= 2)\nConflicts: old (<= 1)\nEssential: no\nTag: x\n`,
];

const dataTrees: readonly (readonly RawEntry[])[] = [
  [
    { name: "./", type: "5", mode: "0000755\0" },
    { name: "./usr/", type: "5", mode: "0000755\0" },
    { name: "./usr/sample", content: "content\n" },
    { name: "./usr/empty" },
    { name: "./usr/link", type: "2", link: "sample" },
    { name: "./usr/hard", type: "1", link: "./usr/sample" },
  ],
  [
    { name: "usr", type: "5", mode: "755 \0", magic: "\0\0\0\0\0\0\0\0" },
    { name: "usr/old/", content: "", mode: "0000755\0", magic: "\0\0\0\0\0\0\0\0" },
    { name: "usr/old/v7", content: "x".repeat(600), magic: "\0\0\0\0\0\0\0\0" },
  ],
  [
    { name: "usr/", type: "5", mode: "0000755\0", magic: "ustar\x0000" },
    { name: "folder/", type: "5", prefix: "usr", mode: "0000755\0", magic: "ustar\x0000" },
    { name: "base", prefix: "usr/folder", content: "y", magic: "ustar\x0000" },
    { name: "././@LongLink", type: "L", content: `usr/${"l".repeat(140)}\0` },
    { name: "cut", content: "long", mtime: Buffer.from("800000000000000100000000", "hex") },
    { name: "././@LongLink", type: "K", content: `${"../".repeat(40)}x\0` },
    { name: "usr/far", type: "2" },
  ],
];

export function draft(random: Chance): Draft {
  const lists: RawEntry[] = [
    { name: "./conffiles", content: "/etc/sample.conf\n" },
    { name: "./md5sums", content: `${"0".repeat(32)}  usr/sample\n` },
    { name: "./triggers", content: "interest-noawait /usr/share/sample\n" },
    { name: "./postinst", content: "#!/bin/sh\nset -e\n", mode: "0000755\0" },
  ];
  const control: RawEntry[] = [
    { name: "./", type: "5", mode: "0000755\0" },
    { name: "./control", content: random.of(controls) },
    ...lists.filter(() => random.below(3) === 0),
  ];
  return {
    version: Buffer.from("2.0\n"),
    control: control.map(joined),
    data: random.of(dataTrees).map(joined),
    controlEnd: Buffer.alloc(1024),
    dataEnd: Buffer.alloc(1024),
    controlCompression: random.of(["", ".gz", ".gz", ".zst", ".xz"]),
    dataCompression: random.of(["", ".gz", ".gz", ".zst", ".xz", ".bz2", ".lzma"]),
    packed: (_, bytes) => bytes,
    members: (members) => members,
    file: (bytes) => bytes,
  };
}

export function joined(entry: RawEntry): Buffer {
  return Buffer.concat([...rawEntry(entry)]);
}

/** Changes the draft, and tells how. */
export type Mutation = (draft: Draft, random: Chance) => string;

export function change(made: Draft, next: Draft["members"]): void {
  const before = made.members;
  made.members = (members) => next(before(members));
}

export function tarOf(entries: readonly Buffer[], end: Buffer): Buffer {
  return Buffer.concat([...entries, end]);
}
