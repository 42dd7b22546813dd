/**
 * Debian's changelog (deb-changelog(5); Debian Policy 4.4): entries of a heading, indented changes and a trailer.
 * Invariant: what is written is one entry, whatever the changes hold.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { mailDate } from "./mail-date.ts";

export interface ChangelogEntry {
  readonly package: string;
  readonly version: string;
  /** `unstable`, `experimental` … */
  readonly distribution: string;
  /** One sentence or more each. */
  readonly changes: readonly string[];
  /** `Name <mail@host>`. */
  readonly maintainer: string;
  /** Seconds since 1970. */
  readonly date: number;
}

const width = 80;

/** Entries, the newest first. */
export function formatChangelog(...entries: readonly ChangelogEntry[]): string {
  return entries.map(formatEntry).join("\n");
}

function formatEntry(entry: ChangelogEntry): string {
  const heading = `${entry.package} (${entry.version}) ${entry.distribution}; urgency=medium`;
  return [
    heading,
    "",
    ...entry.changes.flatMap(bullet),
    "",
    ` -- ${entry.maintainer}  ${mailDate(entry.date)}`,
    "",
  ].join("\n");
}

/** Package and version of the newest entry. Throws DEB_MALFORMED. */
export function newestEntry(changelog: string): { readonly package: string; readonly version: string } {
  const heading = changelog.split("\n").find((line) => line.trim() !== "") ?? "";
  const [, name, version] = /^([a-z0-9][a-z0-9+.-]*) \(([^()\s]+)\)(?: [A-Za-z0-9.~-]+)+;.*$/.exec(heading) ?? [];
  if (name !== undefined && version !== undefined) return { package: name, version };
  throw new ReleaseError("DEB_MALFORMED", {
    what: `${quoted(heading)} is not the heading of a Debian changelog's entry.`,
    next: "Begin the file with a line such as: tool (1.2.3) unstable; urgency=medium",
  });
}

/** `  * text`, further lines indented to the text. */
function bullet(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/[\s\u0000-\u001f\u007f-\u009f]+/).filter((part) => part !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${last === undefined ? "  * " : "    "}${word}`);
  }
  return lines;
}
