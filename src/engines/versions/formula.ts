/**
 * Homebrew formulas kept in the repository: the version in `version`, in `url`, and wherever the formula's text repeats
 * it (its test). Blocks of resources are other people's versions. A formula carries sums of what is released, so only
 * the release writes it.
 */
import type { Version } from "../../domain/version.ts";
import { type Mention, mentionOf } from "./place.ts";
import type { Reader } from "./reader.ts";
import type { SourceText } from "./source-text.ts";
import { isInside } from "./source-tree.ts";

const formulaPath = /(?:^|\/)(?:Formula|formula|HomebrewFormula)\/(?:[^/]+\/)?[^/]+\.rb$/;
const inText = String.raw`[0-9]+\.[0-9]+\.[0-9]+(?:-(?:alpha|beta|dev|pre|preview|rc)[.-]?[0-9]*)?`;
const versionLine = /^\s*version\s+["']([^"']+)["']/;
const urlLine = new RegExp(String.raw`^\s*url\s+["'][^"']*[/_-]v?(${inText})(?![0-9A-Za-z])[^"']*["']`);

export const formula: Reader = {
  id: "Formula/*.rb",
  find: ({ root, tree }) => tree.paths.filter((path) => isInside(root, path) && formulaPath.test(path)),
  reads: (path) => path.endsWith(".rb"),
  async read(source, { version }) {
    const lines = ownLines(source.text);
    const stated = lines.flatMap(({ text, start }) => statedIn(text, start));
    const [first] = stated;
    const repeated = first === undefined ? [] : lines.flatMap((line) => repetitions(line, first.value));
    const places = new Map([...stated, ...repeated].map((place) => [place.start, place]));
    return [...places.values()].map((place) => mention(source, version, place));
  },
};

interface Line {
  readonly text: string;
  readonly start: number;
}

interface Place {
  readonly value: string;
  readonly start: number;
}

function mention(source: SourceText, version: Version, { value, start }: Place): Mention {
  const span = { start, end: start + value.length };
  const byHand = `take the formula that the release of ${version.text} writes, with its sums`;
  return mentionOf(version, { source, span, what: "formula", value, role: "packaging", byHand });
}

/** Lines that speak of the formula itself: no comments, no sums, no blocks of resources. */
function ownLines(text: string): readonly Line[] {
  const found: Line[] = [];
  let resource: string | undefined;
  let start = 0;
  for (const line of text.split("\n")) {
    const opening = /^(\s*)resource\b.*\bdo\b/.exec(line)?.[1];
    const isOwn = resource === undefined && opening === undefined && !/^\s*(?:#|sha256\b)/.test(line);
    if (isOwn) found.push({ text: line, start });
    resource ??= opening;
    if (resource !== undefined && line.trimEnd() === `${resource}end`) resource = undefined;
    start += line.length + 1;
  }
  return found;
}

/** The last version in an address is the file's: `releases/download/v1.2.3/tool-1.2.3.tar.gz`. */
function statedIn(text: string, start: number): readonly Place[] {
  const match = versionLine.exec(text) ?? urlLine.exec(text);
  const value = match?.[1];
  return match === null || value === undefined ? [] : [{ value, start: start + match[0].lastIndexOf(value) }];
}

function repetitions({ text, start }: Line, value: string): readonly Place[] {
  const pattern = new RegExp(String.raw`(?<![0-9A-Za-z.])v?(${escaped(value)})(?![0-9A-Za-z]|\.[0-9])`, "g");
  return [...text.matchAll(pattern)].map((match) => ({
    value,
    start: start + match.index + match[0].length - value.length,
  }));
}

function escaped(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, String.raw`\$&`);
}
