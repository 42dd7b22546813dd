/** Lines that .gitignore needs (gitignore(5)). Invariant: what stands in the file stays as it is, line endings included. */

/** Where releases and intermediate files lie; anchored, so that docs/releases/ stays visible. */
const needed = ["/.ggen-release/", "/releases/"];

export interface IgnoreChange {
  readonly text: string;
  /** Empty where nothing was missing. */
  readonly added: readonly string[];
}

export function withIgnoreLines(text: string): IgnoreChange {
  const known = text.split(/\r?\n/).map(plain);
  const added = needed.filter((line) => !known.includes(plain(line)));
  if (added.length === 0) return { text, added };
  const end = /\r\n/.test(text) ? "\r\n" : "\n";
  const start = text === "" || text.endsWith("\n") ? text : `${text}${end}`;
  return { text: `${start}${added.map((line) => `${line}${end}`).join("")}`, added };
}

/** `releases`, `/releases/` and `releases/ ` all keep the folder out. */
function plain(line: string): string {
  return line
    .trimEnd()
    .replace(/^\//, "")
    .replace(/\/(?:\*\*?)?$/, "");
}
