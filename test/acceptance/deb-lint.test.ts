/**
 * `deb lint` beside the real lintian, on packages with faults on purpose and on some of Debian's: what both know they find
 * in the same packages, in the same words, so that one override file serves both. lintian takes a second for each:
 * `npm test` takes a dozen of Debian's, `npm run lintian` as many as it is told to (LINT_DEBS).
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import type { LintFinding } from "../../src/engines/deb/lint/lint.ts";
import { allTags } from "../../src/engines/deb/lint/tags.ts";
import { debLint } from "../../src/operations/deb-lint.ts";
import { debianPackages } from "../apt/debian-packages.ts";
import { faultyPackages, programFaults } from "../faulty-corpus.ts";
import { writeFaulty } from "../faulty-debs.ts";
import { describeWith } from "../requires.ts";
import { realPorts } from "../scratch.ts";

const ownTags = new Set(allTags.filter(({ own }) => own === true).map(({ tag }) => tag));
const sharedTags = new Set(allTags.map(({ tag }) => tag).filter((tag) => !ownTags.has(tag)));

const count = Number(process.env["LINT_DEBS"] ?? "12");

/** Where the words differ, and why. */
const differences: readonly RegExp[] = [
  // lintian shows as much of an address as its parser understood.
  /^\S+ malformed-contact /,
  // lintian looks at every file that `file` takes for a text; here it is scripts, man pages and copyright.
  /^\S+ national-encoding .*\[usr\/share\/(?!man\/|doc\/)/,
];

/** `name tag context`, and whether an override silences it. Bytes that are not ASCII are shown in many ways. */
function lineOf(name: string, { tag, context, overridden }: LintFinding): string {
  const line = `${name} ${tag} ${context}`.trim().replace(/(?:\\x[0-9a-f]{2}|[^\x20-\x7e])+/g, "?");
  return overridden ? `${line} (overridden)` : line;
}

async function byLintian(files: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    "lintian",
    ["--no-cfg", "--allow-root", "-I", "--pedantic", "-E", "--show-overrides", "--tag-display-limit", "0", ...files],
    { maxBuffer: 256 * 1024 * 1024, env: { ...process.env, LC_ALL: "C.UTF-8" } },
  ).catch((error: unknown) => {
    // It ends with 2 where it found errors.
    if (error instanceof Error && "code" in error && error.code === 2 && "stdout" in error) return error as never;
    throw error;
  });
  return stdout.split("\n").flatMap((line) => {
    const [, letter, name = "", tag = "", context = ""] = /^([EWIPXOM]): (\S+): (\S+) ?(.*)$/.exec(line) ?? [];
    // What it screens out by itself (M) it does not count.
    if (letter === undefined || letter === "M" || !sharedTags.has(tag)) return [];
    return [
      lineOf(name, {
        tag,
        context: context.trim().replace(/\s+/g, " "),
        overridden: letter === "O",
        severity: "info",
      }),
    ];
  });
}

async function byUs(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const ports = realPorts(folder);
  const { packages } = await debLint({ ports, decompressor: nodeDecompressor(ports.processes) }, { files });
  return packages.flatMap((deb) =>
    deb.findings
      .filter(({ tag }) => sharedTags.has(tag))
      .map((found) => lineOf(deb.package, { ...found, context: found.context.replace(/\s+/g, " ") })),
  );
}

interface Compared {
  readonly both: readonly string[];
  readonly differ: readonly string[];
}

async function compared(folder: string, files: readonly string[]): Promise<Compared> {
  const [theirs, ours] = (await Promise.all([byLintian(files), byUs(folder, files)])).map((lines) => new Set(lines));
  const one = [...(theirs ?? [])].filter((line) => ours?.has(line) !== true).map((line) => `only lintian: ${line}`);
  const other = [...(ours ?? [])].filter((line) => theirs?.has(line) !== true).map((line) => `only deb lint: ${line}`);
  const isKnown = (line: string): boolean =>
    differences.some((known) => known.test(line.replace(/^only [a-z ]+: /, "")));
  return {
    both: [...(ours ?? [])].filter((line) => theirs?.has(line) === true),
    differ: [...one, ...other].filter((line) => !isKnown(line)),
  };
}

describeWith(["lintian", "dpkg", "apt-get", "gcc", "bzip2"], "deb lint beside lintian", () => {
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-deb-lint-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let result: Compared = { both: [], differ: [] };
  let fromDebian: readonly string[] = [];
  const isMade = (line: string): boolean => /^(?:only [a-z ]+: )?sample-/.test(line);

  // One run for all: lintian takes seconds to start.
  beforeAll(async () => {
    mkdirSync(join(folder, "made"));
    const made = Object.entries({ ...faultyPackages, ...programFaults(join(folder, "made")) });
    fromDebian = debianPackages().slice(0, count);
    result = await compared(folder, [
      ...made.map(([name, faulty]) => writeFaulty(name, faulty, folder)),
      ...fromDebian,
    ]);
  }, 7_200_000);

  it("finds the same in packages with every fault that both know, in the same words", () => {
    expect(result.differ.filter(isMade)).toEqual([]);
    const shown = new Set(result.both.filter(isMade).map((line) => line.split(" ")[1]));
    expect([...sharedTags].filter((tag) => !shown.has(tag) && tag !== "malformed-contact")).toEqual([]);
    expect(result.both.some((line) => line.endsWith("(overridden)"))).toBe(true);
  });

  it(`finds the same in ${count} packages of Debian's archive`, () => {
    expect(fromDebian.length).toBeGreaterThanOrEqual(Math.min(count, 100));
    expect(result.differ.filter((line) => !isMade(line))).toEqual([]);
    expect(result.both.filter((line) => !isMade(line)).length).toBeGreaterThan(0);
  });
});
