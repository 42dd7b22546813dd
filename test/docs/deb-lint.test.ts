import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { debLintReference } from "../../scripts/docs-deb-lint.ts";
import { allTags } from "../../src/engines/deb/lint/tags.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

it("docs/deb-lint.md is what the tags say; otherwise run: node scripts/docs-deb-lint.ts", () => {
  expect(readFileSync(join(docs, "deb-lint.md"), "utf8")).toBe(debLintReference());
});

it("names every tag once", () => {
  const names = allTags.map(({ tag }) => tag);
  expect(names.length).toBeGreaterThan(200);
  expect(names).toEqual([...new Set(names)]);
  expect(names.filter((name) => !/^[A-Za-z0-9][A-Za-z0-9.+_-]+$/.test(name))).toEqual([]);
});

it("says of every tag what it means and what to do, in whole sentences", () => {
  const short = allTags.filter(({ explain, next }) => !/^[^ ].{15,}[.]$/s.test(explain) || !/^[A-Z].{10,}/s.test(next));
  expect(short.map(({ tag }) => tag)).toEqual([]);
});

it("names no key of the configuration that is not there", () => {
  const configuration = readFileSync(join(docs, "configuration.md"), "utf8");
  const named = allTags.flatMap(({ next }) =>
    [...next.matchAll(/packages\.deb\.([a-z-]+)/g)].map(([, key = ""]) => key),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((key) => !configuration.includes(`| \`${key}\``))).toEqual([]);
});
