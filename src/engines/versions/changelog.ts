/**
 * Changelogs and release notes in Markdown (https://keepachangelog.com, conventional changelogs, underlined headings):
 * the newest heading that is a version. People write these; `version set` never does.
 */
import type { Version } from "../../domain/version.ts";
import { anyVersion, headingOf, type VersionHeading, versionHeadings } from "../../formats/markdown-changelog.ts";
import { type Mention, mentionOf } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import type { SourceText } from "./source-text.ts";
import { inTree, type SourceTree } from "./source-tree.ts";

export const changelogNames = [
  "CHANGELOG.md",
  "CHANGELOG",
  "CHANGELOG.txt",
  "CHANGES.md",
  "HISTORY.md",
  "NEWS.md",
] as const;
export const changelog: Reader = {
  id: "CHANGELOG.md",
  find: ({ root, tree }) => here(tree, root, [...changelogNames, "docs/CHANGELOG.md"]),
  reads: isNamed(...changelogNames),
  async read(source, { version }) {
    return [newest(source, version, versionHeadings(source.text), `write the section for ${version.text}`)];
  },
};

export const releaseNotes: Reader = {
  id: "RELEASE_NOTES.md",
  find: ({ root, tree }) => here(tree, root, ["RELEASE_NOTES.md"]),
  reads: isNamed("RELEASE_NOTES.md"),
  async read(source, { version }) {
    const named = versionHeadings(source.text);
    const anywhere = [...source.text.matchAll(anyVersion)];
    return [
      newest(source, version, named.length > 0 ? named : anywhere.map(headingOf), `write the notes of ${version.text}`),
    ];
  },
};

/** The first heading with a version; with only an unreleased section, that one; with neither, the file's beginning. */
function newest(source: SourceText, version: Version, found: readonly VersionHeading[], byHand: string): Mention {
  const first = found.find(({ value }) => /^[0-9]/.test(value)) ?? found[0] ?? { value: "", start: 0 };
  const span = { start: first.start, end: first.start + first.value.length };
  const value = first.value === "" ? "none" : first.value;
  return mentionOf(version, { source, span, what: "newest entry", value, role: "document", byHand });
}

function here(tree: SourceTree, root: string, names: readonly string[]): readonly string[] {
  return names.map((name) => inTree(root, name)).filter((path) => tree.has(path));
}
