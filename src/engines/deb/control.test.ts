import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStanzas } from "../../formats/debian-control.ts";
import { type ControlData, formatControl } from "./control.ts";
import { relationFields, sourceFields } from "./relation.ts";

const data: ControlData = {
  name: "tool",
  version: "1.2.3",
  architecture: "amd64",
  maintainer: "Jane Doe <jane@project.org>",
  section: "utils",
  priority: "optional",
  homepage: "https://project.org",
  summary: "processor of samples",
  relations: { depends: ["libc6 (>= 2.28)", "git | mercurial"], provides: ["tool-api (= 2)"], suggests: [] },
};

describe("the control file", () => {
  it("has its fields in Policy's order, and none that is empty", () => {
    expect(formatControl(data, 42)).toBe(`Package: tool
Version: 1.2.3
Section: utils
Priority: optional
Architecture: amd64
Depends: libc6 (>= 2.28), git | mercurial
Provides: tool-api (= 2)
Installed-Size: 42
Maintainer: Jane Doe <jane@project.org>
Description: processor of samples
Homepage: https://project.org
`);
  });

  it("has every field that it knows, in one order", () => {
    const relations = Object.fromEntries([...relationFields, ...sourceFields].map((field) => [field, ["a1"]]));
    const full: ControlData = {
      ...data,
      source: "tool-source",
      multiArch: "foreign",
      vcsBrowser: "https://project.org/git",
      vcsGit: "https://project.org/git",
      debugSymbols: { buildIds: ["aa11", "bb22"] },
      relations,
    };
    const [stanza = []] = parseStanzas(formatControl(full, 1));
    expect(stanza.map(([name]) => name).join(" ")).toBe(
      "Package Source Version Section Priority Architecture Multi-Arch Depends Recommends Suggests Enhances " +
        "Pre-Depends Breaks Conflicts Provides Replaces Installed-Size Maintainer Description Homepage Built-Using " +
        "Static-Built-Using Vcs-Browser Vcs-Git Auto-Built-Package Build-Ids",
    );
  });

  it("gets no field from a description", () => {
    const names = (description: string): readonly string[] =>
      parseStanzas(formatControl({ ...data, description }, 1)).flatMap((stanza) => stanza.map(([name]) => name));
    const plain = names("nothing");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\n", "\r", " ", ".", "Depends: evil", "x:") }), (description) => {
        expect(names(description)).toEqual(plain);
      }),
    );
  });

  it.each(["summary", "homepage", "section", "version", "architecture", "priority", "name"] as const)(
    "refuses a newline in %s",
    (field) => {
      expect(() => formatControl({ ...data, [field]: "a\nDepends: evil" }, 1)).toThrow("DEB_FIELD_INVALID");
    },
  );

  it("refuses a newline in a relation", () => {
    expect(() => formatControl({ ...data, relations: { depends: ["a\nEssential: yes"] } }, 1)).toThrow(
      "DEB_FIELD_INVALID",
    );
  });

  it.each([
    "Jane Doe",
    "jane@project.org",
    "Jane <jane>",
    "A <a@b.org>, B <b@b.org>",
    "Jane <a@b.org>\nX: y",
    " <a@b.org>",
  ])("refuses the maintainer %j", (maintainer) => {
    expect(() => formatControl({ ...data, maintainer }, 1)).toThrow(/DEB_FIELD_INVALID.*Maintainer/);
  });
});
