/**
 * Changelogs in Markdown (https://keepachangelog.com, conventional changelogs, underlined headings): which headings are
 * versions, and what stands below them. Invariant: what stands in a code block is no heading and no change.
 */

const versionText = String.raw`[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]*[0-9A-Za-z])?`;
const titled = new RegExp(
  String.raw`^ {0,3}(?:#{1,2}[ \t]+(?:[\w.@/-]+[ \t]+){0,4}?|###[ \t]+(?:version[ \t]+|release[ \t]+)?)\[?v?(${versionText}|unreleased)(?![\w.])`,
  "i",
);
const underlined = new RegExp(String.raw`^(?:[\w.@/-]+[ \t]+)?\[?v?(${versionText}|unreleased)(?![\w.])`, "i");

/** Any version in running text. */
export const anyVersion = new RegExp(String.raw`(?<![\w.])v?(${versionText})(?![\w])`, "g");

export interface VersionHeading {
  /** The version, or `unreleased` in any case. */
  readonly value: string;
  /** Offset of the value in the text. */
  readonly start: number;
}

export interface VersionSection {
  readonly value: string;
  /** `2026-01-31` of the heading. */
  readonly date?: string;
  /** One a bullet or paragraph, without Markdown's marks. */
  readonly changes: readonly string[];
}

export function versionHeadings(text: string): readonly VersionHeading[] {
  const found: VersionHeading[] = [];
  let offset = 0;
  for (const { line, heading } of markedLines(text)) {
    if (heading !== undefined) found.push({ ...heading, start: offset + heading.start });
    offset += line.length + 1;
  }
  return found;
}

/** Sections in the order of the file. */
export function versionSections(text: string): readonly VersionSection[] {
  const found: { value: string; date?: string; lines: string[] }[] = [];
  for (const { line, heading, isCode } of markedLines(text)) {
    if (heading !== undefined) {
      const date = /\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b/.exec(line)?.[0];
      found.push({ value: heading.value, ...(date === undefined ? {} : { date }), lines: [] });
    } else if (!isCode) found.at(-1)?.lines.push(line);
  }
  return found.map(({ lines, ...section }) => ({ ...section, changes: changesOf(lines) }));
}

/** The heading of a line, where it is one. */
export function headingOf(match: RegExpExecArray): VersionHeading {
  const value = match[1] ?? "";
  return { value, start: match.index + match[0].lastIndexOf(value) };
}

function* markedLines(text: string): Iterable<{ line: string; heading?: VersionHeading; isCode: boolean }> {
  const lines = text.split("\n");
  let fence = "";
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1] ?? "";
    const isCode = fence !== "" || mark !== "";
    if (fence === "") fence = mark;
    else if (mark.startsWith(fence)) fence = "";
    const isUnderlined = /^(?:={3,}|-{3,})\s*$/.test(lines[index + 1] ?? "");
    const match = fence === "" ? (titled.exec(line) ?? (isUnderlined ? underlined.exec(line) : null)) : null;
    yield match === null ? { line, isCode } : { line, heading: headingOf(match), isCode };
  }
}

/** Further headings, rules and lists of links fall away; a bullet's further lines and inner bullets belong to it. */
function changesOf(lines: readonly string[]): readonly string[] {
  const changes: string[] = [];
  let open = false;
  for (const line of lines) {
    const text = line.trim();
    if (text === "" || /^(?:#{1,6} |={3,}$|-{3,}$|<!--|\[[^\]]+\]:)/.test(text)) {
      open = false;
      continue;
    }
    const bullet = /^ {0,3}(?:[-*+]|[0-9]+[.)])[ \t]+(.*)$/.exec(line)?.[1];
    if (bullet !== undefined && !/^ {2,}/.test(line)) changes.push(bullet);
    else if (open || /^\s{2,}/.test(line)) changes.push(`${changes.pop() ?? ""} ${text}`);
    else changes.push(text);
    open = true;
  }
  return changes.map(plain).filter((change) => change !== "");
}

/** Links become their text; marks of code and emphasis go. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1")
    .replace(/\[([^\]]+)\]\[[^\]]*\]/g, "$1")
    .replace(/`+|\*\*|__/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
