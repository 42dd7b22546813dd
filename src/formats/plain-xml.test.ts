import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childText, escapedXml, parseXml } from "./plain-xml.ts";

describe("a service's answer", () => {
  it("is read with its declaration, namespaces, attributes and references", () => {
    const root = parseXml(
      `<?xml version="1.0" encoding="UTF-8"?>\n<a:List xmlns="http://x/"><Key>a&amp;b&#43;&#x7e;</Key><Empty/><Owner><ID>1</ID></Owner></a:List>\n`,
    );
    expect(root?.name).toBe("List");
    expect(childText(root, "Key")).toBe("a&b+~");
    expect(childText(root, "Empty")).toBe("");
    expect(childText(root?.children[2], "ID")).toBe("1");
    expect(childText(root, "Absent")).toBeUndefined();
  });

  it.each([
    "",
    "text",
    "<a>",
    "</a>",
    "<a></b>",
    "<a></a><b></b>",
    "<a></a>x",
    "<a>&unknown;</a>",
    "<a>&#x110000;</a>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "<a><!-- --></a>",
    "<a",
    `${"<a>".repeat(11)}${"</a>".repeat(11)}`,
  ])("is nothing where it is not of this kind: %s", (text) => {
    expect(parseXml(text)).toBeNull();
  });

  it("gives back every text that was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(childText(parseXml(`<a><k>${escapedXml(text)}</k></a>`), "k")).toBe(text);
      }),
    );
  });

  it("takes time that grows with the length of a hostile one", () => {
    const begun = performance.now();
    for (const text of ["<".repeat(400_000), "<a ".repeat(100_000), `<a ${" ".repeat(300_000)}`, "&".repeat(300_000)]) {
      expect(parseXml(`${text}>`)).toBeNull();
    }
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
