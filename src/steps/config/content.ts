/**
 * What no text in the configuration may hold, in whatever key it stands: CI expressions, credentials, secret keys, and
 * characters that change what a reader or terminal sees. Invariant: a refused text is not repeated.
 */
import { credentialsRefused, hasCredentials } from "../../engines/values/web-address.ts";
import type { Refusal } from "../../engines/values/parsed.ts";
import { type Path, pathText } from "./problem.ts";

export interface RefusedText extends Refusal {
  readonly path: Path;
  readonly at: "key" | "value";
}

/** Every refused text of the data, keys included, in the order of the file. */
export function refusedTexts(value: unknown, path: Path = []): readonly RefusedText[] {
  if (typeof value === "string") return refused(value, path, "value");
  if (Array.isArray(value)) return value.flatMap((item, index) => refusedTexts(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...refused(key, [...path, key], "key"),
    ...refusedTexts(item, [...path, key]),
  ]);
}

function refused(text: string, path: Path, at: RefusedText["at"]): readonly RefusedText[] {
  const refusal = refusalOf(text, at === "key" ? "A key" : pathText(path));
  return refusal === undefined ? [] : [{ ...refusal, path, at }];
}

function refusalOf(text: string, name: string): Refusal | undefined {
  if (hasCredentials(text)) return { code: "CONFIG_URL_CREDENTIALS", ...occurrence(credentialsRefused(text)) };
  const invalid = (what: string, next: string): Refusal => ({ code: "CONFIG_INVALID", what: `${name} ${what}`, next });
  if (/-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:ghp|gho|ghs|github_pat|glpat|npm)[_-][A-Za-z0-9_-]{20,}/.test(text)) {
    return invalid(
      "holds a secret (not shown).",
      "Take it out, make a new one if the file was ever pushed, and name a variable or a file instead: env:NAME, file:PATH.",
    );
  }
  if (text.includes("${{")) {
    return invalid(
      "holds an expression of a CI system (${{ … }}), which is not evaluated here.",
      "Write the value itself; pass a secret as an environment variable and name it under grant.",
    );
  }
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text)) {
    return invalid(
      "holds a character that is not visible and changes what is shown around it.",
      "Type the text anew; cat -A shows where the character is.",
    );
  }
  if (!text.isWellFormed()) return invalid("holds half of a character (a lone surrogate).", "Type the text anew.");
  return undefined;
}

function occurrence({ what, next }: { readonly what: string; readonly next: string }) {
  return { what, next };
}
