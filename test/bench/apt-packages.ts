/**
 * Packages for the benches of the repository: many small ones, of which each has a control file of the length and variety
 * of Debian's, four of five packed by xz as Debian's are. The same numbers give the same packages.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { rawAr, rawTar } from "../deb-bytes.ts";

type Packing = "xz" | "gz" | "zst";

/** Writes the packages `from` to `to` (exclusive) into a new folder and answers their paths. */
export function writePackages(folder: string, from: number, to: number, packing: "mixed" | "gz"): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  const packingOf = (number: number): Packing => (packing === "gz" ? "gz" : mixed(number));
  const controls = new Map(numbers.map((number) => [number, controlTar(number)]));
  const byXz = packedByXz(
    join(folder, ".xz"),
    numbers.filter((number) => packingOf(number) === "xz"),
    controls,
  );
  return numbers.map((number) => {
    const kind = packingOf(number);
    const tar = controls.get(number) ?? new Uint8Array();
    const control = byXz.get(number) ?? (kind === "gz" ? gzipSync(tar) : zstdCompressSync(tar));
    const path = join(folder, `${nameOf(number)}_1.${number}-1_${architectureOf(number)}.deb`);
    writeFileSync(path, debOf(`control.tar.${kind}`, control, gzipSync(dataTar(number))));
    return path;
  });
}

/** One package whose content does not compress, of so many bytes. */
export function writeLargePackage(folder: string, number: number, bytes: number): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${nameOf(number)}_1.${number}-1_amd64.deb`);
  const data = rawTar([
    { name: "./usr/", type: "5" },
    { name: "./usr/large", content: noise(number, bytes) },
  ]);
  writeFileSync(path, debOf("control.tar.gz", gzipSync(controlTar(number, "amd64")), data, "data.tar"));
  return path;
}

function debOf(controlName: string, control: Uint8Array, data: Uint8Array, dataName = "data.tar.gz"): Uint8Array {
  return rawAr([
    { name: "debian-binary", content: Buffer.from("2.0\n") },
    { name: controlName, content: control },
    { name: dataName, content: data },
  ]);
}

/** All by few calls of the program: one call each would take minutes. */
function packedByXz(
  scratch: string,
  numbers: readonly number[],
  tars: ReadonlyMap<number, Uint8Array>,
): ReadonlyMap<number, Uint8Array> {
  if (numbers.length === 0) return new Map();
  mkdirSync(scratch);
  for (const number of numbers) writeFileSync(join(scratch, String(number)), tars.get(number) ?? "");
  for (let at = 0; at < numbers.length; at += 1000) {
    const names = numbers.slice(at, at + 1000).map(String);
    const done = spawnSync("xz", ["-6", "--check=crc32", "--threads=1", ...names], { cwd: scratch, stdio: "inherit" });
    if (done.status !== 0) throw new Error("xz could not pack the packages");
  }
  const packed = new Map(numbers.map((number) => [number, readFileSync(join(scratch, `${number}.xz`))]));
  rmSync(scratch, { recursive: true });
  return packed;
}

function mixed(number: number): Packing {
  const part = number % 20;
  return part < 16 ? "xz" : part < 19 ? "gz" : "zst";
}

function nameOf(number: number): string {
  const next = chance(number);
  return `${wordOf(next())}-${wordOf(next())}${number}`;
}

function architectureOf(number: number): string {
  return number % 5 === 4 ? "all" : "amd64";
}

function controlTar(number: number, architecture = architectureOf(number)): Uint8Array {
  const next = chance(number);
  const name = nameOf(number);
  const words = (count: number): string => Array.from({ length: count }, () => wordOf(next())).join(" ");
  const depends = Array.from(
    { length: 2 + Math.floor(next() * 9) },
    () => `lib${wordOf(next())}${Math.floor(next() * 9)} (>= ${Math.floor(next() * 9)}.${Math.floor(next() * 40)})`,
  );
  const control = `Package: ${name}
Version: 1.${number}-1
Architecture: ${architecture}
Maintainer: ${capital(wordOf(next()))} ${capital(wordOf(next()))} <${wordOf(next())}@debian.org>
Installed-Size: ${10 + Math.floor(next() * 9000)}
Depends: ${depends.join(", ")}
Suggests: ${wordOf(next())}-doc, ${wordOf(next())}
Section: ${["utils", "libs", "devel", "net", "python"][Math.floor(next() * 5)]}
Priority: optional
Multi-Arch: foreign
Homepage: https://${wordOf(next())}.org/${name}
Description: ${words(8)}
 ${words(12)}
 ${words(11)}
`;
  const md5sums = `${Array.from({ length: 4 }, () => hex(next())).join("")}  usr/share/doc/${name}/copyright\n`;
  return rawTar([
    { name: "./", type: "5" },
    { name: "./control", content: control },
    { name: "./md5sums", content: md5sums },
  ]);
}

function dataTar(number: number): Uint8Array {
  return rawTar([
    { name: "./", type: "5" },
    { name: `./${nameOf(number)}`, content: noise(number, 200 + (number % 3000)) },
  ]);
}

const syllables = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split(" ");

function wordOf(value: number): string {
  let rest = Math.floor(value * 8000);
  let word = "";
  do {
    word += syllables[rest % syllables.length] ?? "";
    rest = Math.floor(rest / syllables.length);
  } while (rest > 0);
  return word.length < 3 ? `${word}xa` : word;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function hex(value: number): string {
  return Math.floor(value * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

function noise(seed: number, bytes: number): Uint8Array {
  const next = chance(seed);
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let index = 0; index < words.length; index++) words[index] = next() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, bytes);
}

/** A linear congruential generator (Numerical Recipes' constants): numbers from 0 to 1, the same ones for each seed. */
function chance(seed: number): () => number {
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x5bd1e995) >>> 0;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  next();
  return next;
}
