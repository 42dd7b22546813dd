/** Mutations of the entries and of the end of control.tar and data.tar. */
import { checksumOf, type RawEntry } from "../deb-bytes.ts";
import type { Chance } from "./chance.ts";
import { type Draft, joined, type Mutation } from "./draft.ts";
import { headerFields } from "./tar-values.ts";

export function tar(which: "control" | "data"): readonly Mutation[] {
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
