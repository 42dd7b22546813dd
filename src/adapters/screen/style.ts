/**
 * What a terminal can show: colours only where there are any and nobody asked for none (https://no-color.org), signs
 * beyond ASCII only where the locale says UTF-8. The words are the same everywhere.
 */
export interface Style {
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Where the lines go: a terminal, a file, a pipe. */
export interface Output {
  readonly isTTY?: boolean;
  hasColors?(environment: object): boolean;
}

export function styleOf(output: Output, environment: Readonly<Record<string, string | undefined>>): Style {
  const color = output.isTTY === true && output.hasColors?.(environment) === true;
  return { color: color && environment["NO_COLOR"] === undefined, unicode: isUnicode(environment) };
}

/** POSIX, chapter 8.2: the first of these that is set and not empty counts. The console of Linux has few signs in its font. */
function isUnicode(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "C";
  return /utf-?8/i.test(locale) && environment["TERM"] !== "linux";
}

/** Our own signs in ASCII; the spinner's keep their number. Letters of names stay what they are. */
const ascii: Readonly<Record<string, string>> = {
  "✓": "+",
  "✗": "x",
  "✖": "x",
  "•": "*",
  "…": "...",
  "→": "->",
  "←": "<-",
  "·": "-",
  "├": "|",
  "└": "`",
  "│": "|",
  "─": "-",
  "◼": "-",
  "›": ">",
  "█": "#",
  "░": ".",
  "×": "x",
};
const signs = new RegExp(`[${Object.keys(ascii).join("")}]`, "g");

export function inSigns(text: string, { unicode }: Style): string {
  return unicode ? text : text.replace(signs, (sign) => ascii[sign] ?? sign);
}

export const colors = { red: 31, green: 32, yellow: 33, cyan: 36, faint: 2 } as const;

export function inColor(text: string, color: keyof typeof colors, style: Style): string {
  return style.color ? `\u001b[${colors[color]}m${text}\u001b[0m` : text;
}

/** What a line begins with says what it is. */
const beginnings: readonly (readonly [RegExp, keyof typeof colors])[] = [
  [/^error:|^ *✗/, "red"],
  [/^warning:|^ *!(?= )/, "yellow"],
  [/^ *✓/, "green"],
  [/^note:|^ {2}(?:why|next): /, "cyan"],
];

/** A line of plain text as this output shows it. */
export function styled(line: string, style: Style): string {
  const signed = (text: string): string => inSigns(text, style);
  for (const [beginning, color] of style.color ? beginnings : []) {
    const found = beginning.exec(line)?.[0];
    if (found !== undefined) return inColor(signed(found), color, style) + signed(line.slice(found.length));
  }
  return signed(line);
}
