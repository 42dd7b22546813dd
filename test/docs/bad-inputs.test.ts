import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { badInputReference, holders } from "../../scripts/docs-bad-inputs.ts";
import { badInputs } from "../bad-inputs/classes.ts";

/** Those that a release on one machine can meet. */
const local = [
  [1, 12],
  [14, 43],
  [49, 52],
  [54, 60],
  [70, 72],
] as const;

it("docs/bad-inputs.md is what the tests say; otherwise run: node scripts/docs-bad-inputs.ts", () => {
  const written = readFileSync(join(import.meta.dirname, "..", "..", "docs", "bad-inputs.md"), "utf8");
  expect(written).toBe(badInputReference());
});

it("counts every kind of bad input once, in order", () => {
  expect(badInputs.map(({ number }) => number)).toEqual(Array.from({ length: 72 }, (_, index) => index + 1));
});

it("has a test for every kind that a release on one machine can meet, and for every other a test or the work that brings it", () => {
  const held = holders();
  const without = badInputs.filter(({ number, later }) => {
    const isLocal = local.some(([first, last]) => number >= first && number <= last);
    return !held.has(number) && (isLocal || later === undefined);
  });
  expect(without).toEqual([]);
});

it("knows every number that a test's title bears", () => {
  const known = new Set(badInputs.map(({ number }) => number));
  expect([...holders().keys()].filter((number) => !known.has(number))).toEqual([]);
});
