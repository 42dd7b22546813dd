import { describe, expect, it } from "vitest";
import { versionHeadings, versionSections } from "./markdown-changelog.ts";

describe("sections of a changelog", () => {
  it("have a version, a date where the heading has one, and their changes", () => {
    const text = "# Changelog\n\n## [1.1.0] - 2026-02-03\n- One\n- Two\n\n## v1.0.0 (2025-01-01)\nFirst.\n\n## 0.9.0\n";
    expect(versionSections(text)).toEqual([
      { value: "1.1.0", date: "2026-02-03", changes: ["One", "Two"] },
      { value: "1.0.0", date: "2025-01-01", changes: ["First."] },
      { value: "0.9.0", changes: [] },
    ]);
  });

  it.each([
    ["- a\n  b\n  - inner\n* c\n", ["a b - inner", "c"]],
    ["1. a\n2) b\n", ["a", "b"]],
    ["A paragraph\nof two lines.\n\nAnother.\n", ["A paragraph of two lines.", "Another."]],
    ["### Added\n- a\n### Fixed\n- b\n", ["a", "b"]],
    [
      "- [text](https://a.org/b) and ![img](x) `code` **bold** [ref][1]\n[1]: https://a.org\n",
      ["text and img code bold ref"],
    ],
    ["- a\n```\n## 0.1.0\n- no change\n```\n- b\n", ["a", "b"]],
    ["<!-- hidden -->\n- a\n", ["a"]],
  ])("take from %j the changes %j", (body, changes) => {
    expect(versionSections(`## 1.0.0\n${body}`)).toEqual([{ value: "1.0.0", changes }]);
  });

  it("begin at the offsets that headings say", () => {
    const text = "Changes\n=======\n\n1.2.3\n-----\n- a\n\n## Unreleased\n";
    for (const { value, start } of versionHeadings(text)) expect(text.slice(start).startsWith(value)).toBe(true);
    expect(versionHeadings(text).map(({ value }) => value)).toEqual(["1.2.3", "Unreleased"]);
  });
});
