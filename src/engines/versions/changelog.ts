/**
 * Changelogs and release notes in Markdown (https://keepachangelog.com, conventional changelogs, underlined headings):
 * the newest heading that is a version. People write these; `version set` never does.
 */
import type { Version } from "../../domain/version.ts";
import { type Mention, mentionOf } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import type { SourceText } from "./source-text.ts";
import { inTree, type SourceTree } from "./source-tree.ts";

const changelogNames = ["CHANGELOG.md", "CHANGELOG", "CHANGELOG.txt", "CHANGES.md", "HISTORY.md", "NEWS.md"] as const;
const versionText = String.raw`[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]*[0-9A-Za-z])?`;
const titled = new RegExp(
  String.raw`^ {0,3}(?:#{1,2}[ \t]+(?:[\w.@/-]+[ \t]+){0,4}?|###[ \t]+(?:version[ \t]+|release[ \t]+)?)\[?v?(${versionText}|unreleased)(?![\w.])`,
  "i",
);
const underlined = new RegExp(String.raw`^(?:[\w.@/-]+[ \t]+)?\[?v?(${versionText}|unreleased)(?![\w.])`, "i");

export const changelog: Reader = {
  id: "CHANGELOG.md",
  find: ({ root, tree }) => here(tree, root, [...changelogNames, "docs/CHANGELOG.md"]),
  reads: isNamed(...changelogNames),
  async read(source, { version }) {
    return [newest(source, version, headings(source.text), `write the section for ${version.text}`)];
  },
};

export const releaseNotes: Reader = {
  id: "RELEASE_NOTES.md",
  find: ({ root, tree }) => here(tree, root, ["RELEASE_NOTES.md"]),
  reads: isNamed("RELEASE_NOTES.md"),
  async read(source, { version }) {
    const named = headings(source.text);
    const anywhere = [...source.text.matchAll(new RegExp(String.raw`(?<![\w.])v?(${versionText})(?![\w])`, "g"))];
    return [
      newest(source, version, named.length > 0 ? named : anywhere.map(valueOf), `write the notes of ${version.text}`),
    ];
  },
};

interface Heading {
  readonly value: string;
  readonly start: number;
}

/** The first heading with a version; with only an unreleased section, that one; with neither, the file's beginning. */
function newest(source: SourceText, version: Version, found: readonly Heading[], byHand: string): Mention {
  const first = found.find(({ value }) => /^[0-9]/.test(value)) ?? found[0] ?? { value: "", start: 0 };
  const span = { start: first.start, end: first.start + first.value.length };
  const value = first.value === "" ? "none" : first.value;
  return mentionOf(version, { source, span, what: "newest entry", value, role: "document", byHand });
}

function headings(text: string): readonly Heading[] {
  const lines = text.split("\n");
  const found: Heading[] = [];
  let fence = "";
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1] ?? "";
    if (fence === "") fence = mark;
    else if (mark.startsWith(fence)) fence = "";
    const isUnderlined = /^(?:={3,}|-{3,})\s*$/.test(lines[index + 1] ?? "");
    const match = fence === "" ? (titled.exec(line) ?? (isUnderlined ? underlined.exec(line) : null)) : null;
    if (match !== null) found.push({ ...valueOf(match), start: offset + valueOf(match).start });
    offset += line.length + 1;
  }
  return found;
}

function valueOf(match: RegExpExecArray): Heading {
  const value = match[1] ?? "";
  return { value, start: match.index + match[0].lastIndexOf(value) };
}

function here(tree: SourceTree, root: string, names: readonly string[]): readonly string[] {
  return names.map((name) => inTree(root, name)).filter((path) => tree.has(path));
}
