import { describe, expect, it } from "vitest";
import { parsePackageName, parseRelation } from "./relation.ts";

describe("a package's name", () => {
  it.each(["yq", "libstdc++6", "0ad", "a.b-c"])("may be %j", (name) => expect(parsePackageName(name)).toBe(name));

  it.each(["", "a", "Tool", "tool_x", "-tool", "tool\n", "tool name", "töol", "x".repeat(101)])(
    "may not be %j",
    (name) => expect(() => parsePackageName(name)).toThrow("DEB_NAME_INVALID"),
  );
});

describe("a relation", () => {
  it.each([
    ["git", "git"],
    ["git (>= 1:2.30)", "git (>= 1:2.30)"],
    ["git(>=2)|mercurial", "git(>=2) | mercurial"],
    ["python3:any", "python3:any"],
    [" git (>= 1)\n", "git (>= 1)"],
  ])("%j is taken as %j", (text, expected) => expect(parseRelation("depends", text)).toBe(expected));

  it.each([
    "",
    "git, hg",
    "git >= 2",
    "git (2)",
    "git (>= v2)",
    "git (> 2)",
    "git |",
    "git\nEssential: yes",
    "${shlibs:Depends}",
    "git [amd64]",
  ])("%j is refused", (text) => expect(() => parseRelation("depends", text)).toThrow(/DEB_(FIELD|VERSION)_INVALID/));

  it("has no alternatives where dpkg takes none", () => {
    for (const field of ["conflicts", "replaces", "provides", "breaks", "enhances", "built-using"] as const) {
      expect(() => parseRelation(field, "a1 | b1")).toThrow("alternatives have no place there");
    }
  });

  it("provides one version only", () => {
    expect(parseRelation("provides", "tool-api (= 2)")).toBe("tool-api (= 2)");
    expect(() => parseRelation("provides", "tool-api (>= 2)")).toThrow("with =");
  });

  it("to a source that went in names one version of it", () => {
    expect(parseRelation("static-built-using", "rust-serde (= 1.0.1-2)")).toBe("rust-serde (= 1.0.1-2)");
    for (const text of ["rust-serde", "rust-serde (>= 1)"]) {
      expect(() => parseRelation("built-using", text)).toThrow(/DEB_FIELD_INVALID.*one version of a source package/);
    }
  });
});
