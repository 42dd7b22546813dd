/**
 * Packages of which one or two things are wrong, or only odd: ar headers, the order of members, control syntax, tar
 * headers, compression. Invariant: the same number gives the same bytes, wherever and with whatever others it is made.
 */
import { execFileSync } from "node:child_process";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { rawAr } from "../deb-bytes.ts";
import { archive } from "./archive.ts";
import { chance } from "./chance.ts";
import { compression } from "./compression.ts";
import { control } from "./control.ts";
import { draft, type Mutation, tarOf } from "./draft.ts";
import { file } from "./file.ts";
import { tar } from "./tar.ts";

export interface MutatedDeb {
  readonly number: number;
  /** What was done to it. */
  readonly how: string;
  readonly bytes: Buffer;
}

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
  const controlTar = made.packed("control", pack(tarOf(made.control, made.controlEnd), made.controlCompression));
  const dataTar = made.packed("data", pack(tarOf(made.data, made.dataEnd), made.dataCompression));
  const members = made.members([
    { name: "debian-binary", content: made.version },
    { name: `control.tar${made.controlCompression}`, content: controlTar },
    { name: `data.tar${made.dataCompression}`, content: dataTar },
  ]);
  return { number, how: how.join("; "), bytes: made.file(rawAr(members)) };
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
