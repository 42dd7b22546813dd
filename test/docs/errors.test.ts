import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorReference } from "../../scripts/docs-errors.ts";
import { errorCatalogue } from "../../src/domain/errors/index.ts";

const root = join(import.meta.dirname, "..", "..");

it("docs/errors.md is what the catalogue says; otherwise run: node scripts/docs-errors.ts", () => {
  expect(readFileSync(join(root, "docs", "errors.md"), "utf8")).toBe(errorReference());
});

it("names every code of the catalogue once", () => {
  const named = [...errorReference().matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code = ""]) => code);
  expect(named.sort()).toEqual(Object.keys(errorCatalogue).sort());
});

it("has no code that nothing in the program uses", () => {
  const sources = globSync("src/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts") && !file.startsWith(join("src", "domain", "errors")))
    .map((file) => readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, ""));
  expect(sources.length).toBeGreaterThan(100);
  const unused = Object.keys(errorCatalogue).filter((code) => !sources.some((text) => text.includes(`"${code}"`)));
  expect(unused).toEqual([]);
});
