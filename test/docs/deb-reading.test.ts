import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { debReadingReference } from "../../scripts/docs-deb-reading.ts";
import { stricterRules } from "../../src/formats/deb-refusal.ts";

const root = join(import.meta.dirname, "..", "..");

it("docs/deb-reading.md is what the rules say; otherwise run: node scripts/docs-deb-reading.ts", () => {
  expect(readFileSync(join(root, "docs", "deb-reading.md"), "utf8")).toBe(debReadingReference());
});

it("names no rule by which nothing is refused", () => {
  const sources = globSync("src/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  // As a value, not as the key of the table.
  const unused = Object.keys(stricterRules).filter((rule) => !new RegExp(`"${rule}"(?!: \\{)`).test(sources));
  expect(unused).toEqual([]);
});
