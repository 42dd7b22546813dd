/** A parsed file of which each string is known by its path of keys and by where it stands in the text. */
import type { SourceText, Span } from "./source-text.ts";

export type KeyPath = readonly (string | number)[];

export interface StructuredDocument {
  readonly source: SourceText;
  /** The parsed value, or undefined where the document has none. */
  value(...path: KeyPath): unknown;
  /** The string at a path, or undefined where there is none or something else. */
  text(...path: KeyPath): string | undefined;
  /** Keys of a table, in the order of the file; none where there is no table. */
  keys(...path: KeyPath): readonly string[];
  /** Where a scalar stands; a string without its quotes. */
  span(...path: KeyPath): Span | undefined;
}

export interface Scalar extends Span {
  readonly path: KeyPath;
}

/** `scalars` in the order of the text: of a key that stands twice, the last counts, as parsers have it. */
export function documentOf(source: SourceText, data: unknown, scalars: readonly Scalar[]): StructuredDocument {
  const spans = new Map(scalars.map(({ path, start, end }) => [JSON.stringify(path), { start, end }]));
  const value = (...path: KeyPath): unknown => path.reduce<unknown>((at, key) => child(at, key), data);
  return {
    source,
    value,
    text(...path) {
      const found = value(...path);
      return typeof found === "string" ? found : undefined;
    },
    keys(...path) {
      const found = value(...path);
      return isTable(found) ? Object.keys(found) : [];
    },
    span: (...path) => spans.get(JSON.stringify(path)),
  };
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function child(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === "number" ? (value as readonly unknown[])[key] : undefined;
  return isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
