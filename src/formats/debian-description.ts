/**
 * The Description field from plain or Markdown-like text (Debian Policy 5.6.13): a synopsis, then paragraphs whose
 * lines a reader may join, and verbatim lines that begin with a space.
 * Invariant: no text ends the field or uses the syntax that Policy reserves (a full stop at a line's beginning).
 */

/** Columns of a line without the space that begins it. */
const width = 79;

/** Lines of the field: the synopsis, then the folded description. */
export function descriptionLines(synopsis: string, description = ""): readonly string[] {
  const lines = description
    .replace(/\r\n?/g, "\n")
    .replaceAll("\t", "        ")
    .split("\n")
    .map((line) => line.trimEnd())
    // Debian's own spelling of an empty line, as people copy it from a control file; indented it means nothing.
    .map((line) => (/^\s*\.$/.test(line) ? "" : line));
  const paragraphs = lines.filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "");
  if (paragraphs.at(-1) === "") paragraphs.pop();
  return [synopsis, ...paragraphs.flatMap(foldLine)];
}

function foldLine(line: string): readonly string[] {
  if (line.startsWith(" ")) return [line];
  const isListItem = /^([-*+•]|[0-9]+[.)]) /.test(line);
  // A reader joins lines of a paragraph: what must keep its own line is made verbatim by one more space.
  if (isListItem || line.startsWith(".")) return [` ${line}`];
  return wrap(line);
}

function wrap(line: string): readonly string[] {
  const lines: string[] = [];
  for (const word of line.split(/ +/)) {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + 1 + word.length <= width;
    // A word such as `.NET` must not begin a line.
    if (last !== undefined && (fits || word.startsWith("."))) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
