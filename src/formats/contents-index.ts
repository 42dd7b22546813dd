/**
 * Contents indexes (wiki.debian.org/DebianRepository/Format, "Contents indices"): which packages hold a file, laid out as
 * apt-ftparchive(1) does. Text in which each character is one byte.
 * Invariant: one line a path, sorted by bytes; what is written reads back.
 */

/** Path without a slash before it → `section/package`, sorted. */
export type Contents = ReadonlyMap<string, readonly string[]>;

/** An older file may begin with words for people, up to a line `FILE LOCATION`. */
export function parseContents(text: string): Contents {
  const heading = /^FILE\s+LOCATION *$/m.exec(text);
  const contents = new Map<string, readonly string[]>();
  for (const line of text.slice(heading === null ? 0 : heading.index + heading[0].length).split("\n")) {
    const end = line.search(/[ \t]+[^ \t]+$/);
    if (end <= 0) continue;
    contents.set(line.slice(0, end), line.slice(end).trim().split(","));
  }
  return contents;
}

/** Where the packages begin, unless the path is longer: tabs up to the column 56, then blanks. */
const [tabsTo, column] = [56, 60];

/** Ended by a newline. */
export function contentsLine(path: string, packages: readonly string[]): string {
  const tabs = Math.max(0, tabsTo / 8 - Math.floor(path.length / 8));
  const reached = path.length < tabsTo ? tabsTo : path.length;
  return `${path}${"\t".repeat(tabs)}${" ".repeat(Math.max(1, column - reached))}${packages.join(",")}\n`;
}
