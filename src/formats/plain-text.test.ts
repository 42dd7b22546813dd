import fc from "fast-check";
import { expect, it } from "vitest";
import { plainText } from "./plain-text.ts";

it("takes out colours, cursor movement, titles, links and lone control characters", () => {
  expect(
    plainText(
      "\u001b[31mred\u001b[0m \u001b]0;title\u0007a\u001b]8;;x\u001b\\link\u001b]8;;\u001b\\ b\u0000\u0008c\u009b2Jd\re",
    ),
  ).toBe("red alink bcde");
});

it("takes out what turns text around or hides it", () => {
  expect(plainText("a\u202egpj.exe\u200b")).toBe("agpj.exe");
});

it("keeps words, tabs, line ends and other scripts", () => {
  expect(plainText("naïve 日本 🎉\tx\ny")).toBe("naïve 日本 🎉\tx\ny");
});

it("leaves nothing that a terminal acts on", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});
