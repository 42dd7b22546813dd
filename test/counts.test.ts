/** The closing lines of a test run, of a run of the real vitest. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratchFolder } from "./scratch.ts";

it("names a suite of which nothing ran, and of another the very test that was skipped", async () => {
  const folder = await scratchFolder("counts");
  const config = {
    test: { globals: true, include: ["*.test.js"], reporters: [join(import.meta.dirname, "counts.ts")] },
  };
  writeFileSync(join(folder, "vitest.config.mjs"), `export default ${JSON.stringify(config)};\n`);
  writeFileSync(
    join(folder, "some.test.js"),
    `describe("mixed", () => { it("runs", () => {}); it.skip("waits", () => {}); });
     describe.skip("whole", () => { it("a", () => {}); it("b", () => {}); });\n`,
  );
  const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
  const out = execFileSync(process.execPath, [vitest, "run", "--root", folder], { encoding: "utf8" });
  expect(out.trimEnd().split("\n")).toEqual(["not run: mixed > waits", "not run: whole", "1 passed, 0 failed"]);
});
