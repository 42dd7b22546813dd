/** A value as it is shown to people: bounded, and with everything that a terminal could act on escaped. */
export function quoted(text: string, longest = 80): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The text with the credentials of every address in it replaced by `***`. */
export function redacted(text: string): string {
  return text.replace(/([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#\s"'@]*(?:@[^/?#\s"'@]*)*@/g, "$1***@");
}
