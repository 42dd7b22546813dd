/**
 * A Homebrew formula for prebuilt archives (Homebrew's Formula Cookbook; order of stanzas as in ast_constants.rb of
 * Homebrew 6). Nothing is interpolated: what varies stands in string literals, and the rest is the same for everybody.
 * Invariant: the file evaluates to the values that it was made of, whatever they say.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Shell } from "../domain/project.ts";
import { quoted } from "../domain/quoted.ts";
import { downloadStanzas, type Downloads } from "./formula-downloads.ts";
import { licenseStanza } from "./formula-license.ts";
import { rubyString, rubyText } from "./ruby-literal.ts";

export interface Formula {
  /** File name without `.rb`: what users type after `brew install`. */
  readonly name: string;
  readonly description: string;
  readonly homepage: string;
  readonly downloads: Downloads;
  /** Only where Homebrew would not read the right one from the URLs: its audit refuses a redundant one. */
  readonly version?: string;
  /** SPDX expression. */
  readonly license?: string;
  readonly livecheck?: Livecheck;
  /** Names of other formulae. */
  readonly dependsOn: readonly string[];
  readonly installs: FormulaInstalls;
  readonly caveats?: string;
  readonly test: FormulaTest;
}

/** How Homebrew finds out that there is a newer version: GitHub's latest release, the tags of a repository, or not at all. */
export type Livecheck =
  | { readonly by: "github-latest" }
  | { readonly by: "git"; readonly url: string }
  | { readonly skip: string };

/** Paths in the archive. */
export interface FormulaInstalls {
  /** `everywhere` is false for a program that some archives lack. */
  readonly programs: readonly { readonly name: string; readonly everywhere: boolean }[];
  readonly manPages: readonly string[];
  readonly completions: readonly { readonly shell: Shell; readonly path: string; readonly program: string }[];
}

export interface FormulaTest {
  readonly program: string;
  readonly arguments: readonly string[];
  /** What the output must hold: the version, a text, or nothing in particular; "unrun" where it cannot be run alone. */
  readonly holds: "version" | { readonly text: string } | "anything" | "unrun";
}

/** The whole file. Throws FORMULA_NAME_INVALID, FORMULA_FIELD_INVALID. */
export function renderFormula(formula: Formula): string {
  const { top, dependsOn, blocks } = downloadStanzas(formula.downloads);
  const groups: readonly (readonly string[])[] = [
    [
      `desc ${rubyString(formula.description)}`,
      `homepage ${rubyString(formula.homepage)}`,
      ...top.slice(0, 1),
      ...(formula.version === undefined ? [] : [`version ${rubyString(formula.version)}`]),
      ...top.slice(1),
      ...(formula.license === undefined ? [] : [licenseStanza(formula.license)]),
    ],
    livecheckBlock(formula.livecheck),
    formula.name.includes("@") ? ["keg_only :versioned_formula"] : [],
    dependsOnLines([...dependsOn, ...formula.dependsOn.map(rubyString)]),
    ...systemGroups(blocks),
    ["def install", ...installLines(formula.installs).map((line) => `  ${line}`), "end"],
    formula.caveats === undefined ? [] : ["def caveats", `  ${rubyText(formula.caveats, "    ")}`, "end"],
    ["test do", `  ${testLine(formula.test)}`, "end"],
  ];
  const body = groups.filter((lines) => lines.length > 0).map((lines) => lines.map(indented).join(""));
  return [
    "# Written by ggen-release: changes made here are lost with the next release.\n",
    `class ${formulaClass(formula.name)} < Formula\n${body.join("\n")}end\n`,
  ].join("");
}

/** Homebrew's rule (Formulary.class_s): `ggen-cli` → GgenCli, `ggen@1.2` → GgenAT12. Throws FORMULA_NAME_INVALID. */
export function formulaClass(name: string): string {
  const words = name.replace(/[-_.]([a-z0-9])/g, (_, first: string) => first.toUpperCase()).replaceAll("+", "x");
  const constant = words.charAt(0).toUpperCase() + words.slice(1).replace(/^(.*?)@(?=\d)/, "$1AT");
  const known = /^[a-z][a-z0-9+._-]*(?:@[0-9][0-9.]*)?$/.test(name) && name.length <= 100;
  if (known && /^[A-Z][A-Za-z0-9]*$/.test(constant)) return constant;
  throw new ReleaseError("FORMULA_NAME_INVALID", {
    what: `${quoted(name)} is no name for a formula.`,
    next: "Set packages.formula.name in ggen-release.yaml: a lower-case letter, then letters, digits and - _ . +, and @1.2 for a versioned one.",
  });
}

function indented(line: string): string {
  return line === "" ? "\n" : `  ${line}\n`;
}

/** Each `on_…` block is a group of its own. */
function systemGroups(blocks: readonly string[]): readonly (readonly string[])[] {
  const second = blocks.indexOf("on_linux do");
  return second > 0 ? [blocks.slice(0, second), blocks.slice(second)] : [blocks];
}

/** Sorted by name, as the audit wants them, whether system, architecture or formula. */
function dependsOnLines(dependencies: readonly string[]): readonly string[] {
  const nameOf = (dependency: string): string => dependency.replace(/^[:"']/, "").toLowerCase();
  return dependencies
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .map((dependency) => `depends_on ${dependency}`);
}

function livecheckBlock(livecheck: Livecheck | undefined): readonly string[] {
  if (livecheck === undefined) return [];
  if ("skip" in livecheck) return ["livecheck do", `  skip ${rubyString(livecheck.skip)}`, "end"];
  const [url, strategy] = livecheck.by === "git" ? [rubyString(livecheck.url), ":git"] : [":stable", ":github_latest"];
  return ["livecheck do", `  url ${url}`, `  strategy ${strategy}`, "end"];
}

function installLines({ programs, manPages, completions }: FormulaInstalls): readonly string[] {
  return [
    ...programs.map(({ name, everywhere }) => {
      const program = rubyString(name);
      return `bin.install ${program}${everywhere ? "" : ` if File.exist?(${program})`}`;
    }),
    ...manPages.map((path) => `man${manSection(path)}.install ${rubyString(path)}`),
    ...completions.map(({ shell, path, program }) =>
      // bash-completion looks for the command's bare name.
      shell === "bash"
        ? `bash_completion.install ${rubyString(path)} => ${rubyString(program)}`
        : `${shell}_completion.install ${rubyString(path)}`,
    ),
  ];
}

function manSection(path: string): string {
  const [, section] = /\.([1-8])[a-z]*(?:\.gz)?$/i.exec(path) ?? [];
  if (section !== undefined) return section;
  throw new ReleaseError("FORMULA_FIELD_INVALID", {
    what: `${quoted(path)} is not called like a man page, with its section at the end.`,
    next: "Rename it to NAME.1 (or the section that it is in), or take it out of documents.man.",
  });
}

function testLine({ program, arguments: words, holds }: FormulaTest): string {
  const path = `bin/${rubyString(program)}`;
  if (holds === "unrun") return `assert_path_exists ${path}`;
  if (holds === "anything") return [`system ${path}`, ...words.map(rubyString)].join(", ");
  const command = [path, ...words.map((word) => rubyString(shellWord(word))), rubyString("2>&1")].join(", ");
  const wanted = holds === "version" ? "version.to_s" : rubyString(holds.text);
  return `assert_match ${wanted}, shell_output([${command}].join(" "))`;
}

/** `shell_output` goes through sh (POSIX XCU 2.2.2). */
function shellWord(word: string): string {
  return /^[A-Za-z0-9_.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
