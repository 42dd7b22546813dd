import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { isReleaseError } from "../domain/errors/index.ts";
import { debianTexts } from "./debian-synopsis.ts";

const usual = "This is a package.";
function synopsisOf(summary: string, name = "tool"): string {
  return debianTexts({ name, summary, usual }).synopsis;
}

describe("the synopsis of a package", () => {
  it("does not begin with the package's name or an article, however these are written", () => {
    for (const [summary, wanted] of [
      ["tool is a fast finder", "fast finder"],
      ["Tool: a fast finder.", "fast finder"],
      ["TOOL - The fast finder", "fast finder"],
      ["tool — an fast finder", "fast finder"],
      ["tool, the fast finder", "fast finder"],
      ["The tool: tool finds fast", "finds fast"],
      ["tool finds things fast", "finds things fast"],
      ["A\ttool  is\tfast finder", "fast finder"],
      ["Toolbox for samples", "Toolbox for samples"],
      ["Finds files etc.", "Finds files etc."],
      ["Finds a tool", "Finds a tool"],
    ] as const)
      expect(synopsisOf(summary)).toBe(wanted);
    expect(synopsisOf("My Tool: finder of things", "my-tool")).toBe("finder of things");
    expect(synopsisOf("G++ is the compiler of things", "g++")).toBe("compiler of things");
  });

  it("has two words, and fewer than 80 characters, with the whole summary in the description", () => {
    expect(synopsisOf("Linter")).toBe("Linter program");
    const long = `Finder of files, which are many${" and many".repeat(8)}`;
    expect(debianTexts({ name: "tool", summary: long, usual })).toEqual({
      synopsis: "Finder of files, which are many and many and many and many and many and many...",
      description: `${usual}\n\n${long}`,
    });
    expect(synopsisOf(`Finder of very many files; ${"x".repeat(80)}`)).toBe("Finder of very many files");
    expect(synopsisOf("x".repeat(100)).length).toBeLessThan(88);
  });

  it("is refused with what to write where only other words would do", () => {
    for (const summary of ["tool", "Tool.", "The tool", "tool-like thing", "tool's things", "tool.js runner", "…"]) {
      expect(() => synopsisOf(summary), summary).toThrow(
        /DEB_FIELD_INVALID: The summary .* cannot describe the package/,
      );
    }
  });

  it("never begins with the name, whatever the summary is", () => {
    assert(
      property(string({ unit: "grapheme-ascii" }), (text) => {
        for (const summary of [text, `tool ${text}`, `Tool${text}`, `a tool - ${text}`]) {
          try {
            expect(synopsisOf(summary)).not.toMatch(/^(?:tool\b|an? |the |\s|$)/i);
          } catch (error) {
            if (!isReleaseError(error)) throw error;
          }
        }
      }),
    );
  });
});

describe("the description of a package", () => {
  const described = (description: string, summary = "Finder of files"): string =>
    debianTexts({ name: "tool", summary, description, usual }).description;

  it("does not begin with the synopsis again", () => {
    expect(described("Finder of files.\n\nIt finds them.")).toBe("It finds them.");
    expect(described("finder of files")).toBe(usual);
    expect(described("Tool is the finder of files.", "tool is the finder of files")).toBe(
      "Tool is the finder of files.",
    );
    const long = `Finder of files, which are many${" and many".repeat(9)}`;
    expect(described(long, long)).toBe(`${usual}\n\n${long}`);
    // To lintian texts without Latin letters are one.
    expect(described("\u30c4\u30fc\u30eb", "\u30d5\u30a1 \u30a4\u30eb")).toBe(`${usual}\n\n\u30c4\u30fc\u30eb`);
  });

  it("is there, and begins with a sentence and not with a list", () => {
    expect(described(" \n.\n")).toBe(usual);
    expect(described("\n- one\n- two")).toBe(`${usual}\n\n- one\n- two`);
    expect(described("  indented")).toBe(`${usual}\n\n  indented`);
    expect(described(".NET files")).toBe(`${usual}\n\n.NET files`);
  });
});
