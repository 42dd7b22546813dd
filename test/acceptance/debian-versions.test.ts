/**
 * Debian versions beside dpkg's own module for them (Dpkg::Version): which are valid, and how two of them compare. All
 * pairs go through one process of perl. FUZZ_SEED draws others (npm run fuzz), COUNT more of them.
 */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { compareVersions, parseVersion, type Version } from "../../src/domain/version.ts";
import {
  compareDebianVersions,
  debianVersion,
  debianVersionFault,
  formatDebianVersion,
  parseDebianVersion,
} from "../../src/formats/debian-version.ts";
import { describeWith } from "../requires.ts";

const count = Number(process.env["COUNT"] ?? "200000");
/** A generator of whole numbers below a limit (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const below = numbers(Number(process.env["FUZZ_SEED"] ?? "20261121"));
const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
const parts = [
  "0",
  "1",
  "9",
  "10",
  "00",
  "007",
  "01",
  "a",
  "Z",
  "rc",
  ".",
  "..",
  "+",
  "-",
  "~",
  "~~",
  "1~",
  ".0",
  "+b",
];
const odd = ["", ":", " ", "_", "é", "\u00a0", "٣", "^", "1:", "-0", ":1", "2147483648:", "0x1", "*", "%", "/", "\\"];

function random(): string {
  const length = below(7);
  let text = one(["", "", "", "0:", "1:", "12:", "00:"]) + one(["0", "1", "2", "10", "007", ""]);
  for (let index = 0; index < length; index++) text += one(below(30) === 0 ? odd : parts);
  return text;
}

/** Another version that differs from the first in little or nothing. */
function neighbour(text: string): string {
  const at = below(text.length + 1);
  const rest = text.slice(at + below(2));
  return text.slice(0, at) + one(["", ...parts]) + rest;
}

/** For each pair: whether either is valid, and their order where both are. */
const script = `
use strict; use warnings; use Dpkg::Version;
binmode STDIN; binmode STDOUT;
while (my $line = <STDIN>) {
  chomp $line;
  my ($a, $b) = split /\\t/, $line, -1;
  my ($first) = version_check($a);
  my ($second) = version_check($b);
  print $first ? 1 : 0, $second ? 1 : 0, $first && $second ? version_compare($a, $b) : "", "\\n";
}`;

function answers(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const { stdout, stderr, status } = spawnSync("perl", ["-e", script], {
    input: pairs.map((pair) => `${pair.join("\t")}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

function ours(a: string, b: string): string {
  const [first, second] = [a, b].map((text) => debianVersionFault(text) === undefined);
  const order =
    first === true && second === true
      ? Math.sign(compareDebianVersions(parseDebianVersion(a), parseDebianVersion(b)))
      : "";
  return `${first === true ? 1 : 0}${second === true ? 1 : 0}${order}`;
}

/** Which of these dpkg itself takes, without a word of warning. */
function taken(texts: readonly string[]): readonly string[] {
  const loop = 'while IFS= read -r v; do dpkg --validate-version "$v" 2>/dev/null && printf "%s\\n" "$v"; done; true';
  const input = texts.map((text) => `${text}\n`).join("");
  return spawnSync("sh", ["-c", loop], { input, encoding: "utf8" }).stdout.split("\n").slice(0, -1);
}

/** Words of which none begins another one: dpkg sorts letters before dots, so `pre.1` comes after `preview.1` there. */
const words = ["alpha", "beta", "dev", "nightly", "pre", "rc"];

function release(): Version {
  const number = (): string => one(["0", "1", "2", "9", "10", "99", "100", "9007199254740993"]);
  const identifiers = Array.from({ length: below(4) }, () => (below(2) === 0 ? one(words) : number()));
  const prerelease = identifiers.length === 0 ? "" : `-${identifiers.join(".")}`;
  return parseVersion(`${number()}.${one(["0", "1", "10"])}.${one(["0", "1"])}${prerelease}`);
}

describeWith(["perl", "dpkg", "dpkg-scanpackages"], "Debian versions", () => {
  it(`of ${count} pairs are valid and ordered as dpkg says`, () => {
    const pairs = Array.from({ length: count }, (): readonly [string, string] => {
      const first = random();
      return [first, below(3) === 0 ? random() : neighbour(first)];
    });
    const results = new Map<string, number>();
    const laxer = new Set<string>();
    const theirs = answers(pairs);
    const different = pairs.flatMap(([a, b], index) => {
      const [mine, other = ""] = [ours(a, b), theirs[index]];
      results.set(mine, (results.get(mine) ?? 0) + 1);
      if (mine === other) return [];
      // The module takes some that dpkg refuses: an empty version behind an epoch, a colon in the revision.
      const refused = [a, b].filter((_, place) => mine[place] === "0" && other[place] === "1");
      for (const text of refused) laxer.add(text);
      return refused.length > 0 && [0, 1].every((place) => Number(mine[place]) <= Number(other[place]))
        ? []
        : [{ a, b, ours: mine, theirs: other }];
    });
    expect(different).toEqual([]);
    expect(taken([...laxer, "1.0"])).toEqual(["1.0"]);
    // Every answer has been given often: older, equal, newer, one or both invalid.
    expect([...results.keys()].sort()).toEqual(["00", "01", "10", "11-1", "110", "111"]);
    for (const times of results.values()) expect(times).toBeGreaterThan(count / 50);
  });

  it(`made of semantic versions keep their order in ${count / 10} pairs, as dpkg says`, () => {
    const pairs = Array.from({ length: count / 10 }, () => [release(), release()] as const);
    const theirs = answers(
      pairs.map(([a, b]) => [formatDebianVersion(debianVersion(a)), formatDebianVersion(debianVersion(b))]),
    );
    expect(pairs.map(([a, b]) => `11${Math.sign(compareVersions(a, b))}`)).toEqual(theirs);
  });
});
