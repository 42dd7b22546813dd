/**
 * Packages of which one or two things are wrong, or only odd: ar headers, the order of members, control syntax, tar
 * headers, compression. Invariant: the same number gives the same bytes, wherever and with whatever others it is made.
 */
import { execFileSync } from "node:child_process";
import { constants, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { checksumOf, plainControl, rawAr, rawEntry, type RawEntry, type RawMember } from "./deb-bytes.ts";

export interface MutatedDeb {
  readonly number: number;
  /** What was done to it. */
  readonly how: string;
  readonly bytes: Buffer;
}

/** Numbers, choices and chances that depend on the seed alone. */
interface Chance {
  below(limit: number): number;
  of<T>(values: readonly T[]): T;
  bytes(length: number): Buffer;
}

function chance(seed: number): Chance {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    of: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("nothing to choose from");
      return value;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** A package before it is packed: everything can still be changed. */
interface Draft {
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

function draft(random: Chance): Draft {
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

function joined(entry: RawEntry): Buffer {
  return Buffer.concat([...rawEntry(entry)]);
}

type Mutation = (draft: Draft, random: Chance) => string;

const memberNames = [
  "debian-binary",
  "debian-binary/",
  "control.tar",
  "control.tar.gz",
  "control.tar.gz/",
  "control.tar.xz",
  "control.tar.zst",
  "control.tar.bz2",
  "control.tar.lzma",
  "control.tar.GZ",
  "control.tar.gz\0x",
  "control.tarx",
  "data.tar",
  "data.tar.gz",
  "data.tar.xz/",
  "data.tar.bz2",
  "data.tar.Z",
  "data.tar.gz.gz",
  "_gpgorigin",
  "_",
  "/",
  "",
  " control.tar",
  "other",
];

const archive: readonly Mutation[] = [
  (made, random) => {
    const name = random.of(memberNames);
    const at = random.below(3);
    change(made, (members) => members.map((member, index) => (index === at ? { ...member, name } : member)));
    return `member ${at} is called ${JSON.stringify(name)}`;
  },
  (made, random) => {
    const order = random.of([
      "102",
      "021",
      "210",
      "120",
      "01",
      "02",
      "12",
      "0",
      "0112",
      "0122",
      "00112",
      "0121",
      "0120",
    ]);
    change(made, (members) => order.split("").flatMap((index) => members[Number(index)] ?? []));
    return `members in the order ${order}`;
  },
  (made, random) => {
    const name = random.of(memberNames);
    const at = random.below(4);
    change(made, (members) => [...members.slice(0, at), { name, content: Buffer.from("odd") }, ...members.slice(at)]);
    return `${JSON.stringify(name)} before member ${at}`;
  },
  (made, random) => {
    const at = random.below(3);
    const of = (length: number): string =>
      random.of([
        String(length),
        ` ${length}`,
        `${length} 9`,
        `${length} x`,
        `0${length}`,
        String(length - 1),
        String(length + 1),
        String(length + 2),
        "",
        "0",
        "-1",
        `+${length}`,
        "0x10",
        "9999999999",
        `${length}\0`,
        `\t${length}`,
      ]);
    change(made, (members) =>
      members.map((member, index) =>
        index === at ? { ...member, size: of(member.content.length).padEnd(10) } : member,
      ),
    );
    return `another size of member ${at}`;
  },
  (made, random) => {
    const at = random.below(3);
    const magic = random.of(["`\r", "``", "\n`", "  ", "`\0"]);
    change(made, (members) => members.map((member, index) => (index === at ? { ...member, magic } : member)));
    return `the header of member ${at} ends in ${JSON.stringify(magic)}`;
  },
  (made, random) => {
    const padding = random.of(["", "\0", "x", "\n\n"]);
    change(made, (members) => members.map((member) => ({ ...member, padding })));
    return `members padded by ${JSON.stringify(padding)}`;
  },
  (made, random) => {
    const version = random.of([
      "2.0",
      "2.1\n",
      "2.00\n",
      "02.0\n",
      "2.\n",
      "2\n",
      ".0\n",
      "3.0\n",
      "1.0\n",
      "2.0\nmore\n",
      "2.0 \n",
      " 2.0\n",
      "2.0\r\n",
      "2.0.1\n",
      "2.99999999999\n",
      "2.2147483647\n",
      "2.2147483648\n",
      "4294967298.0\n",
      "",
      "\n",
      "2.0\0\n",
      "2.0\n\0",
      "0.93\n",
    ]);
    made.version = Buffer.from(version);
    return `format ${JSON.stringify(version)}`;
  },
  (made, random) => {
    const magic = random.of([
      "!<arch>\r",
      "!<thin>\n",
      "!<arch>",
      "0.939000\n",
      "!<ARCH>\n",
      "\n!<arch>\n",
      "!<arch>\0",
    ]);
    made.file = (bytes) => Buffer.concat([Buffer.from(magic), bytes.subarray(8)]);
    return `begins with ${JSON.stringify(magic)}`;
  },
];

function change(made: Draft, next: Draft["members"]): void {
  const before = made.members;
  made.members = (members) => next(before(members));
}

const fieldValues: Readonly<Record<string, readonly string[]>> = {
  Package: [
    "a",
    "ab",
    "Sample",
    "sam_ple",
    "-a",
    "a b",
    "",
    "s/p",
    "sämple",
    "0ad",
    "a+.-",
    "sample:any",
    "a\n b",
    ".",
  ],
  Version: [
    "1",
    "1.0-1-2",
    "1:2",
    "01:2",
    "a1",
    "1:",
    ":1",
    "-1",
    "1-",
    "1.0 2",
    "1_0",
    "1~~",
    "+1:1",
    "-1:1",
    "2147483647:1",
    "2147483648:1",
    "99999999999999999999:1",
    "x:1",
    "1:2:3",
    "1-a_b",
    "",
    "1.0\n .\n 2",
    "1,0",
    "٣",
    "1:a",
    "1\t",
    "0",
  ],
  Architecture: ["amd64", "any", "", "linux-any", "a b", "-x", "Ä", "source", "all\n x", "AMD64", "x_y"],
  Depends: [
    "a",
    "a,",
    ",a",
    "a,,b",
    "a|b",
    "a||b",
    "a | ",
    "a (1)",
    "a (= 1)",
    "a (== 1)",
    "a (< 1)",
    "a (<> 1)",
    "a (>>1)",
    "a(>=1)",
    "a (>= 1",
    "a >= 1",
    "a (>= )",
    "a ()",
    "a (>= 1 2)",
    "a (>= 1) b",
    "a:any",
    "a:",
    "a:any:b",
    "a :any",
    "a:x_y (= 1)",
    "a [amd64]",
    "a <!nocheck>",
    "Ab_c",
    "ä",
    "a\n , b",
    "a (= 1,2)",
    "a (>= x)",
    "a (= ${source:Version})",
    "",
    "a ( >= 1 )",
    "a (=1(2))",
    "a (= +1:2)",
  ],
  Provides: ["a (>= 1)", "a | b", "a (= 1)", "a, a"],
  Conflicts: ["a | b", "a (<< 1)", "sample"],
  Breaks: ["a | b", "a:any (= 1)"],
  Replaces: ["a | b", "a"],
  Essential: ["yes", "no", "YES", "yesno", "maybe", "", "yes no", "no\n ."],
  Protected: ["yes", "nope"],
  "Multi-Arch": ["same", "foreign", "allowed", "no", "samey", "other", "", "Same", "same x"],
  Priority: ["optional", "optionally", "standard x", "other thing", "", "EXTRA", "required"],
  Status: ["install ok installed", ""],
  "Config-Version": ["1"],
  "Triggers-Pending": ["x"],
  "Triggers-Awaited": ["x"],
  Conffiles: ["\n /etc/a 00000000000000000000000000000000", "x", ""],
  Filename: ["x", "a b", ""],
  Size: ["1", ""],
  MD5sum: ["x"],
  SHA256: ["x"],
  Revision: ["1", ""],
  Package_Revision: ["1"],
  Class: ["extra"],
  Optional: ["a"],
  Recommended: ["a,"],
  Description: [
    "",
    "x\n .\n\ty",
    "x\n \n y",
    "x\n",
    "x\n  \n",
    "x\n\n",
    "\x1b[31mred",
    "x\u00a0\n \u00a0",
    "x\r\n y\r",
    "x\n\r\n",
  ],
  Maintainer: ["", "x", "\xff\xfe"],
  "X-Own": ["x", "", "x\n y"],
  X: ["x"],
  "-X": ["x"],
  "#X": ["x"],
  Ä: ["x"],
  "X Y": ["x"],
  "": ["x"],
};

const control: readonly Mutation[] = [
  (made, random) => {
    const name = random.of(Object.keys(fieldValues));
    const value = random.of(fieldValues[name] ?? []);
    text(made, (lines) => {
      const kept = lines.split("\n").filter((line) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return insertLine(kept.join("\n"), `${name}: ${value}`, random);
    });
    return `${name}: ${JSON.stringify(value)}`;
  },
  (made, random) => {
    const line = random.of([
      "package: again",
      "Version: 2.0",
      "X-Own: 1\nx-own: 2",
      "",
      " ",
      "\t",
      " .",
      " more",
      "\tmore",
      "no colon",
      "X-Spaced : x",
      "X-Tab\t:\tx",
      "X-Own:x",
      "X-Own:",
      "X-Own: ",
      "#comment",
      "-----BEGIN PGP SIGNED MESSAGE-----",
      "\r",
      "X-Own: x\r",
      "X-Own: \x1a",
      "\x1a",
      "X\0: x",
      "X-Own: a\0b",
      ":",
      ": x",
      "X-Own:\n y",
      "X-Own:\n\ty\n .",
      "\nPackage: other\nVersion: 1",
      "\n\n",
      "\v",
      "\f x",
      "X-Own: \v\f",
    ]);
    text(made, (lines) => insertLine(lines, line, random));
    return `line ${JSON.stringify(line)}`;
  },
  (made, random) => {
    const how = random.of([
      "no newline",
      "one character",
      "blank lines",
      "crlf",
      "leading blank lines",
      "one more space",
      "empty",
      "empty last field",
    ]);
    text(made, (lines) => {
      switch (how) {
        case "no newline":
          return lines.replace(/\n$/, "");
        case "one character":
          return `${lines}x`;
        case "blank lines":
          return `${lines}\n\n`;
        case "crlf":
          return lines.replaceAll("\n", "\r\n");
        case "leading blank lines":
          return `\n\n${lines}`;
        case "one more space":
          return `${lines} \n`;
        case "empty":
          return "";
        default:
          return `${lines}X-Last:\n`;
      }
    });
    return `control file: ${how}`;
  },
  (made, random) => {
    const byte = random.of(["\n", " ", ":", "\r", "\t", "\0", "\x1a", "x", "\xff", "-", ",", "("]);
    text(made, (lines) => {
      const at = random.below(lines.length);
      return `${lines.slice(0, at)}${byte}${lines.slice(at + random.below(2))}`;
    });
    return `control file: ${JSON.stringify(byte)} somewhere`;
  },
  (made, random) => {
    const [name, content] = random.of([
      ["conffiles", ""],
      ["conffiles", "\n"],
      ["conffiles", "/etc/a"],
      ["conffiles", "etc/a\n"],
      ["conffiles", "/etc/a \n\n/etc/b\n"],
      ["conffiles", "remove-on-upgrade /etc/a\n"],
      ["conffiles", "remove-on-upgrade  /etc/a\n"],
      ["conffiles", "other /etc/a\n"],
      ["conffiles", " /etc/a\n"],
      ["conffiles", `/${"a".repeat(1200)}\n`],
      ["conffiles", `/${"a".repeat(990)}\n`],
      ["conffiles", "/etc/a b\n"],
      ["conffiles", "/etc/a\0\n"],
      ["conffiles", "/\n"],
      ["conffiles", "\r\n"],
      ["triggers", ""],
      ["triggers", "\n# x\n"],
      ["triggers", "interest\n"],
      ["triggers", "interest x"],
      ["triggers", "interest-await x\n"],
      ["triggers", "activate a b\n"],
      ["triggers", "await x\n"],
      ["triggers", "interest \u00e4\n"],
      ["triggers", "  activate-noawait   x  \n"],
      ["triggers", `interest ${"x".repeat(300)}\n`],
      ["triggers", "interest x\r\n"],
      ["md5sums", "garbage"],
      ["list", "x\n"],
      ["symbols", "x"],
      ["a-name", "x"],
      ["with.dot", "x"],
      ["control~", "x"],
      ["x".repeat(90), "x"],
      ["templates", "Template: a\n"],
      ["\u00e4", "x"],
      ["with space", "x"],
    ] as const);
    made.control.push(joined({ name: `./${name}`, content }));
    return `${name}: ${JSON.stringify(content.slice(0, 40))}`;
  },
];

function insertLine(lines: string, line: string, random: Chance): string {
  const all = lines.split("\n");
  all.splice(random.below(all.length), 0, line);
  return all.join("\n");
}

/** Changes the control file's text, byte by byte. */
function text(made: Draft, next: (text: string) => string): void {
  const at = made.control.findIndex((entry) => entry.toString("latin1", 0, 9) === "./control");
  const entry = made.control[at];
  if (entry === undefined) return;
  const size = Number.parseInt(entry.toString("latin1", 124, 135), 8);
  const content = Buffer.from(next(entry.toString("latin1", 512, 512 + size)), "latin1");
  made.control[at] = joined({ name: "./control", content });
}

const numbers = [
  "0000000\0",
  "0000644\0",
  "0000755 ",
  "   644 \0",
  "        ",
  "\0\0\0\0\0\0\0\0",
  "000064x\0",
  "0000 644",
  "7777777\0",
  "77777777",
  "-000001\0",
  "0004755\0",
  "0100644\0",
  "9999999\0",
  "\x80\0\0\0\0\0\x01\xa4",
  "\x80\xff\xff\xff\xff\xff\xff\xff",
  "\xff\xff\xff\xff\xff\xff\xff\xff",
  "\x81\0\0\0\0\0\0\0",
];
const wideNumbers = [
  "00000000000\0",
  "00000000010\0",
  "00000001000 ",
  "          10",
  "            ",
  "\0\0\0\0\0\0\0\0\0\0\0\0",
  "0000000001x\0",
  "77777777777\0",
  "777777777777",
  "\x80\0\0\0\0\0\0\0\0\0\0\x08",
  "\x80\0\0\0\0\0\0\x02\0\0\0\0",
  "\x80\0\0\0\x80\0\0\0\0\0\0\0",
  "\x80\0\0\x01\0\0\0\0\0\0\0\0",
  "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
  "\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff",
  "0\0\0\0\0\0\0\0\0\0\0x",
];
const names = [
  "usr/sample",
  "./usr/x",
  "/usr/x",
  "usr//x",
  "./././x",
  "",
  ".",
  "./",
  "/",
  "..",
  "../x",
  "usr/../x",
  "usr/..x",
  "a\nb",
  "a\\b",
  "\xe4",
  "usr/",
  "x/",
  "x//",
  "nowhere/x",
  "a".repeat(100),
  "-rf",
  " ",
  "\x1b[31m",
  "usr/sample/x",
  "./usr",
];

/** Offset, and what may stand there. */
const headerFields: readonly (readonly [name: string, offset: number, length: number, values: readonly string[]])[] = [
  ["name", 0, 100, names],
  ["mode", 100, 8, numbers],
  ["uid", 108, 8, numbers],
  ["gid", 116, 8, numbers],
  ["size", 124, 12, wideNumbers],
  ["mtime", 136, 12, wideNumbers],
  ["type", 156, 1, "\x000123456789LKxgSVMDXAN@ ".split("")],
  ["link", 157, 100, names],
  ["magic", 257, 8, ["ustar  \0", "ustar\x0000", "ustar\0  ", "\0\0\0\0\0\0\0\0", "ustar\x0001", "USTAR  \0"]],
  ["user", 265, 32, ["root", "nobody", "", "x".repeat(32), "\xff"]],
  ["major", 329, 8, numbers],
  ["prefix", 345, 155, ["", "usr", "/usr", "..", "x".repeat(155), "."]],
];

function tar(which: "control" | "data"): readonly Mutation[] {
  const end = which === "control" ? "controlEnd" : "dataEnd";
  const header = (made: Draft, random: Chance, next: (bytes: Buffer) => void, sum: boolean): number => {
    const at = random.below(made[which].length);
    const bytes = Buffer.from(made[which][at] ?? []);
    // Another mutation may have cut it off.
    if (bytes.length < 512) return at;
    next(bytes);
    if (sum) bytes.write(checksumOf(bytes.subarray(0, 512)), 148, "latin1");
    made[which][at] = bytes;
    return at;
  };
  return [
    (made, random) => {
      const [name, offset, length, values] = random.of(headerFields);
      const value = random.of(values);
      const at = header(
        made,
        random,
        (bytes) => bytes.fill(0, offset, offset + length).write(value, offset, length, "latin1"),
        random.below(8) > 0,
      );
      return `${which}.tar entry ${at}: ${name} ${JSON.stringify(value)}`;
    },
    (made, random) => {
      const offset = random.below(512);
      const byte = random.below(256);
      const at = header(made, random, (bytes) => bytes.writeUInt8(byte, offset), random.below(2) === 0);
      return `${which}.tar entry ${at}: byte ${offset} is ${byte}`;
    },
    (made, random) => {
      const sum = random.of(["\0\0\0\0\0\0\0\0", "        ", "0000000\0", "xxxxxx\0 ", "017777\0 "]);
      const at = header(made, random, (bytes) => bytes.write(sum, 148, "latin1"), false);
      return `${which}.tar entry ${at}: checksum ${JSON.stringify(sum)}`;
    },
    (made, random) => {
      const at = header(
        made,
        random,
        (bytes) => bytes.write(` ${checksumOf(bytes.subarray(0, 512)).slice(0, 6)}\0`, 148, "latin1"),
        false,
      );
      return `${which}.tar entry ${at}: checksum after a space`;
    },
    (made, random) => {
      const how = random.of(["none", "one", "garbage", "cut", "more", "lone then entry", "odd"] as const);
      const more = joined({ name: "./late", content: "late" });
      made[end] = {
        none: Buffer.alloc(0),
        one: Buffer.alloc(512),
        garbage: Buffer.concat([Buffer.alloc(1024), random.bytes(600)]),
        cut: Buffer.alloc(300),
        more: Buffer.concat([Buffer.alloc(1024), more]),
        "lone then entry": Buffer.concat([Buffer.alloc(512), more, Buffer.alloc(1024)]),
        odd: Buffer.alloc(10_240 + 100),
      }[how];
      return `${which}.tar ends: ${how}`;
    },
    (made, random) => {
      const at = random.below(made[which].length);
      const entry = made[which][at] ?? Buffer.alloc(0);
      const how = random.of(["twice", "away", "shortened", "without its last block", "folder of its name"] as const);
      const name = entry.toString("latin1", 0, 100).split("\0", 1)[0] ?? "";
      made[which].splice(
        at,
        1,
        ...{
          twice: [entry, entry],
          away: [],
          shortened: [entry.subarray(0, random.below(entry.length))],
          "without its last block": [entry.subarray(0, entry.length - 512)],
          "folder of its name": [entry, joined({ name, type: "5" })],
        }[how],
      );
      return `${which}.tar entry ${at}: ${how}`;
    },
    (made, random) => {
      const entry = random.of<RawEntry>([
        { name: "././@LongLink", type: "L", content: "./usr/long-name\0" },
        { name: "././@LongLink", type: "L", content: "./usr/without-nul" },
        { name: "././@LongLink", type: "L", content: "" },
        { name: "././@LongLink", type: "L", content: "./usr/a\0b\0" },
        { name: "././@LongLink", type: "L", content: `./usr/${"x".repeat(255)}\0` },
        { name: "././@LongLink", type: "L", content: `./${"x/".repeat(2500)}\0` },
        { name: "././@LongLink", type: "L", size: "00000100000\0" },
        { name: "././@LongLink", type: "K", content: "somewhere\0" },
        { name: "PaxHeaders/x", type: "x", content: "19 path=usr/other\n" },
        { name: "pax_global_header", type: "g", content: "13 comment=a\n" },
        { name: "./usr/sparse", type: "S" },
        { name: "volume", type: "V" },
        { name: "./usr/null", type: "3", mode: "0000666\0" },
        { name: "./usr/pipe", type: "6" },
        { name: "./usr/absolute", type: "2", link: "/etc/passwd" },
        { name: "./usr/climbing", type: "2", link: "../../../etc" },
        { name: "./usr/hard", type: "1", link: "/etc/hostname" },
        { name: "./usr/hard", type: "1", link: "nothing-of-that-name" },
        { name: "./usr/suid", mode: "0004755\0" },
        { name: "./usr/text", content: "x", padding: false },
        { name: "./usr/sized-folder", type: "5", size: "00000001000\0" },
        { name: "./usr/sized-link", type: "2", link: "x", size: "00000000001\0" },
        { name: "\xff\xfe" },
      ]);
      const at = random.below(made[which].length + 1);
      made[which].splice(at, 0, joined(entry));
      return `${which}.tar: type ${entry.type ?? "0"} ${JSON.stringify(entry.name)} at ${at}`;
    },
  ];
}

const compression: readonly Mutation[] = [
  (made, random) => {
    const which = random.of(["control", "data"] as const);
    const how = random.of([
      "cut",
      "byte",
      "appended",
      "zeros appended",
      "empty",
      "twice",
      "prefixed",
      "not compressed",
      "other header",
      "long tail",
      "no checksum",
    ] as const);
    repack(made, which, (bytes) => {
      switch (how) {
        case "cut":
          return bytes.subarray(0, random.below(bytes.length));
        case "byte": {
          const changed = Buffer.from(bytes);
          changed.writeUInt8(random.below(256), random.below(bytes.length));
          return changed;
        }
        case "appended":
          return Buffer.concat([bytes, random.bytes(1 + random.below(40))]);
        case "zeros appended":
          return Buffer.concat([bytes, Buffer.alloc(1 + random.below(40))]);
        case "empty":
          return Buffer.alloc(0);
        case "twice":
          return Buffer.concat([bytes, bytes]);
        case "prefixed":
          return Buffer.concat([random.bytes(1 + random.below(4)), bytes]);
        case "not compressed":
          return which === "control" ? tarOf(made.control, made.controlEnd) : tarOf(made.data, made.dataEnd);
        case "other header":
          return Buffer.concat([random.bytes(4), bytes.subarray(4)]);
        case "long tail":
          return Buffer.concat([bytes, Buffer.alloc(200_000, 1)]);
        default:
          return bytes.subarray(0, Math.max(0, bytes.length - 8));
      }
    });
    return `${which}, compressed: ${how}`;
  },
  (made, random) => {
    const which = random.of(["control", "data"] as const);
    const to = random.of(["", ".gz", ".xz", ".zst", ".bz2", ".lzma"]);
    if (which === "control") made.controlCompression = to;
    else made.dataCompression = to;
    return `${which} compressed as ${JSON.stringify(to)}`;
  },
  (made, random) => {
    const which = random.of(["control", "data"] as const);
    const split = random.below(600);
    const level = random.below(10);
    const how = random.of(["level", "members", "file name", "stored", "huffman"] as const);
    const source = (): Buffer =>
      which === "control" ? tarOf(made.control, made.controlEnd) : tarOf(made.data, made.dataEnd);
    if (which === "control") made.controlCompression = ".gz";
    else made.dataCompression = ".gz";
    repack(made, which, () => {
      const bytes = source();
      if (how === "members")
        return Buffer.concat([gzipSync(bytes.subarray(0, split)), gzipSync(bytes.subarray(split))]);
      if (how === "huffman") return gzipSync(bytes, { strategy: constants.Z_HUFFMAN_ONLY });
      if (how === "stored") return gzipSync(bytes, { level: 0 });
      const packed = gzipSync(bytes, { level });
      if (how === "level") return packed;
      const header = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0x62, 0]);
      return Buffer.concat([header, deflateRawSync(bytes), packed.subarray(-8)]);
    });
    return `${which} in gzip: ${how}`;
  },
];

function repack(made: Draft, which: "control" | "data", next: (bytes: Buffer) => Buffer): void {
  const before = made.packed;
  made.packed = (name, bytes) => (name === which ? next(before(name, bytes)) : before(name, bytes));
}

const file: readonly Mutation[] = [
  (made, random) => {
    made.file = (bytes) => bytes.subarray(0, random.below(bytes.length));
    return "the file is cut off";
  },
  (made, random) => {
    made.file = (bytes) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(random.below(256), random.below(bytes.length));
      return changed;
    };
    return "one byte of the file";
  },
  (made, random) => {
    made.file = (bytes) => {
      const at = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(3)), bytes.subarray(at)]);
    };
    return "bytes put into the file";
  },
  (made, random) => {
    made.file = (bytes) => {
      const at = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3))]);
    };
    return "bytes taken out of the file";
  },
  (made, random) => {
    made.file = (bytes) => Buffer.concat([bytes, random.bytes(1 + random.below(80))]);
    return "bytes behind the file";
  },
];

const groups: readonly (readonly Mutation[])[] = [
  archive,
  control,
  control,
  tar("control"),
  tar("data"),
  tar("data"),
  compression,
  file,
];

/** `number` is the seed. */
export function mutatedDeb(number: number): MutatedDeb {
  const random = chance(number + 1);
  const made = draft(random);
  const how = [random.of(random.of(groups))(made, random)];
  if (random.below(5) === 0) how.push(random.of(random.of(groups))(made, random));
  const control = made.packed("control", pack(tarOf(made.control, made.controlEnd), made.controlCompression));
  const data = made.packed("data", pack(tarOf(made.data, made.dataEnd), made.dataCompression));
  const members = made.members([
    { name: "debian-binary", content: made.version },
    { name: `control.tar${made.controlCompression}`, content: control },
    { name: `data.tar${made.dataCompression}`, content: data },
  ]);
  return { number, how: how.join("; "), bytes: made.file(rawAr(members)) };
}

function tarOf(entries: readonly Buffer[], end: Buffer): Buffer {
  return Buffer.concat([...entries, end]);
}

const programs: Readonly<Record<string, readonly string[]>> = {
  ".xz": ["xz", "--stdout", "--threads=1"],
  ".lzma": ["xz", "--stdout", "--format=lzma"],
  ".bz2": ["bzip2", "--stdout"],
};

function pack(bytes: Buffer, as: string): Buffer {
  if (as === ".gz") return gzipSync(bytes);
  if (as === ".zst") return zstdCompressSync(bytes);
  const [program, ...words] = programs[as] ?? [];
  return program === undefined
    ? bytes
    : execFileSync(program, words, { input: bytes, stdio: ["pipe", "pipe", "ignore"] });
}
