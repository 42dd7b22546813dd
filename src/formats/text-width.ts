/**
 * How many columns a text takes on a terminal: East Asian wide characters and emoji take two (UAX 11), marks that combine
 * with what stands before them none. Near enough to align a table; terminals themselves differ about some emoji.
 */
const wide =
  /[\u1100-\u115f\u231a\u231b\u23e9-\u23ec\u25fd\u25fe\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const joining = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/** As much of the text as fits in so many columns, with … where something is left out. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = "";
  let left = columns - 1;
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return columns < 1 ? "" : `${kept}…`;
}

function widthOf(character: string): number {
  // Most text is ASCII.
  if (character <= "\u007e") return 1;
  return joining.test(character) ? 0 : wide.test(character) ? 2 : 1;
}
