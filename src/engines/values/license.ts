/** SPDX licence expressions (SPDX 2.3, annex D): their grammar, not the list of identifiers, which grows every quarter. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

const idstring = /^[A-Za-z0-9][A-Za-z0-9.-]*\+?(?::[A-Za-z0-9.-]+)?$/;

/** The expression with single spaces. Throws CONFIG_INVALID. */
export function parseLicense(text: string): string {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const rest = text.length <= 500 ? afterExpression(tokens, 0) : undefined;
  if (rest === tokens.length) return tokens.join(" ").replaceAll("( ", "(").replaceAll(" )", ")");
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(text)} is not an SPDX licence expression.`,
    next: "Write identifiers from https://spdx.org/licenses/, joined by AND, OR or WITH: MIT, or MIT OR Apache-2.0.",
  });
}

/** `MIT/Apache-2.0`, as older Cargo manifests say it, is `MIT OR Apache-2.0`. */
export function licenseFrom(text: string): string | undefined {
  try {
    return parseLicense(text.replaceAll("/", " OR "));
  } catch {
    return undefined;
  }
}

/** Index after the expression that begins at `at`, or undefined where there is none. */
function afterExpression(tokens: readonly string[], at: number): number | undefined {
  const end = afterTerm(tokens, at);
  if (end === undefined || !["AND", "OR"].includes(tokens[end] ?? "")) return end;
  return afterExpression(tokens, end + 1);
}

function afterTerm(tokens: readonly string[], at: number): number | undefined {
  const token = tokens[at] ?? "";
  if (token === "(") {
    const end = afterExpression(tokens, at + 1);
    return end !== undefined && tokens[end] === ")" ? end + 1 : undefined;
  }
  if (!isIdentifier(token)) return undefined;
  if (tokens[at + 1] !== "WITH") return at + 1;
  return isIdentifier(tokens[at + 2] ?? "") ? at + 3 : undefined;
}

function isIdentifier(token: string): boolean {
  return idstring.test(token) && !["AND", "OR", "WITH"].includes(token);
}
