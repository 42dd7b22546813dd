import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { compareVersions, parseVersion } from "../domain/version.ts";
import { compareDebianVersions, debianVersion, formatDebianVersion, parseDebianVersion } from "./debian-version.ts";

const invalid = [
  ["", "upstream part is empty"],
  ["v1.0", "does not begin with a digit"],
  ["~1", "does not begin with a digit"],
  ["1.0-", "revision is empty"],
  ["1:", "upstream part is empty"],
  [":1", "epoch is not a number"],
  ["a:1", "epoch is not a number"],
  ["1.0:2", "epoch is not a number"],
  ["2147483648:1", "larger than 2147483647"],
  ["1 .0", "has a character other than"],
  ["1_0", "has a character other than"],
  ["1.0-a_b", "the revision has"],
  ["1.0\n", "has a character other than"],
  ["１.０", "does not begin with a digit"],
  ["1.0\u200b", "has a character other than"],
  ["1.0;$(id)", "has a character other than"],
] as const;

const valid = [
  "1.0",
  "1:1.0",
  "1:1:1",
  "0:1",
  "01:1",
  "1.0-1-2",
  "1.0~",
  "1.0-~",
  "2147483647:1",
  "1:1.0:2-3",
  "1.0+b.5",
];

describe("reading", () => {
  it.each(invalid)("refuses %j: %s", (text, why) => {
    expect(() => parseDebianVersion(text)).toThrow(`DEB_VERSION_INVALID`);
    expect(() => parseDebianVersion(text)).toThrow(why);
  });

  it.each(valid)("accepts %j", (text) => {
    expect(formatDebianVersion(parseDebianVersion(text))).toBe(text.replace(/^0+:/, "").replace(/^0+1:/, "1:"));
  });

  it("splits at the first colon and the last hyphen", () => {
    expect(parseDebianVersion("2:1.0:5-rc-3")).toEqual({ epoch: 2, upstream: "1.0:5-rc", revision: "3" });
  });
});

describe("the version of a release", () => {
  const of = (text: string, packaging = {}): string =>
    formatDebianVersion(debianVersion(parseVersion(text), packaging));

  it.each([
    ["1.2.3", "1.2.3"],
    ["1.2.3-rc.1", "1.2.3~rc.1"],
    ["1.2.3-rc.1+build.5", "1.2.3~rc.1+build.5"],
    ["1.2.3+build.5", "1.2.3+build.5"],
    ["0.0.0-0", "0.0.0~0"],
  ])("%s becomes %s", (semver, debian) => expect(of(semver)).toBe(debian));

  it("carries epoch and revision", () => {
    expect(of("1.2.3-rc.1", { epoch: 1, revision: "2" })).toBe("1:1.2.3~rc.1-2");
  });

  it("refuses a hyphen that dpkg would take for the revision's, unless there is a revision", () => {
    expect(() => of("1.2.3-rc-1")).toThrow(/DEB_VERSION_INVALID.*1\.2\.3~rc-1/);
    expect(() => of("1.2.3+b-1")).toThrow("DEB_VERSION_INVALID");
    expect(of("1.2.3-rc-1", { revision: "1" })).toBe("1.2.3~rc-1-1");
  });

  it.each([
    { revision: "" },
    { revision: "1-2" },
    { revision: "1\nDepends: evil" },
    { epoch: -1 },
    { epoch: 2 ** 31 },
    { epoch: 1.5 },
  ])("refuses %j", (packaging) => {
    expect(() => of("1.2.3", packaging)).toThrow("DEB_VERSION_INVALID");
  });

  it("keeps 300 digits whole", () => {
    const digits = "9".repeat(300);
    expect(of(`1.${digits}.0`)).toBe(`1.${digits}.0`);
    const [smaller, larger] = [`1.${digits}`, `1.1${"0".repeat(300)}`].map(parseDebianVersion);
    expect(compareDebianVersions(smaller ?? never(), larger ?? never())).toBeLessThan(0);
  });

  it("sorts as SemVer does where pre-releases are a word and a number", () => {
    const number = fc.integer({ min: 0, max: 12 });
    const pre = fc.tuple(fc.constantFrom("alpha", "beta", "rc"), number).map(([word, count]) => `-${word}.${count}`);
    const version = fc
      .tuple(number, number, number, fc.oneof(pre, fc.constant("")))
      .map(([major, minor, patch, suffix]) => parseVersion(`${major}.${minor}.${patch}${suffix}`));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const debian = compareDebianVersions(debianVersion(a), debianVersion(b));
        expect(Math.sign(debian)).toBe(Math.sign(compareVersions(a, b)));
      }),
    );
  });
});

function never(): never {
  throw new Error("not reached");
}

const characters = fc.string({ unit: fc.constantFrom(..."019aZ.+~-".split("")), maxLength: 8 });
const version = fc
  .tuple(fc.constantFrom("", "0:", "1:", "12:"), fc.constantFrom("0", "1", "10", "007"), characters)
  .map((parts) => parts.join(""))
  .filter((text) => !text.endsWith("-"));

describeWith(["dpkg"], "dpkg", () => {
  /** One shell for all pairs: a process per pair is what costs time. */
  function ask(script: string, lines: readonly string[]): readonly string[] {
    return execFileSync("sh", ["-c", script], { input: `${lines.join("\n")}\n`, stdio: ["pipe", "pipe", "ignore"] })
      .toString()
      .trimEnd()
      .split("\n");
  }

  it("agrees on which versions are valid", () => {
    const samples = [...valid, ...invalid.map(([text]) => text).filter((text) => !text.endsWith("\n"))];
    const mixed = fc.sample(fc.string({ unit: fc.constantFrom(..."01aZ.+~-:_ é".split("")), maxLength: 7 }), 250);
    // Where we are stricter on purpose: space around, a sign before the epoch.
    const texts = [...samples, ...mixed].filter((text) => text === text.trim() && !/^[+-]/.test(text) && text !== "");
    const answers = ask('while IFS= read -r v; do dpkg --validate-version "$v" && echo yes || echo no; done', texts);
    const ours = texts.map((text) => {
      try {
        parseDebianVersion(text);
        return "yes";
      } catch {
        return "no";
      }
    });
    expect(texts.map((text, index) => `${text} ${ours[index]}`)).toEqual(
      texts.map((text, index) => `${text} ${answers[index]}`),
    );
  });

  it("agrees on the order of 300 pairs", () => {
    const pairs = [
      ["1.2.3~rc.1", "1.2.3"],
      ["1.2.3-rc.1", "1.2.3"],
      ["1.0~", "1.0~~"],
      ["1.0-0", "1.0"],
      ["1.0a", "1.0+"],
      ["9".repeat(400), `1${"0".repeat(400)}`],
      ...fc.sample(fc.tuple(version, version), 300),
    ] as const;
    const script =
      'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done';
    const answers = ask(
      script,
      pairs.map(([a, b]) => `${a} ${b}`),
    );
    const ours = pairs.map(([a, b]) => Math.sign(compareDebianVersions(parseDebianVersion(a), parseDebianVersion(b))));
    expect(pairs.map(([a, b], index) => `${a} ${b} ${ours[index]}`)).toEqual(
      pairs.map(([a, b], index) => `${a} ${b} ${answers[index]}`),
    );
  });
});
