/** Columns of a terminal, as people who align things by eye count them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { cutToWidth, textWidth } from "./text-width.ts";

it.each([
  ["plain", 5],
  ["naïve", 5],
  ["nai\u0308ve", 5],
  ["日本", 4],
  ["✓ … →", 5],
  ["📦", 2],
  ["", 0],
])("gives %s its columns", (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

it("cuts to a width, never through a wide character", () => {
  expect(cutToWidth("abcdef", 6)).toBe("abcdef");
  expect(cutToWidth("abcdefg", 6)).toBe("abcde…");
  expect(cutToWidth("日本語", 4)).toBe("日…");
  expect(cutToWidth("abc", 0)).toBe("");
});

it("never answers more than the width", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, columns) => {
      expect(textWidth(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});
