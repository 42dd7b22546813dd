/** Colours and signs only where the terminal has them. */
import { expect, it } from "vitest";
import { styled, styleOf } from "./style.ts";

const terminal = { isTTY: true, hasColors: (env: object) => !("NO_COLOR" in env) };

it.each([
  ["a terminal", terminal, { LANG: "C.UTF-8" }, { color: true, unicode: true }],
  ["a terminal under NO_COLOR", terminal, { LANG: "de_DE.utf8", NO_COLOR: "" }, { color: false, unicode: true }],
  ["a pipe", { isTTY: false }, { LANG: "C.UTF-8", FORCE_COLOR: "1" }, { color: false, unicode: true }],
  ["another locale", terminal, { LC_ALL: "C", LANG: "C.UTF-8" }, { color: true, unicode: false }],
  ["no locale", terminal, {}, { color: true, unicode: false }],
  ["an empty LC_ALL", terminal, { LC_ALL: "", LC_CTYPE: "en_US.UTF-8" }, { color: true, unicode: true }],
  ["the console of Linux", terminal, { LANG: "C.UTF-8", TERM: "linux" }, { color: true, unicode: false }],
])("knows %s", (_, output, environment, style) => {
  expect(styleOf(output, environment)).toEqual(style);
});

it("colours what a line begins with, and nothing else", () => {
  const style = { color: true, unicode: true };
  expect(styled("error: It broke. [IO]", style)).toBe("\u001b[31merror:\u001b[0m It broke. [IO]");
  expect(styled("  ✓ tool (1 s)", style)).toBe("\u001b[32m  ✓\u001b[0m tool (1 s)");
  expect(styled("no error: here", style)).toBe("no error: here");
});

it("says the same in ASCII", () => {
  const style = { color: false, unicode: false };
  expect(styled("✓ • … → · ├─ └─ │ ─── ← × ✗", style)).toBe("+ * ... -> - |- `- | --- <- x x");
  expect(styled("naïve", style)).toBe("naïve");
});
