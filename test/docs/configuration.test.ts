import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configurationReference } from "../../scripts/docs-configuration.ts";

it("docs/configuration.md is what the schema says; otherwise run: node scripts/docs-configuration.ts", async () => {
  const written = readFileSync(join(import.meta.dirname, "..", "..", "docs", "configuration.md"), "utf8");
  expect(written).toBe(await configurationReference());
});
