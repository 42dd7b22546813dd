/**
 * Text as Ruby string literals (Ruby 3.4 documentation, "Literals"). A text of harmless characters stands in double
 * quotes, as Homebrew's style wants it; any other in single quotes, where Ruby knows no interpolation and only two
 * escapes. Invariant: the literal stands on one line and evaluates to the very text, whatever that says.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

/** One line of text. Throws FORMULA_FIELD_INVALID for characters that no text for people holds. */
export function rubyString(text: string): string {
  requireText(text);
  return /["\\#]/.test(text) ? `'${text.replace(/['\\]/g, (character) => `\\${character}`)}'` : `"${text}"`;
}

/**
 * Text of one or more lines, as an expression at this indentation. Each line is a literal of its own, so that no line of
 * the file begins with text: `__END__` and `=begin` would mean something there.
 */
export function rubyText(text: string, indentation: string): string {
  const lines = text.split("\n");
  if (lines.length === 1) return rubyString(text);
  const literals = lines.map((line) => `${indentation}  ${rubyString(line)},\n`);
  return `[\n${literals.join("")}${indentation}].join("\\n")`;
}

/** Control characters but the tab, halves of surrogate pairs, and what makes a line read otherwise than it runs. */
function requireText(text: string): void {
  const [character] = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(text) ?? [];
  if (character === undefined && text.isWellFormed()) return;
  throw new ReleaseError("FORMULA_FIELD_INVALID", {
    what: `The formula cannot hold ${quoted(text)}: a control character is in it.`,
    next: "Take the character out of ggen-release.yaml (or of the field that it was read from).",
  });
}
