/**
 * JSON Canonicalization Scheme (RFC 8785): one text for one value, so that plans and manifests have one digest each.
 * Invariant: equal values give equal bytes, whatever order their keys were made in.
 */
import canonicalize from "canonicalize";

export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}

/** The same value for people: indented, keys sorted, newline at the end. */
export function readableJson(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
}
