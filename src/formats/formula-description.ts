/**
 * A formula's `desc` by the rules of Homebrew's audit (rubocops/shared/desc_helper.rb of Homebrew 6): no article and no
 * name at its start, a capital letter there, no full stop, no symbols, `command-line`, under 80 characters.
 * Invariant: what is returned passes the audit; only the form of the summary is changed, never its words' meaning.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

const longest = 79;
const lowercaseWords = ["iOS", "iPhone", "macOS"];

/** Throws FORMULA_FIELD_INVALID where rewording is a person's business. */
export function formulaDescription(summary: string, name: string): string {
  const whole = mended(summary, name);
  const description = lengthOf(whole) > longest ? mended(firstSentence(whole), name) : whole;
  const fault =
    description === ""
      ? "nothing of it is left without article, name and symbols"
      : startsWithName(description, name)
        ? `it begins with the name ${name}`
        : lengthOf(description) > longest
          ? `it has ${lengthOf(description)} characters; Homebrew takes ${longest}`
          : undefined;
  if (fault === undefined) return description;
  throw new ReleaseError("FORMULA_FIELD_INVALID", {
    what: `The summary ${quoted(summary)} cannot describe the formula: ${fault}.`,
    next: `Write a \`summary:\` of at most ${longest} characters in ggen-release.yaml that does not begin with the name.`,
  });
}

/** Applies the mechanical rules until none applies any more: what follows an article may be another. */
function mended(text: string, name: string): string {
  const next = steps.reduce((result, step) => step(result, name), text);
  return next === text ? text : mended(next, name);
}

const steps: readonly ((text: string, name: string) => string)[] = [
  (text) =>
    text
      .replace(/\p{So}|\u200d|\ufe0e|\ufe0f/gu, "")
      .replace(/\s+/g, " ")
      .trim(),
  // `fd is a simple find`, `yq: a YAML processor`, `jq - JSON processor`
  (text, name) => text.replace(new RegExp(`^${nameOf(name)}(?: is |: ?|, | [-–—]+ )`, "iu"), ""),
  (text) => text.replace(/^(?:the|an?)(?: |$)/i, ""),
  (text) => (/\Wetc\.$/.test(text) ? text : text.replace(/[. ]+$/, "")),
  (text) => text.replace(/(c)ommand ?line/gi, "$1ommand-line"),
  (text) => (lowercaseWords.includes(text.split(" ")[0] ?? "") ? text : text.replace(/^[a-z]/, (c) => c.toUpperCase())),
];

function firstSentence(text: string): string {
  return /^(.+?[^.])\. /u.exec(text)?.[1] ?? text;
}

function startsWithName(text: string, name: string): boolean {
  return new RegExp(`^${nameOf(name)}(?![\\p{L}\\p{N}\\p{M}_])`, "iu").test(text);
}

/** The name as the audit looks for it: hyphens may be spaces or left out anywhere. */
function nameOf(name: string): string {
  const characters = Array.from(name.replaceAll("-", ""), (character) =>
    character.replace(/[.+*?^$()[\]{}|\\]/, "\\$&"),
  );
  return characters.join("[\\s\\-]?");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
