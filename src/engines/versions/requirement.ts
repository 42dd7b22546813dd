/**
 * Requirements on a version as Cargo writes them (https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html)
 * and as npm does (https://github.com/npm/node-semver#ranges). They differ in what a bare `1.2.3` means, and only npm
 * knows `||` and `1.2.3 - 2.0.0`. Both let a pre-release in only where the requirement names one of the same three numbers.
 */
import { compareVersions, isPrerelease, nextVersion, parseVersion, type Version } from "../../domain/version.ts";

export type Dialect = "cargo" | "npm";

/** Whether the requirement lets the version in; null where the text is no requirement (a tag, a path, an address). */
export function admits(requirement: string, version: Version, dialect: Dialect): boolean | null {
  const alternatives = dialect === "npm" ? requirement.split("||") : [requirement];
  const ranges = alternatives.map((alternative) => {
    const range = readRange(alternative, dialect);
    return dialect === "npm" ? (range?.filter((one) => !isNoBound(one)) ?? null) : range;
  });
  if (ranges.includes(null)) return null;
  // npm drops the other alternatives beside one that takes everything, and with them the pre-releases that they name.
  const all = dialect === "npm" ? ranges.find((range) => range?.length === 0) : undefined;
  return (all === undefined ? ranges : [all]).some((range) => range !== null && contains(range, version));
}

/** To npm `>=0.0.0` is no bound, not even for the pre-releases below it. */
function isNoBound({ operator, version }: Comparator): boolean {
  return operator === ">=" && version.text === "0.0.0";
}

/**
 * The requirement rewritten so that it lets the version in: operator and number of parts stay (`~1.2` → `~1.3`); one
 * that no single operator says (`>=1, <2`) becomes the dialect's usual one.
 */
export function rewritten(requirement: string, version: Version, dialect: Dialect): string {
  const [, before = "", operator = "", numbers = ""] =
    /^(\s*)(\^|~>?|=|>=)?\s*v?([0-9xX*]+(?:\.[0-9xX*]+){0,2})(?:[-+][0-9A-Za-z.+-]+)?\s*$/.exec(requirement) ?? [];
  const parts = numbers.split(".");
  const own = [version.major, version.minor, version.patch];
  const usual = dialect === "cargo" ? version.text : `^${version.text}`;
  if (numbers === "") return usual;
  const partial = parts.map((part, index) => (/^[0-9]+$/.test(part) ? (own[index] ?? "") : part)).join(".");
  const short = isPrerelease(version) || (parts.length === 3 && partial === own.join(".")) ? version.text : partial;
  const candidate = `${before}${operator}${short}`;
  return admits(candidate, version, dialect) === true ? candidate : usual;
}

interface Comparator {
  readonly operator: ">=" | ">" | "<" | "<=" | "=";
  readonly version: Version;
  /** Whether the requirement itself names it: only such a pre-release lets pre-releases in. */
  readonly written: boolean;
}

interface Partial {
  readonly numbers: readonly (string | undefined)[];
  readonly pre: string;
}

const number = "(?:0|[1-9][0-9]*|[xX*])";
const identifier = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const dotted = (part: string): string => String.raw`${part}(?:\.${part})`;
const partialText = String.raw`v?${dotted(number)}{0,2}(?:-${dotted(identifier)}*)?(?:\+[0-9A-Za-z.-]+)?`;
const comparatorText = new RegExp(String.raw`^(\^|~>?|>=|<=|>|<|=)?\s*(${partialText})`);
const hyphenRange = new RegExp(String.raw`^(${partialText})\s+-\s+(${partialText})$`);

function readRange(text: string, dialect: Dialect): readonly Comparator[] | null {
  if (text.length > 256) return null;
  const hyphen = dialect === "npm" ? hyphenRange.exec(text.trim()) : null;
  if (hyphen !== null)
    return [...comparators(">=", readPartial(hyphen[1])), ...comparators("<=", readPartial(hyphen[2]))];
  const separated = dialect === "npm" ? text.trim().split(/(?<=[0-9A-Za-z*])\s+/) : text.split(",");
  if (separated.length === 1 && text.trim() === "") return dialect === "npm" ? [] : null;
  const found = separated.map((part) => readComparator(part.trim(), dialect));
  return found.includes(null) ? null : found.flatMap((range) => range ?? []);
}

function readComparator(text: string, dialect: Dialect): readonly Comparator[] | null {
  const [whole, operator, partial] = comparatorText.exec(text) ?? [];
  if (whole === undefined || whole !== text) return null;
  const hasWildcard = /[xX*]/.test(partial?.split(/[-+]/)[0] ?? "");
  const bare = dialect === "cargo" && !hasWildcard ? "^" : "=";
  return comparators(operator ?? bare, readPartial(partial));
}

/** Numbers up to the first wildcard. */
function readPartial(text = ""): Partial {
  const [release = "", ...rest] = text.replace(/^v/, "").replace(/\+.*$/, "").split("-");
  const parts = release.split(".");
  const wildcard = parts.findIndex((part) => !/^[0-9]+$/.test(part));
  const [major, minor, patch] = wildcard < 0 ? parts : parts.slice(0, wildcard);
  return { numbers: [major, minor, patch], pre: rest.join("-") };
}

/** The comparators that an operator before a partial version stands for. */
function comparators(operator: string, { numbers, pre }: Partial): readonly Comparator[] {
  const [major, minor, patch] = numbers;
  if (major === undefined) return /[<>]$/.test(operator) ? [before("0.0.0")] : [];
  const lowest = written(
    `${major}.${minor ?? "0"}.${patch ?? "0"}${pre === "" || patch === undefined ? "" : `-${pre}`}`,
  );
  /** The first version after all that the partial one stands for. */
  const level = minor === undefined ? "major" : patch === undefined ? "minor" : "patch";
  const after = (increment: "major" | "minor" | "patch"): string =>
    nextVersion(parseVersion(`${major}.${minor ?? "0"}.${patch ?? "0"}`), increment).text;
  const from: Comparator = { operator: ">=", ...lowest };
  switch (operator) {
    case "^":
      return [from, before(after(caretLevel(major, minor, patch)))];
    case "~":
    case "~>":
      return [from, before(after(minor === undefined ? "major" : "minor"))];
    case "=":
      return patch === undefined ? [from, before(after(level))] : [{ operator: "=", ...lowest }];
    case ">":
      return patch === undefined
        ? [{ operator: ">=", version: parseVersion(after(level)), written: false }]
        : [{ operator: ">", ...lowest }];
    case "<=":
      return patch === undefined ? [before(after(level))] : [{ operator: "<=", ...lowest }];
    case "<":
      return patch === undefined ? [before(lowest.version.text)] : [{ operator: "<", ...lowest }];
    default:
      return [from];
  }
}

/** `^` holds the leftmost number that is not zero, or the last one given. */
function caretLevel(major: string, minor?: string, patch?: string): "major" | "minor" | "patch" {
  if (!/^0+$/.test(major) || minor === undefined) return "major";
  return !/^0+$/.test(minor) || patch === undefined ? "minor" : "patch";
}

/** Before the release and all its pre-releases: `-0` is the lowest of them. */
function before(release: string): Comparator {
  return { operator: "<", version: parseVersion(`${release}-0`), written: false };
}

function written(text: string): Pick<Comparator, "version" | "written"> {
  return { version: parseVersion(text), written: true };
}

function contains(range: readonly Comparator[], version: Version): boolean {
  const named =
    !isPrerelease(version) ||
    range.some((one) => one.written && isPrerelease(one.version) && releaseOf(one.version) === releaseOf(version));
  return named && range.every(({ operator, version: bound }) => holds(compareVersions(version, bound), operator));
}

function releaseOf({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

function holds(order: number, operator: Comparator["operator"]): boolean {
  if (operator === "=") return order === 0;
  return (operator.includes("=") && order === 0) || (operator.startsWith(">") ? order > 0 : order < 0);
}
