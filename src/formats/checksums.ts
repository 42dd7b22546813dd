/**
 * Lists of SHA-256 sums as `sha256sum` of GNU coreutils writes and checks them ("cksum output modes" in its manual):
 * digest, two spaces, name; a name with a newline, carriage return or backslash is escaped, and its line begins with a
 * backslash. Invariant: names are bare, so `sha256sum -c` works in whatever folder the files were downloaded to, and
 * reading a foreign list never leads out of that folder.
 */
import type { Sha256 } from "../domain/digest.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

export interface Sum {
  /** Bare file name. */
  readonly file: string;
  readonly sha256: Sha256;
}

/** One line per sum, in the order given. Throws SUM_PATH, SUM_LIST_MALFORMED for what could not be read back. */
export function renderSums(sums: readonly Sum[]): string {
  return sums.map(renderSum).join("");
}

/** Reads a list, in binary (` *`) or text form. Throws SUM_LIST_MALFORMED, SUM_PATH (both exit 3). */
export function parseSums(text: string): readonly Sum[] {
  const lines = text.split("\n");
  // A line without its newline is a list that was cut off, perhaps inside a name.
  if (lines.pop() !== "") throw malformed(`line ${lines.length + 1} does not end in a newline`);
  if (lines.length === 0) throw malformed("it is empty");
  const sums = lines.map(parseSum);
  const names = new Set<string>();
  for (const { file } of sums) {
    if (names.has(file)) throw malformed(`${quoted(file)} stands in it twice`);
    names.add(file);
  }
  return sums;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };
const unescapes: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", "\\r": "\r" };

function renderSum({ file, sha256 }: Sum): string {
  requireBareName(file);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw malformed(`${quoted(sha256)} is not a SHA-256 digest`);
  const escaped = file.replace(/[\\\n\r]/g, (character) => escapes[character] ?? character);
  return `${escaped === file ? "" : "\\"}${sha256}  ${escaped}\n`;
}

function parseSum(line: string, index: number): Sum {
  const [, escaped, digits = "", name = ""] = /^(\\?)([0-9A-Fa-f]{64}) [ *]([^]+)$/.exec(line) ?? [];
  const file = escaped === "" ? name : unescaped(name);
  if (file === undefined || file === "") {
    throw malformed(`line ${index + 1}, ${quoted(line)}, is not a digest of 64 digits, two spaces and a file name`);
  }
  requireBareName(file);
  return { file, sha256: digits.toLowerCase() };
}

/** undefined where a backslash begins no known escape. */
function unescaped(name: string): string | undefined {
  if (!/^(?:[^\\]|\\[\\nr])*$/.test(name)) return undefined;
  return name.replaceAll(/\\[\\nr]/g, (escape) => unescapes[escape] ?? escape);
}

function requireBareName(file: string): void {
  if (file !== "" && file !== "." && file !== ".." && !/[/\0]/.test(file) && file.isWellFormed()) return;
  throw new ReleaseError("SUM_PATH", {
    what: `A list of sums names ${quoted(file)}, which is not a bare file name.`,
    next: "Make the list in the folder of the files, without folders in the names: sha256sum -- * > SHA256SUMS",
  });
}

function malformed(how: string): ReleaseError {
  return new ReleaseError("SUM_LIST_MALFORMED", {
    what: `The list of sums cannot be used: ${how}.`,
    next: "Download the list again, or make it anew: sha256sum -- * > SHA256SUMS",
  });
}
