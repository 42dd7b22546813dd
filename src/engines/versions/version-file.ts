/** VERSION and VERSION.txt: one version on a line of its own, `v1.2.3` and `version = 1.2.3` included. */
import { mentionOf } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import { inTree, type SourceTree } from "./source-tree.ts";
import { type SourceText, type Span, unreadable } from "./source-text.ts";

const names = ["VERSION", "VERSION.txt", "version.txt"] as const;
const line = /^(?!\s*(?:#|\/\/|$))(?:[A-Za-z_]+\s*[:=]\s*)?["']?v?([^\s"'#]*)["']?[ \t]*\r?$/m;

export const versionFile: Reader = {
  id: "VERSION",
  find: ({ root, tree }) => versionFiles(tree, root),
  reads: isNamed(...names),
  async read(source, { version }) {
    const { value, span } = versionIn(source);
    return [mentionOf(version, { source, span, what: "version", value, role: "manifest" })];
  },
};

export function versionFiles(tree: SourceTree, root: string): readonly string[] {
  return names.map((name) => inTree(root, name)).filter((path) => tree.has(path));
}

/** The version in such a file. Throws VERSION_PLACE_UNREADABLE. */
export function versionIn(source: SourceText): { readonly value: string; readonly span: Span } {
  const match = line.exec(source.text.replace(/^\ufeff/, " "));
  const value = match?.[1] ?? "";
  const start = match === null ? 0 : match.index + match[0].lastIndexOf(value);
  if (!/^[0-9]+(?:\.[0-9]+)+/.test(value)) throw unreadable(source, start, "no version stands here");
  return { value, span: { start, end: start + value.length } };
}
