import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../domain/errors/index.ts";
import { parseSums, renderSums, type Sum } from "./checksums.ts";

const zeros = "0".repeat(64);

/** Any name that a Unix file system can hold, hostile ones among them. */
const name = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom("\\", "\n", "\r", "\t", " ", "*", "-", "n", "r", "é", "😀"), minLength: 1 }),
  )
  .map((text) => text.replace(/[/\0]/g, "_"))
  .filter((text) => text !== "." && text !== ".." && text.isWellFormed());
const sums: fc.Arbitrary<readonly Sum[]> = fc.uniqueArray(
  fc.record({
    file: name,
    sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  }),
  { selector: ({ file }) => file, minLength: 1 },
);

describe("sums", () => {
  it("are digest, two spaces, bare name", () => {
    expect(renderSums([{ file: "ggen_5.0.2_amd64.deb", sha256: zeros }])).toBe(`${zeros}  ggen_5.0.2_amd64.deb\n`);
  });

  it("mark a line whose name is escaped", () => {
    expect(renderSums([{ file: "a\nb\\c\rd", sha256: zeros }])).toBe(`\\${zeros}  a\\nb\\\\c\\rd\n`);
  });

  it("survive being written and read", () => {
    fc.assert(
      fc.property(sums, (list) => {
        expect(parseSums(renderSums(list))).toEqual(list);
      }),
    );
  });

  it("take one line each, whatever the name", () => {
    fc.assert(
      fc.property(sums, (list) => {
        expect(renderSums(list).split("\n").length).toBe(list.length + 1);
      }),
    );
  });

  it("are read in binary form and with capital digits", () => {
    expect(parseSums(`${"AB".repeat(32)} *x\n`)).toEqual([{ file: "x", sha256: "ab".repeat(32) }]);
  });

  it("keep a backslash as it is where the line is not marked", () => {
    expect(parseSums(`${zeros}  a\\nb\n`)).toEqual([{ file: "a\\nb", sha256: zeros }]);
  });

  it.each<[string, string, ErrorCode]>([
    ["an absolute path", `${zeros}  /etc/passwd\n`, "SUM_PATH"],
    ["a path out of the folder", `${zeros}  ../x\n`, "SUM_PATH"],
    ["a path with a folder", `${zeros}  dist/x\n`, "SUM_PATH"],
    ["the folder itself", `${zeros}  .\n`, "SUM_PATH"],
    ["the folder above", `${zeros}  ..\n`, "SUM_PATH"],
    ["a name with NUL", `${zeros}  a\0b\n`, "SUM_PATH"],
    ["an empty list", "", "SUM_LIST_MALFORMED"],
    ["an empty line", `${zeros}  a\n\n`, "SUM_LIST_MALFORMED"],
    ["a list cut off inside a name", `${zeros}  ggen_5.0.2_amd6`, "SUM_LIST_MALFORMED"],
    ["a digest of another length", `${zeros.slice(1)}  a\n`, "SUM_LIST_MALFORMED"],
    ["no name", `${zeros}  \n`, "SUM_LIST_MALFORMED"],
    ["one space", `${zeros} a\n`, "SUM_LIST_MALFORMED"],
    ["an unknown escape", `\\${zeros}  a\\tb\n`, "SUM_LIST_MALFORMED"],
    ["a backslash at the end of an escaped name", `\\${zeros}  a\\\n`, "SUM_LIST_MALFORMED"],
    ["one name twice", `${zeros}  a\n${zeros}  a\n`, "SUM_LIST_MALFORMED"],
    ["HTML in place of a list", "<!doctype html>\n", "SUM_LIST_MALFORMED"],
  ])("refuse %s", (_, text, code) => {
    expect(() => parseSums(text)).toThrow(expect.objectContaining({ code, exit: 3 }));
  });

  it.each(["", ".", "..", "a/b", "/a", "a\0b", "\ud800"])("are not written for the name %j", (file) => {
    expect(() => renderSums([{ file, sha256: zeros }])).toThrow(expect.objectContaining({ code: "SUM_PATH" }));
  });

  it("are not written for what is no digest", () => {
    expect(() => renderSums([{ file: "a", sha256: "PLACEHOLDER" }])).toThrow(
      expect.objectContaining({ code: "SUM_LIST_MALFORMED" }),
    );
  });
});
