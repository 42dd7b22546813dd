/** Versions and tags: what is one, which is higher, which comes next. npm's `semver` is the second opinion on SemVer. */
import fc from "fast-check";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { isReleaseError } from "./errors/index.ts";
import {
  compareVersions,
  isPrerelease,
  isSafeTag,
  nextCalendarVersion,
  nextVersion,
  parseTag,
  parseVersion,
} from "./version.ts";

const number = fc.oneof(
  fc.nat({ max: 12 }).map(String),
  fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(String),
);
const identifier = fc.oneof(number, fc.stringMatching(/^[0-9A-Za-z-]{0,4}[A-Za-z-][0-9A-Za-z-]{0,4}$/));
const identifiers = fc.array(identifier, { maxLength: 4 });
const core = fc.tuple(number, number, number).map((parts) => parts.join("."));
const versionText = fc
  .tuple(core, identifiers, fc.array(fc.stringMatching(/^[0-9A-Za-z-]{1,5}$/), { maxLength: 3 }))
  .map(
    ([numbers, pre, build]) =>
      numbers + (pre.length === 0 ? "" : `-${pre.join(".")}`) + (build.length === 0 ? "" : `+${build.join(".")}`),
  );
/** Near misses: versions with one thing changed, and short texts over the letters that versions are written with. */
const nearlyVersionText = fc.oneof(
  versionText,
  fc.stringMatching(/^[0-9.+\-av]{0,12}$/),
  fc
    .tuple(versionText, fc.nat({ max: 30 }), fc.constantFrom("", ".", "-", "+", "0", "v", " ", "x", "٣"))
    .map(([text, at, letter]) => text.slice(0, at) + letter + text.slice(at + 1)),
);

describe("what is a version", () => {
  it("is what the SemVer grammar says, in both directions", () => {
    fc.assert(
      fc.property(nearlyVersionText, (text) => {
        // `semver` counts in doubles; beyond them it refuses what SemVer allows.
        fc.pre((text.match(/[0-9]+/g) ?? []).every((digits) => Number(digits) <= Number.MAX_SAFE_INTEGER));
        // It forgives a leading v, = and blanks, which SemVer itself does not know.
        const strict = /^[0-9]/.test(text) && text === text.trim() && semver.valid(text) !== null;
        expect(accepts(text)).toBe(strict);
      }),
      { numRuns: 2000 },
    );
  });

  it("is kept as written, and its parts make it up again", () => {
    fc.assert(
      fc.property(versionText, (text) => {
        const version = parseVersion(text);
        const pre = version.prerelease.length === 0 ? "" : `-${version.prerelease.join(".")}`;
        const build = version.build === undefined ? "" : `+${version.build}`;
        expect(version.text).toBe(text);
        expect(`${version.major}.${version.minor}.${version.patch}${pre}${build}`).toBe(text);
        expect(isPrerelease(version)).toBe(semver.prerelease(text) !== null);
      }),
    );
  });

  it.each([
    ["1.2", "fewer than three numbers"],
    ["1", "fewer than three numbers"],
    ["1.2.3.4", "more than three numbers"],
    ["release-1", "is not a version"],
    ["01.2.3", "begins with a zero"],
    ["1.2.03", "begins with a zero"],
    ["1.2.3-01", "begins with a zero"],
    ["1.2.3-rc.01", "begins with a zero"],
    ["1.2.3-rc..1", "is not a version"],
    ["1.2.3-", "is not a version"],
    ["1.2.3+", "is not a version"],
    ["1.2.3 ", "is not a version"],
    [" 1.2.3", "is not a version"],
    ["1.2.3\n", "outside ASCII"],
    ["", "empty"],
    ["v1.2.3", "prefix"],
    ["V1.2.3", "prefix"],
    ["１.２.３", "outside ASCII"],
    ["1．2．3", "outside ASCII"],
    ["1.2.3\u200b", "outside ASCII"],
    ["1.2.٣", "outside ASCII"],
    ["1.2.3;$(id)", "is not a version"],
    ["1.2.3`id`", "is not a version"],
    ["1.2.3${{x}}", "is not a version"],
    ["1:1.2.3", "is not a version"],
    ["1.2.3~rc1", "is not a version"],
    ["-1.2.3", "is not a version"],
    ["1e3.0.0", "is not a version"],
  ])("refuses %j with its reason", (text, reason) => {
    const error = refusal(() => parseVersion(text));
    expect(error.code).toBe("VERSION_INVALID");
    expect(error.exit).toBe(2);
    expect(error.what).toContain(reason);
    expect(error.next).toContain("1.2.3");
  });

  it("shows a hostile text bounded, on one line and without anything that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        fc.pre(!accepts(text));
        expect(refusal(() => parseVersion(text)).what).toMatch(/^[\x20-\x7e…]{1,700}$/);
      }),
    );
    const long = "\u001b[31m".repeat(1000);
    expect(refusal(() => parseVersion(long)).what.length).toBeLessThan(700);
  });

  it("holds numbers of any size, and a version of 300 characters", () => {
    const [huge, larger] = [`1.2.${"9".repeat(295)}`, `1.2.1${"0".repeat(295)}`];
    expect(parseVersion(huge).patch).toHaveLength(295);
    expect(compareVersions(parseVersion(huge), parseVersion(larger))).toBeLessThan(0);
    expect(compareVersions(parseVersion("9007199254740993.0.0"), parseVersion("9007199254740992.0.0"))).toBeGreaterThan(
      0,
    );
    expect(nextVersion(parseVersion(huge), "patch").text).toBe(`1.2.1${"0".repeat(295)}`);
    expect(refusal(() => parseVersion(`1.2.${"9".repeat(2000)}`)).what).toContain("1024");
  });

  it("refuses a megabyte of digits at once", () => {
    expect(refusal(() => parseVersion("1".repeat(1_000_000))).code).toBe("VERSION_INVALID");
  });
});

describe("tags", () => {
  it("are the prefix and a version", () => {
    expect(parseTag("v1.2.3-rc.1", "v").text).toBe("1.2.3-rc.1");
    expect(parseTag("app/v1.2.3", "app/v").text).toBe("1.2.3");
    expect(parseTag("1.2.3", "").text).toBe("1.2.3");
  });

  it.each(["vv1.2.3", "V1.2.3", "1.2.3", "release-1", "v1.2", "v1;$(id)", "v1`id`", "v1${{x}}", "v", "", "app/v1.2.3"])(
    "refuses %j under the prefix v",
    (tag) => {
      expect(refusal(() => parseTag(tag, "v")).exit).toBe(2);
    },
  );

  it("let only names through that git, a shell and a workflow take literally", () => {
    for (const tag of [
      "v1;$(id)",
      "v1`id`",
      "v1${{x}}",
      "-v1",
      "v1 2",
      "v1\n",
      "v1..2",
      "v1~1",
      "v1^",
      "a:b",
      "v1/",
      "",
    ])
      expect(isSafeTag(tag), tag).toBe(false);
    for (const tag of ["v1.2.3", "app/v1.2.3-rc.1+b.5", "1.2.3"]) expect(isSafeTag(tag), tag).toBe(true);
    expect(isSafeTag(`v${"1".repeat(1100)}`)).toBe(false);
  });

  it("of every version are safe", () => {
    fc.assert(
      fc.property(versionText, (text) => {
        expect(isSafeTag(`app/v${text}`)).toBe(true);
      }),
    );
  });
});

describe("which version is higher", () => {
  it("is what semver says", () => {
    fc.assert(
      fc.property(versionText, versionText, (a, b) => {
        expect(Math.sign(compareVersions(parseVersion(a), parseVersion(b)))).toBe(semver.compare(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it("is what semver says of versions that share their numbers", () => {
    fc.assert(
      fc.property(core, identifiers, identifiers, (numbers, a, b) => {
        const [left, right] = [a, b].map((pre) => (pre.length === 0 ? numbers : `${numbers}-${pre.join(".")}`)) as [
          string,
          string,
        ];
        expect(Math.sign(compareVersions(parseVersion(left), parseVersion(right)))).toBe(semver.compare(left, right));
      }),
      { numRuns: 2000 },
    );
  });

  it("follows the example of SemVer, item 11", () => {
    const rising =
      "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0".split(" ");
    const shuffled = [...rising].reverse().map((text) => parseVersion(text));
    expect(shuffled.sort(compareVersions).map(({ text }) => text)).toEqual(rising);
  });

  it("does not see build metadata", () => {
    expect(compareVersions(parseVersion("1.2.3+a"), parseVersion("1.2.3+b"))).toBe(0);
  });
});

describe("the next version", () => {
  const increments = ["major", "minor", "patch"] as const;

  it("is what semver's increment says", () => {
    fc.assert(
      fc.property(versionText, fc.constantFrom(...increments), (text, increment) => {
        const expected = semver.inc(text, increment);
        fc.pre(expected !== null && withinSemver(text));
        expect(nextVersion(parseVersion(text), increment).text).toBe(expected);
      }),
    );
  });

  it("is always higher than the one before, also as a pre-release of another name", () => {
    fc.assert(
      fc.property(
        versionText,
        fc.constantFrom(...increments),
        fc.option(fc.constantFrom("alpha", "beta", "rc", "a.b", "0"), { nil: undefined }),
        (text, increment, pre) => {
          const current = parseVersion(text);
          expect(compareVersions(nextVersion(current, increment, pre), current)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each([
    ["1.2.3", "patch", undefined, "1.2.4"],
    ["1.2.3", "minor", "rc", "1.3.0-rc.1"],
    ["1.3.0-rc.2", "patch", "rc", "1.3.0-rc.3"],
    ["1.3.0-rc.2", "patch", undefined, "1.3.0"],
    ["1.3.0-rc.2", "minor", undefined, "1.3.0"],
    ["1.3.0-rc.2", "major", undefined, "2.0.0"],
    ["1.3.0-rc.2", "major", "rc", "2.0.0-rc.1"],
    ["2.0.0-rc.1", "major", "rc", "2.0.0-rc.2"],
    ["1.3.1-rc.2", "minor", "rc", "1.4.0-rc.1"],
    ["1.3.0-alpha.9", "patch", "beta", "1.3.0-beta.1"],
    // 1.3.0-alpha.1 would be lower than what exists.
    ["1.3.0-rc.2", "patch", "alpha", "1.3.1-alpha.1"],
    ["1.3.0-rc", "patch", "rc", "1.3.0-rc.1"],
    ["1.3.0-rc.9", "patch", "rc", "1.3.0-rc.10"],
    ["1.2.3+build.5", "patch", undefined, "1.2.4"],
  ] as const)("after %s by %s and %s is %s", (current, increment, pre, expected) => {
    expect(nextVersion(parseVersion(current), increment, pre).text).toBe(expected);
  });

  it("refuses a pre-release name that no version can hold", () => {
    for (const pre of ["rc 1", "", "rc\n", "01", "rc;id", "r\u200bc", "rc+b"])
      expect(refusal(() => nextVersion(parseVersion("1.2.3"), "patch", pre)).code, pre).toBe("VERSION_INVALID");
  });
});

describe("calendar versions", () => {
  it.each(["26.1.0", "26.12.45", "1.1.0", "26.7.2-rc.1"])("take %s", (text) => {
    expect(parseVersion(text, "calendar").text).toBe(text);
  });

  it.each([
    ["26.15.2", "month 15"],
    ["26.13.0", "month 13"],
    ["26.0.1", "month 0"],
    ["126.1.0", "year 126"],
    ["0.5.0", "year 0"],
    [`26.${"1".repeat(400)}.0`, "month 1"],
  ])("refuse %s, which would outrank every lawful one", (text, reason) => {
    const error = refusal(() => parseVersion(text, "calendar"));
    expect(error.code).toBe("VERSION_CALENDAR_INVALID");
    expect(error.exit).toBe(2);
    expect(error.what).toContain(reason);
    expect(error.what.length).toBeLessThan(300);
  });

  it("refuse a month with a leading zero as any version does", () => {
    expect(refusal(() => parseVersion("26.07.1", "calendar")).code).toBe("VERSION_INVALID");
  });

  it.each([
    [undefined, 2026, 11, undefined, "26.11.0"],
    ["26.10.7", 2026, 11, undefined, "26.11.0"],
    ["26.11.0", 2026, 11, undefined, "26.11.1"],
    ["26.12.3", 2027, 1, undefined, "27.1.0"],
    ["26.11.1", 2026, 11, "rc", "26.11.2-rc.1"],
    ["26.11.2-rc.1", 2026, 11, "rc", "26.11.2-rc.2"],
    ["26.11.2-rc.2", 2026, 11, undefined, "26.11.2"],
    // The clock is behind what is released: the month that is out goes on.
    ["26.12.3", 2026, 11, undefined, "26.12.4"],
    ["26.11.2-beta.x", 2026, 11, "beta", "26.11.3-beta.1"],
  ] as const)("after %s in %i-%i with %s: %s", (current, year, month, pre, expected) => {
    const before = current === undefined ? undefined : parseVersion(current, "calendar");
    expect(nextCalendarVersion(before, year, month, pre).text).toBe(expected);
  });

  it("rise from release to release, whatever the clock says, and stay lawful", () => {
    const calendar = fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.nat({ max: 99 }), identifiers)
      .map(([year, month, patch, pre]) =>
        parseVersion(`${year}.${month}.${patch}${pre.length === 0 ? "" : `-${pre.join(".")}`}`, "calendar"),
      );
    fc.assert(
      fc.property(
        calendar,
        fc.integer({ min: 2001, max: 2099 }),
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.constantFrom("rc", "alpha"), { nil: undefined }),
        (current, year, month, pre) => {
          const next = nextCalendarVersion(current, year, month, pre);
          expect(compareVersions(next, current)).toBeGreaterThan(0);
          expect(parseVersion(next.text, "calendar")).toEqual(next);
        },
      ),
    );
  });
});

function accepts(text: string): boolean {
  try {
    parseVersion(text);
    return true;
  } catch {
    return false;
  }
}

/** `semver` computes with doubles: one more than the largest safe integer is beyond it. */
function withinSemver(text: string): boolean {
  const { major, minor, patch } = parseVersion(text);
  return [major, minor, patch].every((part) => Number(part) < Number.MAX_SAFE_INTEGER);
}

function refusal(act: () => unknown): { code: string; exit: number; what: string; next: string } {
  try {
    act();
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
