import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archiveEntries, requireSafePath, type ArchiveFile } from "./entry.ts";

const file = (path: string): ArchiveFile => ({ path, executable: false, size: 0, open: () => nothing() });
async function* nothing(): AsyncIterable<Uint8Array> {}

const name = fc
  .string({
    unit: fc.constantFrom("a", "B", "-", ".", " ", "'", '"', "\t", "é", "\u0301", "😀", "\uff0f"),
    minLength: 1,
  })
  .filter((text) => text !== "." && text !== "..");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

describe("the entries of an archive", () => {
  it("begin with the folders of what comes after", () => {
    expect(archiveEntries([file("b/c/d"), file("a"), file("b/x")]).map((entry) => [entry.kind, entry.path])).toEqual([
      ["file", "a"],
      ["folder", "b"],
      ["folder", "b/c"],
      ["file", "b/c/d"],
      ["file", "b/x"],
    ]);
  });

  it("are the same in whatever order the files came, and sorted by their bytes", () => {
    const distinct = fc
      .uniqueArray(path)
      .filter((paths) => !paths.some((a) => paths.some((b) => b.startsWith(`${a}/`))));
    fc.assert(
      fc.property(distinct, (paths) => {
        const there = archiveEntries(paths.map(file));
        const back = archiveEntries(paths.toReversed().map(file));
        const bytes = there.map((entry) => Buffer.from(entry.path));
        expect(back.map((entry) => entry.path)).toEqual(there.map((entry) => entry.path));
        expect(bytes.toSorted((a, b) => Buffer.compare(a, b))).toEqual(bytes);
        expect(new Set(there.map((entry) => entry.path)).size).toBe(there.length);
      }),
    );
  });

  it.each([
    "-rf",
    " lead",
    "tab\there",
    "it's",
    'say "hi"',
    "😀.txt",
    "e\u0301",
    "\u00e9",
    "a/b/c",
    "..a",
    "x".repeat(255),
  ])("may be called %j", (path) => {
    requireSafePath(path);
    expect(archiveEntries([file(path)]).at(-1)?.path).toBe(path);
  });

  it.each([
    ["a path out of the folder", "../../etc/passwd"],
    ["a path that leads out later", "a/../../b"],
    ["an absolute path", "/etc/passwd"],
    ["a drive", "C:/Windows/x"],
    ["a backslash", "..\\..\\x"],
    ["a newline", "a\nb"],
    ["a carriage return", "a\rb"],
    ["NUL", "a\0b"],
    ["an escape character", "a\u001b[2Jb"],
    ["an empty name", "a//b"],
    ["a folder's name", "a/"],
    ["the folder itself", "./a"],
    ["nothing", ""],
    ["half a surrogate pair", "a\ud800"],
    ["bytes that are not UTF-8", "a\ufffd"],
    ["a name of 256 bytes", "x".repeat(256)],
    ["a name of 256 bytes in 128 letters", "é".repeat(128)],
    ["a path of 4096 bytes", "x/".repeat(2047) + "xx"],
  ])("are refused for %s", (_, path) => {
    expect(() => archiveEntries([file(path)])).toThrow(
      expect.objectContaining({ code: "PACKAGE_PATH_INVALID", exit: 2 }),
    );
  });

  it.each([
    ["one name twice", ["a", "b", "a"]],
    ["a file where another needs a folder", ["a/b", "a"]],
    ["the same the other way round", ["a", "a/b"]],
  ])("are refused for %s", (_, paths) => {
    expect(() => archiveEntries(paths.map(file))).toThrow(
      expect.objectContaining({ code: "PACKAGE_PATH_DUPLICATE", exit: 2 }),
    );
  });
});
