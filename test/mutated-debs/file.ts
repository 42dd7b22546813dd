/** Mutations of the whole file, without regard to what it holds. */
import type { Mutation } from "./draft.ts";

export const file: readonly Mutation[] = [
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
