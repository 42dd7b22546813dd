/**
 * Events as JSON, one object a line (`--json`; RFC 8259). Invariant: a line holds nothing that a terminal could act on,
 * and nothing comes after the result or the failure.
 */
import type { Event } from "../../domain/event.ts";

/** JSON escapes the control characters of ASCII by itself; these others a terminal understands too (ECMA-48, UAX 9). */
const unsafe = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function jsonScreen(write: (line: string) => void): (event: Event) => void {
  let ended = false;
  return (event) => {
    if (ended) return;
    ended = event.type === "result" || event.type === "failed";
    write(JSON.stringify(event).replace(unsafe, escaped));
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
