/**
 * Names and one-line fields of a project. Invariant: what is accepted is safe as a file name, in a shell, in a control
 * file (deb-control(5)) and in a formula, whatever the reader does with it.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

/** A project's name: packages are called after it (Debian Policy 5.6.1, with at least one letter or digit). */
export function parseProjectName(text: string): string {
  if (/^[a-z0-9][a-z0-9+.-]{0,62}$/.test(text)) return text;
  const proposal = projectNameFrom(text);
  throw invalid(
    `${quoted(text)} is not a name for a project${proposal === undefined ? "" : `; "${proposal}" would be one`}.`,
    "Use lower-case letters, digits and + . - only, beginning with a letter or digit, at most 63.",
  );
}

/** The nearest valid name, or undefined where nothing of it is left. */
export function projectNameFrom(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[\s_/@]+/g, "-")
    .replace(/[^a-z0-9+.-]/g, "")
    .replace(/^[+.-]+/, "")
    .slice(0, 63);
  return name === "" ? undefined : name;
}

/** A program's file name. Capitals and underscores occur in real ones; anything that a shell could act on does not. */
export function parseProgramName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9+._-]{0,99}$/.test(text) && !/\.(?:exe|sha256|asc)$/i.test(text)) return text;
  throw invalid(
    `${quoted(text)} is not a name for a program.`,
    "Write the file's name without folder and without .exe: letters, digits and + . _ - only.",
  );
}

/** A word that other entries refer to: an id of a build or a channel. */
export function parseId(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,62}$/.test(text)) return text;
  throw invalid(`${quoted(text)} is not an id.`, "Use lower-case letters, digits and . _ - only, at most 63.");
}

/** The name of an environment variable (POSIX XBD 8.1, lower case allowed). */
export function parseVariableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(text)) return text;
  throw invalid(`${quoted(text)} is not the name of a variable.`, "Use letters, digits and underscores only.");
}

/** What stands before the version in a tag; git-check-ref-format(1) and shells agree on these characters. */
export function parseTagPrefix(text: string): string {
  const known = /^(?:[A-Za-z0-9][A-Za-z0-9._/+-]{0,99})?$/.test(text) && !/\.\.|\/\/|\.lock\/|\/\./.test(text);
  if (known && !/[0-9.+]$/.test(text)) return text;
  throw invalid(
    `${quoted(text)} is not a prefix for tags.`,
    "Use letters, digits and . _ / + - only, not ending in a digit, dot or plus: v, or app/v in a repository of several programs.",
  );
}

/** `Name <mail@host>` (RFC 5322, without comments and quoted local parts), as Debian's Maintainer field wants it. */
export function parseMaintainer(text: string): string {
  const [, name = "", mail = ""] = /^([^<>@"\u0000-\u001f\u007f\u2028\u2029]+) <([^<>\s]+)>$/.exec(text) ?? [];
  if (name.trim() === name && name !== "" && /^[^\s@<>"(),:;[\]\\]+@[A-Za-z0-9.-]+$/.test(mail) && text.length <= 300)
    return text;
  throw invalid(
    `${quoted(text)} does not name a maintainer.`,
    "Write a name and an address: Jane Doe <jane@project.org>",
  );
}

/** One line of prose: spaces joined, nothing that breaks a line. */
export function parseLine(text: string): string {
  const line = text.trim();
  if (line !== "" && !/[\n\r\t\u2028\u2029]/.test(line) && line.length <= 500) return line;
  throw invalid(
    line === "" ? "The text is empty." : `${quoted(text)} is not one line of at most 500 characters.`,
    "Write one line; longer text belongs into description.",
  );
}

/** Paragraphs of prose; trailing white space is dropped. */
export function parseParagraphs(text: string): string {
  const trimmed = text.replace(/[ \t]+$/gm, "").trim();
  if (trimmed !== "" && trimmed.length <= 20_000) return trimmed;
  throw invalid(
    trimmed === "" ? "The text is empty." : `The text has ${trimmed.length} characters; packages carry at most 20000.`,
    "Write some sentences, or take the key out.",
  );
}

function invalid(what: string, next: string): ReleaseError {
  return new ReleaseError("CONFIG_INVALID", { what, next });
}
