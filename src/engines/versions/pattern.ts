/** Places of the configuration with a pattern: the text around a version, `{version}` in its place, on one line. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Version } from "../../domain/version.ts";
import { type Mention, mentionOf } from "./place.ts";
import type { SourceText } from "./source-text.ts";

const marker = "{version}";
/** A run of letters a version may hold, bounded so that no text costs more than its length times this. */
const token = "([0-9A-Za-z](?:[0-9A-Za-z.+~_-]{0,254}[0-9A-Za-z])?)";

/** Every place in the file where the pattern fits; the roles are the caller's. */
export function readPattern(source: SourceText, pattern: string, version: Version): readonly Mention[] {
  const parts = pattern.split(marker);
  if (parts.length < 2) throw withoutMarker(pattern);
  const expression = new RegExp(parts.map(escaped).join(token), "dg");
  const spans = [...source.text.matchAll(expression)].flatMap(({ indices }) => [...(indices ?? [])].slice(1));
  return spans.map(([start, end] = [0, 0]) => {
    const value = source.text.slice(start, end);
    return mentionOf(version, { source, span: { start, end }, what: pattern, value, role: "document" });
  });
}

function withoutMarker(pattern: string): ReleaseError {
  return new ReleaseError("CONFIG_INVALID", {
    what: `The pattern ${quoted(pattern)} under version.places does not say where the version stands.`,
    next: `Write ${marker} in the version's place, for example "image: tool:${marker}".`,
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
