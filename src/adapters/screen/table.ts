/** Tables for people: columns aligned by what they take on a terminal. Invariant: a row is one line, whatever its cells hold. */
import { plainText } from "../../formats/plain-text.ts";
import { textWidth } from "../../formats/text-width.ts";
import type { Table } from "../../ports/reporter.ts";

export function tableLines({ header, rows, right = [], indent = 0 }: Table): readonly string[] {
  const all = [header, ...rows].map((row) =>
    header.map((_, column) => plainText(row[column] ?? "").replace(/\s/g, " ")),
  );
  const widths = header.map((_, column) => Math.max(...all.map((row) => textWidth(row[column] ?? ""))));
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - textWidth(cell));
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].map((line) => " ".repeat(indent) + line);
}
