import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReleaseError } from "../domain/errors/index.ts";
import { formulaDescription } from "./formula-description.ts";

describe("a formula's description", () => {
  it.each([
    ["Portable command-line YAML processor", "yq", "Portable command-line YAML processor"],
    ["A command line benchmarking tool.", "hyperfine", "Command-line benchmarking tool"],
    [
      "fd is a simple, fast and user-friendly alternative to find.",
      "fd",
      "Simple, fast and user-friendly alternative to find",
    ],
    ["yq: a YAML processor", "yq", "YAML processor"],
    ["jq - JSON processor", "jq", "JSON processor"],
    ["🚀 Blazing  fast\ntool", "x", "Blazing fast tool"],
    ["an the tool", "x", "Tool"],
    ["macOS helper", "x", "macOS helper"],
    ["Lists, maps, etc.", "x", "Lists, maps, etc."],
    ["ggen cli is a generator", "ggen-cli", "Generator"],
    ["The tool for teams. It does a great many things that would not fit into a line of eighty", "x", "Tool for teams"],
  ])("of %j for %s is %j", (summary, name, description) => {
    expect(formulaDescription(summary, name)).toBe(description);
  });

  it.each([
    ["nothing but an article", "A ", "x"],
    ["nothing but the name's", "yq is a", "yq"],
    ["the name at its start", "Cargo-like builder", "cargo"],
    ["the name at its start, spelled otherwise", "Go releaser for all", "go-releaser"],
    ["80 characters", "x".repeat(80), "y"],
    ["one long sentence", `${"word ".repeat(20)}. Short.`, "x"],
  ])("is refused for %s", (_, summary, name) => {
    expect(() => formulaDescription(summary, name)).toThrow(
      expect.objectContaining({ code: "FORMULA_FIELD_INVALID", exit: 2 }),
    );
  });

  it("passes every rule of the audit, or is refused", () => {
    const word = fc.constantFrom(
      "a",
      "the",
      "An",
      "tool",
      "yq",
      "YQ",
      "y-q",
      "command line",
      "Commandline",
      "etc.",
      ".",
      "is",
      ":",
      "-",
      "🚀",
      "é",
      "macOS",
      "fast",
    );
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(text, (summary) => {
        const description = descriptionOr(summary, "yq");
        if (description === undefined) return;
        expect(description).toBe(description.trim());
        expect(description).not.toMatch(/^(?:the|an?)\s/i);
        expect(description).not.toMatch(/^y[\s-]?q\b/i);
        expect(description).not.toMatch(/command ?line/i);
        expect(description).not.toMatch(/\p{So}|\n/u);
        if (!description.startsWith("macOS")) expect(description).not.toMatch(/^[a-z]/);
        if (!description.endsWith("etc.")) expect(description).not.toMatch(/\.$/);
        expect(Array.from(description).length).toBeGreaterThan(0);
        expect(Array.from(description).length).toBeLessThan(80);
      }),
      { numRuns: 1000 },
    );
  });
});

function descriptionOr(summary: string, name: string): string | undefined {
  try {
    return formulaDescription(summary, name);
  } catch (error) {
    if (isReleaseError(error) && error.code === "FORMULA_FIELD_INVALID") return undefined;
    throw error;
  }
}
