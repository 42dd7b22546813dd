import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const options = ["--releases", "--allow-backport", "--dry-run", "--config", "--json", "--ci"];

it.each([
  ["--release", "--releases"],
  ["--dryrun", "--dry-run"],
  ["--cofnig", "--config"],
  ["--jsno", "--json"],
  ["--alow-backport", "--allow-backport"],
])("answers %s with %s, which was meant", (said, meant) => {
  expect(nearest(said, options)).toBe(meant);
});

it.each(["--rehearse", "--skip", "--as", "--to"])("answers %s with nothing: no option is like it", (said) => {
  expect(nearest(said, options)).toBeUndefined();
});
