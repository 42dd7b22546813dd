/**
 * Stanzas of a Packages index (wiki.debian.org/DebianRepository/Format, "Packages Indices"), as text in which each
 * character is one byte: what packages say is passed on as it is, in whatever encoding.
 * Invariant: a stanza is never changed but in the fields that are asked for.
 */

/** A field as it stands: its name, and everything behind the colon with its continuation lines. */
export type RawField = readonly [name: string, value: string];

/** Bytes as text of one character each, and back. */
export function bytesText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function textBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The stanzas of an index without the empty lines between them. Fields are not looked at. */
export function splitStanzas(text: string): readonly string[] {
  const stanzas: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = text.indexOf("\n\n", at);
    if (end < 0) end = text.length;
    const stanza = text.slice(at, end);
    if (stanza.trim() !== "") stanzas.push(stanza.replace(/^\n+|\n+$/g, ""));
    at = end + 2;
  }
  return stanzas;
}

/** The first line of a field's value, undefined where the stanza has none. `name` as it is usually written. */
export function stanzaField(stanza: string, name: string): string | undefined {
  const start = fieldStart(stanza, name);
  if (start < 0) return undefined;
  const from = start + name.length + 1;
  const end = stanza.indexOf("\n", from);
  return trimmed(stanza.slice(from, end < 0 ? stanza.length : end));
}

/** All fields in their order; continuation lines stay with theirs. White space at the end of a value is left out. */
export function rawFields(stanza: string): readonly RawField[] {
  const fields: [string, string][] = [];
  for (const line of stanza.split("\n")) {
    const last = fields.at(-1);
    const colon = line.indexOf(":");
    if (isWhite(line.charCodeAt(0)) && last !== undefined) last[1] += `\n${line}`;
    else if (colon > 0) fields.push([trimmed(line.slice(0, colon)), line.slice(colon + 1)]);
  }
  return fields.map(([name, value]) => [name, value.slice(0, endOf(value))]);
}

export function stanzaOf(fields: readonly RawField[]): string {
  return fields
    .map(([name, value]) => `${name}:${value === "" || isWhite(value.charCodeAt(0)) ? "" : " "}${value}`)
    .join("\n");
}

/** A raw value as every reader understands it: without white space around it, and at the end of each line. */
export function meaningOf(value: string): string {
  const [first = "", ...rest] = value.split("\n");
  return [trimmed(first), ...rest.map((line) => line.slice(1, endOf(line)))].join("\n");
}

/** Of ASCII alone: what JavaScript takes for a space beside that is a part of some character here. */
function trimmed(text: string): string {
  let from = 0;
  while (from < text.length && isWhite(text.charCodeAt(from))) from++;
  return text.slice(from, Math.max(from, endOf(text)));
}

function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && isWhite(text.charCodeAt(end - 1))) end--;
  return end;
}

function isWhite(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function fieldStart(stanza: string, name: string): number {
  if (stanza.startsWith(`${name}:`)) return 0;
  const found = stanza.indexOf(`\n${name}:`);
  if (found >= 0) return found + 1;
  // The names of fields are the same in any case (Debian Policy 5.1), and hardly ever written otherwise.
  return stanza.search(new RegExp(`^${name}:`, "im"));
}
