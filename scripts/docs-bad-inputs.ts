/**
 * docs/bad-inputs.md, generated from test/bad-inputs/classes.ts and the titles of tests: node scripts/docs-bad-inputs.ts
 * writes it. Invariant: a test is named only where its title bears the number.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BadInput, groups } from "../test/bad-inputs/classes.ts";

const root = join(import.meta.dirname, "..");

export interface Holder {
  readonly file: string;
  /** The title without its markers. */
  readonly title: string;
}

/** Tests by the number of the bad input that their title bears: `(bad input 7)`, `(bad input 7, bad input 8)`. */
export function holders(): ReadonlyMap<number, readonly Holder[]> {
  const found = new Map<number, Holder[]>();
  for (const file of globSync(["src/**/*.test.ts", "test/**/*.test.ts"], { cwd: root }).sort()) {
    for (const [, , literal = ""] of readFileSync(join(root, file), "utf8").matchAll(
      /(["`])((?:(?!\1)[^\\\n]|\\.)*?\(bad input (?:(?!\1)[^\\\n]|\\.)*)\1/g,
    )) {
      const title = literal
        .replace(/ ?\(bad input [^)]*\)/g, "")
        .replace(/\\(.)/g, "$1")
        .replace(/\$\{(\w+)\}/g, "<$1>");
      for (const [, number] of literal.matchAll(/bad input (\d+)/g)) {
        const key = Number(number);
        found.set(key, [...(found.get(key) ?? []), { file, title }]);
      }
    }
  }
  return found;
}

export function badInputReference(): string {
  const held = holders();
  const tables = groups.map(({ title, inputs }) => {
    const rows = inputs.map((input) => row(input, held.get(input.number) ?? []));
    return [`## ${title}`, "", "| | bad input | exit | held by |", "| --: | --- | --: | --- |", ...rows, ""].join("\n");
  });
  return `${heading}\n${tables.join("\n")}`;
}

const heading = `# Bad inputs

Made by \`node scripts/docs-bad-inputs.ts\`; changes made here are lost.

What the program is given by mistake or by malice, how it ends, and the tests that hold it to that. Every refusal is one line of what happened, one of why it matters and one of what to do, with a code that does not change ([errors](errors.md)); nothing half made stays behind. Exit 0: it is taken, put right, or warned of.
`;

function row({ number, what, expected, later }: BadInput, held: readonly Holder[]): string {
  const tests = held.map(({ file, title }) => `${cell(title)} ([${file.split("/").at(-1)}](../${file}))`);
  const rest = later === undefined ? [] : [`*to come with ${cell(later)}*`];
  return `| ${number} | ${cell(what)} | ${expected} | ${[...tests, ...rest].join("<br>")} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

if (import.meta.main) writeFileSync(join(root, "docs", "bad-inputs.md"), badInputReference());
