/** valibot's issues in the words of a user: the key, the value seen, what is allowed, and what to write. */
import type * as v from "valibot";
import { nearest } from "../../domain/nearest.ts";
import { type Refusal, readRefusal } from "../../engines/values/parsed.ts";
import { quoted } from "../../domain/quoted.ts";
import { type Path, pathText } from "./problem.ts";

export interface Complaint extends Refusal {
  readonly path: Path;
  readonly at: "key" | "value";
}

type Issue = v.BaseIssue<unknown>;

/** `written` answers how a scalar stands in the file, where it does. */
export function complaintOf(issue: Issue, written: (path: Path) => string | undefined): Complaint {
  return explain(issue, [], written);
}

function explain(issue: Issue, above: Path, written: (path: Path) => string | undefined): Complaint {
  const path: Path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  // Of a union, the option that was meant is the one that looked inside the value.
  const inner =
    issue.issues?.find((one) => (one.path?.length ?? 0) > 0) ?? issue.issues?.find(({ kind }) => kind !== "schema");
  if (inner !== undefined) return explain(inner, path, written);
  if (issue.kind !== "schema") {
    const { what, ...rest } = readRefusal(issue.message, `Correct ${pathText(path)}.`);
    return { ...rest, what: withName(path, what), path, at: "value" };
  }
  const at = issue.path?.at(-1)?.origin === "key" ? "key" : "value";
  // An index is never missing: what is undefined is a key that a section or a variant needs.
  if (issue.input === undefined && path.length > 0) return missing(path, literals(issue.expected));
  return { code: "CONFIG_INVALID", ...wrongType(issue, path, written(path)), path, at };
}

function missing(path: Path, words: readonly string[]): Complaint {
  const around = path.slice(0, -1);
  const key = String(path.at(-1));
  return {
    code: "CONFIG_INVALID",
    what: `${around.length === 0 ? "The configuration" : pathText(around)} lacks the key ${key}.`,
    next: `Add it: ${key}: ${words.some((word) => word !== key) ? words.join(" | ") : "…"}`,
    path: around,
    at: "value",
  };
}

function wrongType(
  issue: Issue,
  path: Path,
  source: string | undefined,
): { readonly what: string; readonly next: string } {
  const name = path.length === 0 ? "The configuration" : pathText(path);
  const words = literals(issue.expected);
  if (words.length > 0 && typeof issue.input === "string") {
    const guess = nearest(issue.input, words);
    return {
      what: `${name} is ${quoted(issue.input)}, which is not known.`,
      next: `${guess === undefined ? "" : `Did you mean ${guess}? `}Allowed: ${words.join(", ")}.`,
    };
  }
  const wanted = kinds(issue.expected);
  const shown = source ?? "";
  if (wanted === "text" && shown !== "" && issue.input !== null) {
    return { what: `${name} must be text, but ${shown} without quotes is not.`, next: `Put it in quotes: "${shown}".` };
  }
  return {
    what: `${name} must be ${wanted}, but is ${seen(issue.input, source)}.`,
    next: `Write ${wanted}, or take the key out.`,
  };
}

/** The words in `("cargo" | "go")`. */
function literals(expected: string | null): readonly string[] {
  return [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, word]) => word ?? "");
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  Array: "a list",
  Object: "a section of keys",
  boolean: "true or false",
  number: "a number",
  false: "false",
  true: "true",
};

function kinds(expected: string | null): string {
  const names = (expected ?? "").replace(/[()]/g, "").split(" | ");
  return names.map((name) => kindNames[name] ?? name).join(", or ");
}

function seen(input: unknown, source: string | undefined): string {
  if (input === null || input === undefined) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a section";
  return typeof input === "string" ? quoted(input) : `the ${typeof input} ${source ?? JSON.stringify(input)}`;
}

function withName(path: Path, what: string): string {
  const name = pathText(path);
  return name === "" || what.startsWith(String(path.at(-1))) ? what : `${name}: ${what}`;
}
