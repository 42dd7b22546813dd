import { describe, expect, it } from "vitest";
import { bytesText, meaningOf, rawFields, splitStanzas, stanzaField, stanzaOf } from "./index-stanzas.ts";

const stanza = "Package: tool\nVersion:1.0\nX-Odd:\t two  \nRecommends:\n a,\n b \n\tc\nEmpty:";

describe("a stanza", () => {
  it("is taken apart into fields and put together again as it was", () => {
    expect(rawFields(stanza)).toEqual([
      ["Package", " tool"],
      ["Version", "1.0"],
      ["X-Odd", "\t two"],
      ["Recommends", "\n a,\n b \n\tc"],
      ["Empty", ""],
    ]);
    expect(stanzaOf(rawFields(stanza))).toBe(stanza.replace("two  ", "two").replace("Version:1", "Version: 1"));
  });

  it("keeps a character whose last byte is a space elsewhere", () => {
    const text = bytesText(Buffer.from("Package: a\nDescription: voilà\nHomepage: b"));
    expect(stanzaOf(rawFields(text))).toBe(text);
    expect(Buffer.from(stanzaField(text, "Description") ?? "", "latin1").toString()).toBe("voilà");
  });

  it("takes every line that begins with white space for a part of the field above", () => {
    expect(rawFields("A: b\n\vFilename: evil\n\rSize: 1").map(([name]) => name)).toEqual(["A"]);
  });

  it("gives the first line of a field, whatever case its name has", () => {
    expect("package,version,x-odd,Recommends,Empty,None".split(",").map((name) => stanzaField(stanza, name))).toEqual([
      "tool",
      "1.0",
      "two",
      "",
      "",
      undefined,
    ]);
  });
});

it("stanzas are split at empty lines, any number of them", () => {
  expect(splitStanzas("\nA: b\nC: d\n\n\n\nE: f\n\nG: h")).toEqual(["A: b\nC: d", "E: f", "G: h"]);
  expect(splitStanzas("\n\n")).toEqual([]);
});

it("white space counts nothing at the end of a line and before the first, and all within", () => {
  expect(meaningOf("\t a  b \n c \n\t  d")).toBe(meaningOf(" a  b\n c\n   d"));
  expect(meaningOf(" a  b")).not.toBe(meaningOf(" a b"));
  expect(meaningOf(" a\n  b")).not.toBe(meaningOf(" a\n b"));
});
