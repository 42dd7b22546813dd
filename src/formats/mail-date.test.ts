import fc from "fast-check";
import { expect, it } from "vitest";
import { mailDate, parseMailDate } from "./mail-date.ts";

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

it("reads back what it writes, and what Release files hold", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parseMailDate(mailDate(seconds))).toBe(seconds);
      expect(parseMailDate(mailDate(seconds).replace("+0000", "UTC"))).toBe(seconds);
    }),
  );
  expect(parseMailDate("Sat,  7 Nov 2026 08:00:01 UTC")).toBe(1_794_038_401);
});

it.each([
  "",
  "2026-11-21",
  "Sat, 31 Feb 2026 00:00:00 UTC",
  "Sat, 21 Nov 2026 25:00:00 UTC",
  "Sat, 21 Nov 2026 00:00:00 +0100",
])("takes %j for no date", (text) => expect(parseMailDate(text)).toBeNull());
