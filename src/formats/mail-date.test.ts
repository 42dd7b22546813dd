import fc from "fast-check";
import { expect, it } from "vitest";
import { mailDate } from "./mail-date.ts";

it.each([
  [0, "Thu, 01 Jan 1970 00:00:00 +0000"],
  [951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"],
  [951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"],
  [1_767_225_600, "Thu, 01 Jan 2026 00:00:00 +0000"],
  [4_294_967_295, "Sun, 07 Feb 2106 06:28:15 +0000"],
])("writes %d as %s", (seconds, text) => expect(mailDate(seconds)).toBe(text));

it("agrees with JavaScript's calendar until the year 9999", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(mailDate(seconds)).toBe(new Date(seconds * 1000).toUTCString().replace("GMT", "+0000"));
    }),
  );
});
