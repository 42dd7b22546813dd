/** Tables stay aligned, and a cell stays in its row. */
import { expect, it } from "vitest";
import { tableLines } from "./table.ts";

it("aligns columns, numbers to the right", () => {
  expect(
    tableLines({
      header: ["file", "bytes"],
      rows: [
        ["a.deb", "12"],
        ["日本", "1 024"],
      ],
      right: [1],
      indent: 2,
    }),
  ).toEqual(["  file   bytes", "  ─────  ─────", "  a.deb     12", "  日本   1 024"]);
});

it("lets no cell break a line or move the cursor", () => {
  expect(tableLines({ header: ["x"], rows: [["a\nb\u001b[2J\tc"], []] })).toEqual(["x", "─────", "a b c", ""]);
});
