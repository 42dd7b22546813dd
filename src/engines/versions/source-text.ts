/**
 * A file's text with its offsets: what is read to find versions, and edited by offset. Invariant: encoding an unedited
 * text gives the file's bytes again, byte order mark, line ends and unreadable characters included.
 */
import { Buffer } from "node:buffer";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

export interface SourceText {
  readonly path: string;
  readonly text: string;
  readonly encoding: "utf8" | "latin1";
}

/** From `start` up to, not including, `end`; UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Replacement extends Span {
  readonly text: string;
}

/** Bytes that are no UTF-8 are read as Latin-1: each stays one character and is written back as it was. */
export function decodeSource(path: string, bytes: Uint8Array): SourceText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, text, encoding: "utf8" };
  } catch {
    return { path, text: Buffer.from(bytes).toString("latin1"), encoding: "latin1" };
  }
}

/** The bytes of the text with these replacements made; they must not overlap. */
export function encodeEdited(source: SourceText, replacements: readonly Replacement[]): Uint8Array {
  const ordered = [...replacements].sort((a, b) => a.start - b.start);
  let text = "";
  let done = 0;
  for (const { start, end, text: replacement } of ordered) {
    text += source.text.slice(done, start) + replacement;
    done = end;
  }
  return new Uint8Array(Buffer.from(text + source.text.slice(done), source.encoding));
}

/** Line and column, both from 1; lines end in LF, so CRLF files count alike. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** The failure of a place that cannot be read: names file and line. */
export function unreadable(source: SourceText, offset: number, reason: string, next?: string): ReleaseError {
  const { line, column } = positionAt(source.text, offset);
  return new ReleaseError("VERSION_PLACE_UNREADABLE", {
    what: `${quoted(source.path)}, line ${line}, column ${column}: ${reason}.`,
    next:
      next ?? "Mend the file, or name it under version.places with role: placeholder if it is none of this release's.",
  });
}
