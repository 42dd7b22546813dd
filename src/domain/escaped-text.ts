/** Text of unknown origin for people to read: nothing in it is lost, and nothing in it acts on a terminal or turns a line. */

/** Control characters but the newline, line separators, what is invisible, and what changes the direction of writing. */
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Each such character as its code: `\u{1b}`. */
export function escapedText(text: string): string {
  return text.replace(acting, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** The same for what has to stay on one line. */
export function escapedLine(text: string): string {
  return escapedText(text).replaceAll("\n", "\\n");
}
