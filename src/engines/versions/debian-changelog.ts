/** debian/changelog (deb-changelog(5)): the newest entry's version, compared in Debian's form, its revision left aside. */
import { isReleaseError } from "../../domain/errors/index.ts";
import type { Version } from "../../domain/version.ts";
import {
  type DebianVersion,
  debianVersion,
  formatDebianVersion,
  parseDebianVersion,
} from "../../formats/debian-version.ts";
import type { Reader } from "./reader.ts";
import { type SourceText, unreadable } from "./source-text.ts";
import { inTree } from "./source-tree.ts";

const entry = /^\ufeff?(?:[ \t]*\r?\n)*[a-z0-9][a-z0-9+.-]* \(([^()\s]+)\)/;

export const debianChangelog: Reader = {
  id: "debian/changelog",
  find: ({ root, tree }) => [inTree(root, "debian/changelog")].filter((path) => tree.has(path)),
  reads: (path) => /(?:^|\/)debian\/changelog$/.test(path),
  async read(source, { version }) {
    const [whole = "", value = ""] = entry.exec(source.text) ?? [];
    if (value === "") throw unreadable(source, 0, 'the first line is not "package (version) suite; urgency=…"');
    const start = whole.length - 1 - value.length;
    const newest = read(source, start, value);
    const wanted = wantedLike(newest, version);
    return [
      {
        source,
        span: { start, end: start + value.length },
        what: "newest entry",
        value,
        wanted: formatDebianVersion(wanted),
        role: "packaging",
        agrees: newest.upstream === wanted.upstream,
        byHand: `add the entry for ${formatDebianVersion(wanted)} (dch --newversion ${formatDebianVersion(wanted)})`,
      },
    ];
  },
};

function read(source: SourceText, offset: number, text: string): DebianVersion {
  try {
    return parseDebianVersion(text);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    throw unreadable(source, offset, error.what.replace(/\.$/, ""));
  }
}

/** With the epoch of the newest entry, and the first revision where entries have one. */
function wantedLike(newest: DebianVersion, version: Version): DebianVersion {
  if (newest.revision === undefined && !version.text.includes("-", version.text.indexOf("-") + 1))
    return debianVersion(version, { epoch: newest.epoch });
  return debianVersion(version, { epoch: newest.epoch, revision: "1" });
}
