/** What a file that is no executable seems to be, from its first bytes: for the message that refuses it, nothing else. */
import { plainText } from "./plain-text.ts";

/** Leading bytes of what ends up in an executable's place by mistake. */
const beginnings: readonly (readonly [hexadecimal: string, description: string])[] = [
  ["1f8b", "a gzip file"],
  ["504b0304", "a zip archive"],
  ["fd377a585a00", "an xz file"],
  ["28b52ffd", "a zstd file"],
  ["425a68", "a bzip2 file"],
  ["213c617263683e0a", "an ar archive (a static library or a .deb)"],
  ["cafebabe", "a Java class file"],
  ["0061736d", "a WebAssembly module"],
  ["4243c0de", "LLVM bitcode"],
];

/** With its article: `a script (#!/bin/sh)`. `start` is the first 512 bytes, or all of a smaller file. */
export function describeContent(start: Uint8Array): string {
  if (start.length === 0) return "an empty file";
  const hexadecimal = Buffer.from(start.subarray(0, 16)).toString("hex");
  const known = beginnings.find(([beginning]) => hexadecimal.startsWith(beginning));
  if (known !== undefined) return known[1];
  const text = textOf(isScript(start) ? firstLine(start) : start);
  if (text === undefined) return "a file of an unknown format";
  const line = plainText(text.split(/\r?\n/, 1)[0] ?? "").trim();
  if (line.startsWith("#!")) return `a script (${shortened(line)})`;
  if (line.startsWith("version https://git-lfs.github.com/spec/")) return "a Git LFS pointer instead of the file";
  return line === "" ? "a text file" : `a text file that begins "${shortened(line)}"`;
}

/** Whether it begins with the line that names its interpreter (`#!`, execve(2)); a zip archive may stand behind that. */
export function isScript(start: Uint8Array): boolean {
  return start[0] === 0x23 && start[1] === 0x21;
}

function firstLine(start: Uint8Array): Uint8Array {
  const end = start.indexOf(0x0a);
  return end < 0 ? start : start.subarray(0, end);
}

/** The text, unless the bytes are not UTF-8 or hold what no text holds. A character cut in two at the end is none. */
function textOf(start: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function shortened(line: string): string {
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
