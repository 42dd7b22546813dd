import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parsed, readRefusal } from "./parsed.ts";
import { textOr } from "./text-or.ts";
import { parseTreePath } from "./tree-path.ts";

const path = v.pipe(v.string(), parsed(parseTreePath));
const schema = v.optional(textOr(path, v.record(v.string(), path)), "x");
const codes = (value: unknown): string[] =>
  (v.safeParse(schema, value).issues ?? []).map((issue) => readRefusal(issue.message, "").code);

describe("text or something else", () => {
  it("takes both, each as its branch makes it", () => {
    expect(v.parse(schema, "./a/")).toBe("a");
    expect(v.parse(schema, { b: "./c" })).toEqual({ b: "c" });
    expect(v.parse(schema, undefined)).toBe("x");
  });

  it("refuses in the words of the branch that was meant", () => {
    expect(codes("../a")).toEqual(["CONFIG_PATH_ESCAPES"]);
    expect(codes({ b: "../a" })).toEqual(["CONFIG_PATH_ESCAPES"]);
    expect(v.safeParse(schema, { b: "../a" }).issues?.[0].path?.map(({ key }) => key)).toEqual(["b"]);
    expect(codes(7)).toEqual(["CONFIG_INVALID"]);
  });

  it("is a union in the JSON Schema", () => {
    const described = textOr(v.string(), v.record(v.string(), v.string()));
    expect(toJsonSchema(described).anyOf).toHaveLength(2);
  });
});
