/** VERSION and VERSION.txt: one version on a line of its own, `v1.2.3` and `version = 1.2.3` included. */
import { mentionOf } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import { inTree } from "./source-tree.ts";
import { unreadable } from "./source-text.ts";

const names = ["VERSION", "VERSION.txt", "version.txt"] as const;
const line = /^(?!\s*(?:#|\/\/|$))(?:[A-Za-z_]+\s*[:=]\s*)?["']?v?([^\s"'#]*)["']?[ \t]*\r?$/m;

export const versionFile: Reader = {
  id: "VERSION",
  find: ({ root, tree }) => names.map((name) => inTree(root, name)).filter((path) => tree.has(path)),
  reads: isNamed(...names),
  async read(source, { version }) {
    const text = source.text.replace(/^\ufeff/, " ");
    const match = line.exec(text);
    const value = match?.[1] ?? "";
    const start = match === null ? 0 : match.index + match[0].lastIndexOf(value);
    if (!/^[0-9]+(?:\.[0-9]+)+/.test(value)) throw unreadable(source, start, "no version stands here");
    return [
      mentionOf(version, {
        source,
        span: { start, end: start + value.length },
        what: "version",
        value,
        role: "manifest",
      }),
    ];
  },
};
