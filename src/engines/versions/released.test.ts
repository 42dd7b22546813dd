/** What may follow what is released, and what should. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReleaseError, type ReleaseError } from "../../domain/errors/index.ts";
import { compareVersions, isPrerelease, parseVersion, type VersionScheme } from "../../domain/version.ts";
import { nextVersionFor, type NextQuestion } from "./next.ts";
import { previousRelease, releasedVersions, requireHigher, type ReleasedVersions } from "./released.ts";

const released = (tags: readonly string[], tagPrefix = "v", scheme: VersionScheme = "semver"): ReleasedVersions =>
  releasedVersions(tags, { tagPrefix, scheme });

describe("what is released", () => {
  it("is what the tags of the prefix say, sorted as versions; other tags are nobody's business", () => {
    const tags = [
      "v1.10.0",
      "v1.9.0",
      "v1.2",
      "nightly",
      "app/v9.0.0",
      "V8.0.0",
      "v2.0.0-rc.1",
      "vv7.0.0",
      "v",
      "v1;$(id)",
    ];
    expect(released(tags).versions.map(({ text }) => text)).toEqual(["1.9.0", "1.10.0", "2.0.0-rc.1"]);
    expect(released(tags, "app/v").versions.map(({ text }) => text)).toEqual(["9.0.0"]);
    expect(released(["1.0.0", "v2.0.0"], "").versions.map(({ text }) => text)).toEqual(["1.0.0"]);
  });

  it("tells calendar versions from what only sorts as one", () => {
    const { versions, unlawful } = released(["v26.7.45", "v26.15.2", "v5.0.2"], "v", "calendar");
    expect(versions.map(({ text }) => text)).toEqual(["26.7.45"]);
    expect(unlawful.map(({ text }) => text)).toEqual(["5.0.2", "26.15.2"]);
  });

  it("has a release before another", () => {
    const known = released(["v1.0.0", "v1.1.0", "v1.2.0-rc.1"]);
    expect(previousRelease(parseVersion("1.2.0"), known)?.text).toBe("1.2.0-rc.1");
    expect(previousRelease(parseVersion("1.1.0"), known)?.text).toBe("1.0.0");
    expect(previousRelease(parseVersion("1.0.0"), known)).toBeUndefined();
  });
});

describe("a version", () => {
  const tags = ["v1.2.7", "v1.3.5", "v2.0.0", "v2.1.0-rc.2"];
  const check = (version: string, allowBackport = false): boolean =>
    requireHigher(parseVersion(version), released(tags), allowBackport).backport;

  it.each(["2.0.1", "2.1.0", "3.0.0", "2.1.0-rc.3", "2.2.0-alpha.1"])("%s may follow", (version) => {
    expect(check(version)).toBe(false);
  });

  it.each(["2.0.0+other", "1.2.6", "1.9.0", "2.0.0-rc.9", "2.1.0-rc.1", "2.0.1-rc.1", "0.0.1"])(
    "%s may not",
    (version) => {
      const error = refusal(() => check(version));
      expect(error.code).toBe("VERSION_BACKWARDS");
      expect(error.exit).toBe(8);
      expect(error.what).toContain(isPrerelease(parseVersion(version)) ? "v2.1.0-rc.2" : "v2.0.0");
    },
  );

  it.each(["1.2.8", "1.3.6", "1.4.0", "1.4.0-rc.1"])(
    "%s may follow as a hotfix of its line, when that is said",
    (version) => {
      expect(refusal(() => check(version)).next).toContain("--allow-backport");
      expect(check(version, true)).toBe(true);
    },
  );

  it.each(["1.2.6", "1.3.5-rc.1", "2.0.0-rc.1", "1.2.7+b"])(
    "%s is behind its own line, whatever is said",
    (version) => {
      expect(refusal(() => check(version, true)).code).toBe("VERSION_BACKWARDS");
    },
  );

  it("names the way out: the next of all, and the next of the line", () => {
    expect(refusal(() => check("1.2.6", true)).next).toBe(
      "Release 2.0.1 or higher; or 1.2.8 with --allow-backport as a hotfix of the 1.2 line, where v1.2.7 exists.",
    );
  });

  it("that is tagged already may be gone on with, and knows that it is an old one", () => {
    expect(check("2.0.0")).toBe(false);
    expect(check("1.2.7")).toBe(true);
  });

  it("is told of a month that does not exist and outranks it", () => {
    const known = released(["v26.15.2", "v26.7.45", "v5.0.2"], "v", "calendar");
    const { warnings } = requireHigher(parseVersion("26.11.0", "calendar"), known, false);
    expect(warnings).toEqual([
      'Tag "v26.15.2" is not a calendar version and outranks 26.11.0: whoever has it is offered no update.',
    ]);
    expect(requireHigher(parseVersion("27.1.0", "calendar"), known, false).warnings).toEqual([]);
  });

  it("that passes as no backport is higher than every release", () => {
    const version = fc
      .tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.constantFrom("", "", "-rc.1", "-rc.2"))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
    fc.assert(
      fc.property(fc.array(version), version, fc.boolean(), (existing, text, allowed) => {
        const known = released(existing.map((one) => `v${one}`));
        const candidate = parseVersion(text);
        try {
          const { backport } = requireHigher(candidate, known, allowed);
          const releases = known.versions.filter((one) => !isPrerelease(one));
          if (!backport) expect(releases.every((one) => compareVersions(one, candidate) <= 0)).toBe(true);
          if (backport) expect(allowed || existing.includes(text)).toBe(true);
        } catch (error) {
          if (!isReleaseError(error)) throw error;
          expect(known.versions.some((one) => compareVersions(one, candidate) > 0)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the next version", () => {
  const ask = (released_: string | null, declared: string | null, more: Partial<NextQuestion> = {}): string => {
    const scheme = more.scheme ?? "semver";
    const read = (text: string | null): NextQuestion["released"] =>
      text === null ? undefined : parseVersion(text, scheme);
    const today = { year: 2026, month: 11 };
    return nextVersionFor({ scheme, released: read(released_), declared: read(declared), today, ...more }).text;
  };

  it.each([
    ["1.2.3", "1.2.3", {}, "1.2.4"],
    ["1.2.3", null, {}, "1.2.4"],
    ["1.2.3", "1.0.0", {}, "1.2.4"],
    ["1.2.3", "1.2.3", { increment: "minor" }, "1.3.0"],
    ["1.2.3", "1.2.3", { increment: "major", pre: "rc" }, "2.0.0-rc.1"],
    ["1.3.0-rc.2", "1.3.0-rc.2", { pre: "rc" }, "1.3.0-rc.3"],
    ["1.3.0-rc.2", "1.3.0-rc.2", {}, "1.3.0"],
    // The manifest names a release that has no tag yet.
    ["1.2.3", "1.3.0", {}, "1.3.0"],
    [null, "0.1.0", {}, "0.1.0"],
    ["1.2.3", "1.3.0", { pre: "rc" }, "1.3.0-rc.1"],
    ["1.3.0-rc.4", "1.3.0", { pre: "rc" }, "1.3.0-rc.5"],
    ["1.3.0-rc.4", "1.3.0", {}, "1.3.0"],
    ["1.2.3", "1.3.0", { increment: "minor" }, "1.4.0"],
    ["1.2.3", "1.3.0-dev", {}, "1.3.0"],
    [null, null, {}, "0.1.0"],
    [null, null, { pre: "alpha" }, "0.1.0-alpha.1"],
    [null, null, { increment: "major" }, "1.0.0"],
  ] as const)("after tag %s and manifest %s with %o is %s", (tag, manifest, more, expected) => {
    expect(ask(tag, manifest, more)).toBe(expected);
  });

  it.each([
    [null, null, {}, "26.11.0"],
    ["26.10.3", "26.10.3", {}, "26.11.0"],
    ["26.11.3", "26.11.3", {}, "26.11.4"],
    ["26.10.3", "26.11.0", {}, "26.11.0"],
    ["26.9.0", "26.10.0", {}, "26.11.0"],
    ["26.10.3", "26.11.0", { pre: "rc" }, "26.11.0-rc.1"],
    ["26.11.0-rc.1", "26.11.0-rc.1", { pre: "rc" }, "26.11.0-rc.2"],
    ["26.12.0", "26.12.0", {}, "26.12.1"],
    ["26.12.9", null, { today: { year: 2027, month: 1 } }, "27.1.0"],
  ] as const)("under the calendar after tag %s and manifest %s with %o is %s", (tag, manifest, more, expected) => {
    expect(ask(tag, manifest, { scheme: "calendar", ...more })).toBe(expected);
  });

  it("is never made by arithmetic under the calendar", () => {
    const error = refusal(() => ask("26.11.0", null, { scheme: "calendar", increment: "minor" }));
    expect(error.code).toBe("USAGE");
    expect(error.what).toContain("--minor");
  });

  it("may always follow what is released, under both schemes", () => {
    const pre = fc.constantFrom("", "", "-rc.1", "-alpha");
    const version = fc
      .tuple(fc.integer({ min: 24, max: 27 }), fc.integer({ min: 1, max: 12 }), fc.nat({ max: 3 }), pre)
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
    fc.assert(
      fc.property(
        fc.array(version),
        fc.option(version),
        fc.constantFrom<VersionScheme>("semver", "calendar"),
        fc.option(fc.constantFrom("rc", "beta"), { nil: undefined }),
        (tags, manifest, scheme, name) => {
          const known = released(
            tags.map((tag) => `v${tag}`),
            "v",
            scheme,
          );
          const next = ask(known.versions.at(-1)?.text ?? null, manifest, {
            scheme,
            ...(name === undefined ? {} : { pre: name }),
          });
          expect(requireHigher(parseVersion(next, scheme), known, false).backport).toBe(false);
          expect(known.versions.every((one) => compareVersions(one, parseVersion(next)) < 0)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function refusal(act: () => unknown): ReleaseError {
  try {
    act();
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
