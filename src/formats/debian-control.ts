/**
 * Debian control data, "deb822" (deb822(5); Debian Policy 5.1): stanzas of `Name: value` with continuation lines.
 * Invariant: a stanza that is written reads back as exactly the fields that were given, whatever their values hold: a
 * value is refused rather than allowed to begin a field of its own.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

/** Name, and the value: one line, or a first line and continuation lines (an empty one is written as ` .`). */
export type Field = readonly [name: string, value: string | readonly string[]];

/** A stanza that was read: names as written; continuation lines without their first space, ` .` as the empty line. */
export type Stanza = readonly (readonly [name: string, lines: readonly string[]])[];

// Everything that some reader takes for the end of a line or of the text, or that a terminal acts on.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const fieldName = /^(?![#-])[\x21-\x39\x3b-\x7e]+$/;

/** Writes one stanza, ended by a newline. Throws DEB_FIELD_INVALID. */
export function formatStanza(fields: readonly Field[]): string {
  const seen = new Set<string>();
  const lines = fields.flatMap(([name, value]) => {
    if (!fieldName.test(name)) throw invalid(name, "is not a field name");
    if (seen.has(name.toLowerCase())) throw invalid(name, "stands twice");
    seen.add(name.toLowerCase());
    const [first = "", ...rest] = typeof value === "string" ? [value] : value;
    if (first.trim() === "" && rest.length === 0) throw invalid(name, "is empty");
    return [`${name}: ${checkedLine(name, first.trim())}`.trimEnd(), ...rest.map((line) => continuation(name, line))];
  });
  return `${lines.join("\n")}\n`;
}

/** Reads all stanzas of a text; CR before a line's end is dropped, as dpkg does. Throws DEB_MALFORMED. */
export function parseStanzas(text: string): readonly Stanza[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n\n+/)
    .map((block) => block.replace(/^\n+|\n+$/g, ""))
    .filter((block) => block !== "")
    .map(parseStanza);
}

/** The first line of a field's value, by name in any case. */
export function fieldOf(stanza: Stanza, name: string): string | undefined {
  return stanza.find(([found]) => found.toLowerCase() === name.toLowerCase())?.[1][0];
}

function checkedLine(name: string, line: string): string {
  if (unprintable.test(line)) throw invalid(name, `holds a line break or control character: ${quoted(line)}`);
  if (!line.isWellFormed()) throw invalid(name, `holds half of a character: ${quoted(line)}`);
  return line;
}

function continuation(name: string, line: string): string {
  const text = checkedLine(name, line.trimEnd());
  if (text.startsWith(".")) throw invalid(name, `has a line that begins with a full stop: ${quoted(text)}`);
  return text === "" ? " ." : ` ${text}`;
}

function parseStanza(block: string): Stanza {
  const fields: (readonly [string, string[]])[] = [];
  for (const line of block.split("\n")) {
    if (/^[ \t]/.test(line)) {
      const last = fields.at(-1);
      const text = line.slice(1).trimEnd();
      if (last === undefined) throw malformed(line, "continues a field, and none stands before it");
      if (text === "") throw malformed(line, "is blank within a field");
      last[1].push(text === "." ? "" : text);
      continue;
    }
    const [, name = "", value = ""] = /^([^:\s]+)[ \t]*:(.*)$/s.exec(line) ?? [];
    if (!fieldName.test(name)) throw malformed(line, "is neither `Name: value` nor a continuation line");
    if (line.includes("\0")) throw malformed(line, "holds a NUL");
    if (fields.some(([other]) => other.toLowerCase() === name.toLowerCase())) {
      throw malformed(line, `names the field ${name} again`);
    }
    fields.push([name, [value.trim()]]);
  }
  return fields;
}

function invalid(name: string, fault: string): ReleaseError {
  return new ReleaseError("DEB_FIELD_INVALID", {
    what: `The control field ${quoted(name)} ${fault}.`,
    next: "Mend the value in ggen-release.yaml, or in the manifest that it is taken from.",
  });
}

function malformed(line: string, fault: string): ReleaseError {
  return new ReleaseError("DEB_MALFORMED", {
    what: `Line ${quoted(line)} of the control data ${fault}.`,
    next: "Make the package again with a program that writes valid control data.",
  });
}
