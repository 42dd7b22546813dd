/**
 * What is wrong in the configuration, and where. All problems of a file are shown at once, each with the line it stands
 * in. Invariant: no secret of the file gets into the text, neither by the message nor by the excerpt.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Refusal } from "../../engines/values/parsed.ts";
import { redacted } from "../../engines/values/redacted.ts";

/** Keys and indices from the top of the file. */
export type Path = readonly (string | number)[];

export interface Span {
  /** Offset in the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

export interface Problem extends Refusal, Span {}

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

const shownAtMost = 25;
const widest = 100;

/** One failure of all problems: their common code, or CONFIG_INVALID where they differ. */
export function configError(source: SourceText, problems: readonly Problem[]): ReleaseError {
  const sorted = [...problems].sort((a, b) => a.offset - b.offset);
  const [first] = sorted;
  if (first === undefined) throw new RangeError("no problem to report");
  const code = sorted.every((problem) => problem.code === first.code) ? first.code : "CONFIG_INVALID";
  const more = sorted.length - 1;
  return new ReleaseError(code, {
    what: `${describe(source, first)}${more === 0 ? "" : ` (and ${more} more)`}`,
    next: more === 0 ? first.next : `Correct these ${sorted.length} places, then run: ggen-release check`,
    details: [
      ...sorted.slice(0, shownAtMost).flatMap((problem) => excerpt(source, problem, more > 0)),
      ...(more >= shownAtMost ? [`… and ${sorted.length - shownAtMost} more`] : []),
    ],
  });
}

/** `builds[0].targets[1]`, as people write it. */
export function pathText(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

function describe(source: SourceText, problem: Problem): string {
  const { line, column } = position(source.text, problem.offset);
  return `${source.file}:${line}:${column}: ${problem.what}`;
}

function excerpt(source: SourceText, problem: Problem, withText: boolean): readonly string[] {
  const { line, column } = position(source.text, problem.offset);
  const whole = source.text.slice(problem.offset - column + 1).split(/\r?\n/, 1)[0] ?? "";
  const from = Math.max(0, column - 1 - widest / 2);
  const shown = printable(redacted(whole)).slice(from, from + widest);
  const margin = String(line).padStart(5);
  const carets = "^".repeat(Math.max(1, Math.min(problem.length, shown.length - (column - 1 - from))));
  return [
    ...(withText ? [describe(source, problem)] : []),
    `${margin} | ${shown}`,
    `${" ".repeat(margin.length)} | ${" ".repeat(column - 1 - from)}${carets}`,
    ...(withText ? [`      ${problem.next}`] : []),
  ];
}

/** A private key or token that was pasted into the file is not repeated on the screen and in logs. */
function printable(line: string): string {
  return line
    .replace(/-----BEGIN.*/, (found) => "*".repeat(found.length))
    .replace(/[\w+/=-]{36,}/g, (found) => (/[0-9]/.test(found) ? "*".repeat(found.length) : found))
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, " ");
}

function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

export function syntaxProblem(span: Span, what: string, next: string): Problem {
  return { code: "CONFIG_SYNTAX", ...span, what, next };
}
