/** Mutations of what the compressors gave, and of what they were told. */
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { type Draft, type Mutation, tarOf } from "./draft.ts";

export const compression: readonly Mutation[] = [
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
