/** Requirements on a version; npm's `semver` is the second opinion, for Cargo's dialect by way of a translation. */
import fc from "fast-check";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { parseVersion } from "../../domain/version.ts";
import { admits, rewritten } from "./requirement.ts";

const small = fc.nat({ max: 3 }).map(String);
const pre = fc.constantFrom("", "", "", "-0", "-rc.1", "-rc.2", "-alpha");
const full = fc.tuple(small, small, small, pre).map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
const partial = fc.oneof(
  full,
  small,
  fc.tuple(small, small).map((parts) => parts.join(".")),
  fc.tuple(small, fc.constantFrom("*", "x")).map((parts) => parts.join(".")),
  fc.tuple(small, small, fc.constantFrom("*", "x")).map((parts) => parts.join(".")),
  fc.constant("*"),
);
const operator = fc.constantFrom("", "", "^", "~", "=", ">", ">=", "<", "<=");
const comparator = fc.tuple(operator, partial).map((parts) => parts.join(""));
const comparators = fc.array(comparator, { minLength: 1, maxLength: 3 });
const npmRange = fc.oneof(
  comparators.map((parts) => parts.join(" ")),
  fc.tuple(partial, partial).map(([from, to]) => `${from} - ${to}`),
  fc.tuple(comparators, comparators).map(([a, b]) => `${a.join(" ")} || ${b.join(" ")}`),
);

describe("whether a requirement admits a version", () => {
  it("is for npm what semver says", () => {
    fc.assert(
      fc.property(npmRange, full, (range, version) => {
        expect(admits(range, parseVersion(version), "npm")).toBe(semver.satisfies(version, range));
      }),
      { numRuns: 5000 },
    );
  });

  it("is for npm as if nothing else stood beside an alternative that takes everything", () => {
    for (const range of [">=3.0.3-rc.1 || *", "* || 3.0.3-rc.2", ">=0.0.0 || 3.0.3-rc.2"]) {
      expect(admits(range, parseVersion("3.0.3-rc.2"), "npm")).toBe(semver.satisfies("3.0.3-rc.2", range));
    }
  });

  it("is for Cargo the same, with a bare version meaning a caret and commas for spaces", () => {
    fc.assert(
      fc.property(comparators, full, (parts, version) => {
        const asNpm = parts.map((part) => (/^[0-9][^*x]*$/.test(part) ? `^${part}` : part)).join(" ");
        expect(admits(parts.join(", "), parseVersion(version), "cargo")).toBe(semver.satisfies(version, asNpm));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(["workspace:*", "file:../core", "latest", "git+https://example.org/x.git", "npm:x@1.0.0", "1.2.3.4", "^"])(
    "is unknown of %j, which is no requirement",
    (text) => {
      expect(admits(text, parseVersion("1.2.3"), "npm")).toBeNull();
      expect(admits(text, parseVersion("1.2.3"), "cargo")).toBeNull();
    },
  );

  it("is an answer for every text, never an exception", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9.^~<>=*x |+v-]{0,14}$/),
      fc.constantFrom("01.2", "1-01", "1-.", "^1.2.3-"),
    );
    fc.assert(
      fc.property(text, full, fc.constantFrom("cargo", "npm"), (requirement, version, dialect) => {
        expect([true, false, null]).toContain(admits(requirement, parseVersion(version), dialect));
      }),
      { numRuns: 3000 },
    );
  });

  it("is found at once for hostile text", () => {
    expect(admits("1 ".repeat(100_000), parseVersion("1.2.3"), "npm")).toBeNull();
    expect(admits(`^${"9".repeat(200)}.0.0`, parseVersion("1.2.3"), "cargo")).toBe(false);
  });
});

describe("a requirement rewritten", () => {
  it("admits the version, whatever it was before", () => {
    fc.assert(
      fc.property(npmRange, comparators, full, (range, parts, text) => {
        const version = parseVersion(text);
        for (const [requirement, dialect] of [
          [range, "npm"],
          [parts.join(", "), "cargo"],
        ] as const)
          expect(admits(rewritten(requirement, version, dialect), version, dialect)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["5.0.0", "6.1.2", "cargo", "6.1.2"],
    ["5.0", "6.1.2", "cargo", "6.1"],
    ["5", "6.1.2", "cargo", "6"],
    ["=5.0.0", "5.0.1", "cargo", "=5.0.1"],
    ["= 5.0.0", "5.0.1", "cargo", "=5.0.1"],
    ["~5.0", "5.1.0", "cargo", "~5.1"],
    ["5.*", "6.1.2", "cargo", "6.*"],
    ["5.0", "6.0.0-rc.1", "cargo", "6.0.0-rc.1"],
    [">=5, <6", "6.1.2", "cargo", "6.1.2"],
    ["5.0.0", "5.0.1", "npm", "5.0.1"],
    ["^5.0.0", "6.0.0", "npm", "^6.0.0"],
    ["~5.0.0-rc.1", "5.1.0-rc.2", "npm", "~5.1.0-rc.2"],
    ["5.x", "6.0.0", "npm", "6.x"],
    ["1 || 2", "3.0.0", "npm", "^3.0.0"],
    [">5", "5.0.0", "npm", "^5.0.0"],
  ] as const)("%j for %s in %s is %j", (before, version, dialect, after) => {
    expect(rewritten(before, parseVersion(version), dialect)).toBe(after);
  });
});
