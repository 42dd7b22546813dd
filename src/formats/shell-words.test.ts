import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWords } from "./shell-words.ts";

describe("a command as one would type it", () => {
  it("quotes only what needs it", () => {
    expect(shellWords(["go", "build", "-ldflags", "-s -w", "--profile=release", "./cmd/yq"])).toBe(
      "go build -ldflags '-s -w' --profile=release ./cmd/yq",
    );
    expect(shellWords(["it's", "", "$(id)"])).toBe(String.raw`'it'\''s' '' '$(id)'`);
  });

  it("is read back by a shell as the same words", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${shellWords(words)}`], { encoding: "utf8" });
        expect(printed.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 50 },
    );
  });
});
