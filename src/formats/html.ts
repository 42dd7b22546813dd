/**
 * HTML out of texts (HTML Living Standard, 13.1). Invariant: what is put into a template is text and stays text, in
 * element content and in quoted attribute values, unless it is itself made by a template.
 */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = string | number | Html | readonly Html[];

/** A template whose parts are escaped. Not for the content of `script` and `style`, whose text is not escaped in HTML. */
export function markup(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((string, index) => string + partText(parts[index])).join(""));
}

/** Text that this program wrote itself, as it stands. */
export function trusted(text: string): Html {
  return new Html(text);
}

export function joined(parts: readonly Html[], between = "\n"): Html {
  return new Html(parts.map(({ text }) => text).join(between));
}

function partText(part: HtmlPart | undefined): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(({ text }) => text).join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, which HTML does not allow and terminals would act on when a page is shown there, become U+FFFD. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "")
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
