/** Durations are read at a glance, and never say sixty seconds. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatDuration, formatElapsed, formatTime } from "./time.ts";

it.each([
  [0, "0 ms"],
  [340.4, "340 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [1249, "1.2 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min 0 s"],
  [119_600, "2 min 0 s"],
  [184_000, "3 min 4 s"],
  [3_599_600, "1 h 0 min"],
  [3_725_000, "1 h 2 min"],
])("says of %d milliseconds: %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it.each([
  [0, "0 s"],
  [1999, "1 s"],
  [59_999, "59 s"],
  [60_000, "1 min 0 s"],
  [3_600_000, "1 h 0 min"],
])("ticks in whole seconds: %d is %s", (milliseconds, text) => {
  expect(formatElapsed(milliseconds)).toBe(text);
});

it("never says 60 of anything", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (milliseconds) => {
      expect(formatDuration(milliseconds)).not.toMatch(/(?:^|\s)60(?:\.0)? /);
      expect(formatElapsed(milliseconds)).not.toMatch(/(?:^|\s)60 /);
    }),
  );
});

it("gives times in UTC", () => {
  expect(formatTime(0)).toBe("1970-01-01T00:00:00.000Z");
});
