/** Positions in JSON and TOML: every scalar is found where it stands, whatever the layout around it. */
import fc from "fast-check";
import { parse as parseToml, stringify as stringifyToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { isReleaseError, type ReleaseError } from "../../domain/errors/index.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import { readJson } from "./json-document.ts";
import { decodeSource, encodeEdited, positionAt } from "./source-text.ts";
import { readToml } from "./toml-document.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (text: string): StructuredDocument => readJson(decodeSource("a.json", bytes(text)));
const toml = (text: string): StructuredDocument => readToml(decodeSource("a.toml", bytes(text)));

describe("a source text", () => {
  it("gives back the bytes that it was read from, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
        expect(encodeEdited(decodeSource("x", content), [])).toEqual(content);
      }),
    );
    for (const text of ["\ufeffa\r\nb", "ä€😀", "\ufffd"]) {
      expect(encodeEdited(decodeSource("x", bytes(text)), [])).toEqual(bytes(text));
    }
  });

  it("changes nothing but what is replaced, in any order of replacements", () => {
    const source = decodeSource("x", bytes("ä 1.0.0 b\r\n1.0.0\r\n"));
    const edited = encodeEdited(source, [
      { start: 11, end: 16, text: "2.0.0" },
      { start: 2, end: 7, text: "20.0.0" },
    ]);
    expect(edited).toEqual(bytes("ä 20.0.0 b\r\n2.0.0\r\n"));
  });

  it("counts lines and columns from one", () => {
    expect(positionAt("ab\r\ncd", 0)).toEqual({ line: 1, column: 1 });
    expect(positionAt("ab\r\ncd", 5)).toEqual({ line: 2, column: 2 });
  });
});

describe("JSON with positions", () => {
  it("accepts what JSON.parse accepts, and nothing else", () => {
    const nearlyJson = fc
      .tuple(fc.json(), fc.nat({ max: 40 }), fc.constantFrom("", ",", '"', "}", "]", "0", "\\", " ", "\u0001", "x"))
      .map(([text, at, letter]) => text.slice(0, at) + letter + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.json(), nearlyJson), (text) => {
        expect(succeeds(() => json(text))).toBe(succeeds(() => JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it("finds every scalar of any document in any layout", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, "\t", "  ", "\r\n"), (text, indent) => {
        const laidOut = JSON.stringify(JSON.parse(text), undefined, indent === "\r\n" ? "  " : indent);
        const document = json(indent === "\r\n" ? laidOut.replaceAll("\n", "\r\n") : laidOut);
        for (const { path, value } of scalarsOf(JSON.parse(text)))
          expectAt(document, path, value, (raw) => JSON.parse(raw));
      }),
      { numRuns: 300 },
    );
  });

  it("takes the last of two equal keys, as parsers do", () => {
    const document = json('{"version": "1.0.0", "version": "2.0.0"}');
    expect(document.text("version")).toBe("2.0.0");
    expect(document.span("version")).toEqual({ start: 33, end: 38 });
  });

  it("passes over a byte order mark without losing it", () => {
    const document = json('\ufeff{"version":"1.0.0"}');
    expect(document.span("version")).toEqual({ start: 13, end: 18 });
  });

  it.each([
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a": 1', 1, 8],
    ['{"a": x}', 1, 7],
    ["", 1, 1],
    ['{"a": "b\nc"}', 1, 9],
    ["{} x", 1, 4],
    ["[1 2]", 1, 4],
    ["{'a': 1}", 1, 2],
  ])("names line and column of the fault in %j", (text, line, column) => {
    const error = refusal(() => json(text));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(error.what).toContain(`"a.json", line ${line}, column ${column}: not JSON`);
  });

  it("reads a string of many megabytes, and refuses one that never ends", () => {
    const long = "a".repeat(20_000_000);
    expect(json(`{"a": "${long}"}`).span("a")?.end).toBe(20_000_007);
    expect(refusal(() => json(`{"a": "${long}`)).what).toContain("rest of the string");
  });

  it("refuses a hundred thousand open brackets at once", () => {
    expect(refusal(() => json("[".repeat(100_000))).what).toContain("less than 500 levels");
    expect(json("[".repeat(400) + "]".repeat(400)).value()).toHaveLength(1);
  });
});

describe("TOML with positions", () => {
  const plainValue = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
    table: fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z-]{1,5}$/), fc.string({ maxLength: 5 })), tie("value"), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.string({ maxLength: 12 }),
      fc.boolean(),
      fc.integer(),
      fc.array(fc.string({ maxLength: 6 }), { maxLength: 3 }),
      fc.array(tie("table"), { maxLength: 3 }),
      tie("table"),
    ),
  })).table;

  it("finds every string of any document", () => {
    fc.assert(
      fc.property(plainValue, (data) => {
        const text = stringifyToml(data);
        const document = toml(text);
        for (const { path, value } of scalarsOf(parseToml(text)))
          if (typeof value === "string") expectAt(document, path, value, (raw) => parseToml(`v = ${raw}`)["v"]);
      }),
      { numRuns: 300 },
    );
  });

  it("finds strings in every form that TOML has", () => {
    const text = [
      '\ufeff# version = "0.0.1"',
      "[package] # [dependencies]",
      'name = "a" # version = "0.0.2"',
      "version='1.0.1'\r",
      '"quoted key" . x = "1.0.2"',
      "[dependencies]",
      'b = { path = "../b", version = "1.0.3", features = ["x", "#", \'}\'] }',
      'c.version = "1.0.4"',
      "list = [ # ]",
      '  "1.0.5", # , "x"',
      "  '1.0.6',",
      "]",
      'text = """',
      'version = "0.0.3" \\',
      '  """"',
      "raw = '''version = '0.0.4' ''''",
      "when = 1979-05-27 07:32:00",
      "[[bin]]",
      'name = "1.0.7"',
      "[[bin]]",
      "[bin.'a.b']",
      'version = "1.0.8"',
      "[[bin.deep]]",
      'version = "1.0.9"',
      "[[bin.deep]]",
      'version = "1.0.10"',
      "[target.'cfg(unix)'.dependencies.d]",
      'version = "1.0.11"',
    ].join("\n");
    const document = toml(text);
    const paths: readonly KeyPath[] = [
      ["package", "version"],
      ["package", "quoted key", "x"],
      ["dependencies", "b", "version"],
      ["dependencies", "c", "version"],
      ["dependencies", "list", 0],
      ["dependencies", "list", 1],
      ["bin", 0, "name"],
      ["bin", 1, "a.b", "version"],
      ["bin", 1, "deep", 0, "version"],
      ["bin", 1, "deep", 1, "version"],
      ["target", "cfg(unix)", "dependencies", "d", "version"],
    ];
    expect(paths.map((path) => document.text(...path))).toEqual(paths.map((_, index) => `1.0.${index + 1}`));
    for (const [index, path] of paths.entries()) {
      const { start, end } = document.span(...path) ?? { start: 0, end: 0 };
      expect(text.slice(start, end)).toBe(`1.0.${index + 1}`);
    }
  });

  it.each([
    ["[package]\nname = \n", 2],
    ["[package]\nversion = 5.0.2\n", 2],
    ["a = 1\na = 2\n", 2],
    ["a = [\n1", 2],
    ['a = "\n', 1],
  ])("names the line of the fault in %j", (text, line) => {
    const error = refusal(() => toml(text));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(error.what).toMatch(new RegExp(`^"a.toml", line ${line}, column \\d+: not TOML, `));
  });
});

function scalarsOf(value: unknown, path: KeyPath = []): readonly { path: KeyPath; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => scalarsOf(item, [...path, index]));
  if (typeof value === "object" && value !== null && !(value instanceof Date))
    return Object.entries(value).flatMap(([key, item]) => scalarsOf(item, [...path, key]));
  return [{ path, value }];
}

function expectAt(document: StructuredDocument, path: KeyPath, value: unknown, read: (raw: string) => unknown): void {
  const span = document.span(...path);
  expect(span, JSON.stringify(path)).toBeDefined();
  const { start, end } = span ?? { start: 0, end: 0 };
  const quotes = typeof value === "string" ? 1 : 0;
  expect(read(document.source.text.slice(start - quotes, end + quotes))).toEqual(value);
  expect(document.value(...path)).toEqual(value);
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

function refusal(act: () => unknown): ReleaseError {
  try {
    act();
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
