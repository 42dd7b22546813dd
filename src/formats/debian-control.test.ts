import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOf, formatStanza, parseStanzas } from "./debian-control.ts";
import { descriptionLines } from "./debian-description.ts";

describe("writing a stanza", () => {
  it("writes one line per field and folds the lines of a list", () => {
    const text = formatStanza([
      ["Package", "yq"],
      ["Description", ["processor", "First line.", "", "  verbatim"]],
      ["SHA256", ["", "abc 1 Packages"]],
    ]);
    expect(text).toBe("Package: yq\nDescription: processor\n First line.\n .\n   verbatim\nSHA256:\n abc 1 Packages\n");
  });

  it.each(["a\nDepends: evil", "a\rb", "a\0b", "a\u0085b", "a\u2028b", "\u001b[31mred"])(
    "refuses the value %j",
    (value) => {
      expect(() => formatStanza([["Homepage", value]])).toThrow(
        /DEB_FIELD_INVALID: The control field "Homepage" holds/,
      );
      expect(() => formatStanza([["Description", ["ok", value]]])).toThrow("DEB_FIELD_INVALID");
    },
  );

  it.each(["", " ", "\n"])("refuses the empty value %j", (value) => {
    expect(() => formatStanza([["Section", value]])).toThrow("is empty");
  });

  it("refuses half of a surrogate pair, which UTF-8 cannot hold", () => {
    expect(() => formatStanza([["Maintainer", "\ud83e"]])).toThrow("half of a character");
  });

  it.each(["", "A B", "A:B", "#A", "-A", "Ä", "A\n"])("refuses the field name %j", (name) => {
    expect(() => formatStanza([[name, "x"]])).toThrow("is not a field name");
  });

  it("refuses a field that stands twice in another case (bad input 47)", () => {
    expect(() =>
      formatStanza([
        ["Version", "1"],
        ["version", "2"],
      ]),
    ).toThrow("stands twice");
  });

  it("refuses a continuation line that begins with a full stop", () => {
    expect(() => formatStanza([["Description", ["x", ".hidden"]]])).toThrow("begins with a full stop");
  });
});

describe("reading stanzas", () => {
  it("reads fields, continuation lines and several stanzas", () => {
    expect(parseStanzas("A: 1\nB:\n x\n .\n  y\n\n\nC : 2 \n")).toEqual([
      [
        ["A", ["1"]],
        ["B", ["", "x", "", " y"]],
      ],
      [["C", ["2"]]],
    ]);
  });

  it("drops CR before the end of a line, as dpkg does (bad input 47)", () => {
    expect(parseStanzas("A: 1\r\nB: 2\r\n\r\nC: 3\r\n")).toEqual(parseStanzas("A: 1\nB: 2\n\nC: 3\n"));
  });

  it.each([
    ["A: 1\na: 2", "names the field a again"],
    [" x", "none stands before it"],
    ["A: 1\n \n x", "is blank within a field"],
    ["no colon", "neither `Name: value`"],
    ["A b: 1", "neither `Name: value`"],
    [": 1", "neither `Name: value`"],
    ["A: 1\0", "holds a NUL"],
  ])("refuses %j", (text, fault) => expect(() => parseStanzas(text)).toThrow(fault));

  it("finds a field by its name in any case", () => {
    const [stanza = []] = parseStanzas("Package: yq\nDescription: one\n two\n");
    expect([fieldOf(stanza, "package"), fieldOf(stanza, "DESCRIPTION"), fieldOf(stanza, "Depends")]).toEqual([
      "yq",
      "one",
      undefined,
    ]);
  });
});

it("reads back every stanza that it writes", () => {
  const name = fc.string({ unit: fc.constantFrom("A", "b", "-", "9"), minLength: 1 }).map((text) => `X${text}`);
  const line = fc
    .string({ unit: "grapheme" })
    .map((text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "").trim())
    .filter((text) => text !== "" && !text.startsWith("."));
  const value = fc.tuple(line, fc.array(fc.oneof(line, fc.constant("")))).map(([first, rest]) => [first, ...rest]);
  const fields = fc.uniqueArray(fc.tuple(name, value), {
    minLength: 1,
    selector: ([key]) => key.toLowerCase(),
  });
  fc.assert(
    fc.property(fields, (given) => {
      expect(parseStanzas(formatStanza(given))).toEqual([given]);
    }),
  );
});

describe("the description", () => {
  it("never begins another field, whatever the text holds", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("\n", "\r", ".", " ", "\t", "-", ":", "Depends: evil", "word", "é"),
      maxLength: 40,
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const control = formatStanza([
          ["Package", "yq"],
          ["Description", descriptionLines("synopsis", text)],
        ]);
        expect(parseStanzas(control).map((stanza) => stanza.map(([name]) => name))).toEqual([
          ["Package", "Description"],
        ]);
        expect(control).not.toMatch(/^ \.[^\n]/m);
      }),
    );
  });

  it("folds an injected field into a paragraph", () => {
    expect(descriptionLines("tool", "nice\nDepends: evil\n\nEssential: yes\n")).toEqual([
      "tool",
      "nice",
      "Depends: evil",
      "",
      "Essential: yes",
    ]);
  });

  it("keeps indented lines, list items and lines with a leading full stop verbatim", () => {
    expect(descriptionLines("tool", "Does:\n- this\n* that\n1. more\n  code\n.hidden files")).toEqual([
      "tool",
      "Does:",
      " - this",
      " * that",
      " 1. more",
      "  code",
      " .hidden files",
    ]);
  });

  it("makes one empty line of several, of blank ones and of Debian's own spelling", () => {
    expect(descriptionLines("tool", "\n\na\n \n\n.\n .\nb\n\n")).toEqual(["tool", "a", "", "b"]);
  });

  it("wraps long lines at 80 columns, and never before a full stop", () => {
    const [, ...lines] = descriptionLines("tool", `${"word ".repeat(15)}.NET ${"word ".repeat(20)}`);
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.length <= 79 && !line.startsWith("."))).toBe(true);
    expect(lines.join(" ").split(" ")).toHaveLength(36);
  });
});
