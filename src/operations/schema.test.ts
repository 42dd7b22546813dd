import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { buildEntries } from "../steps/config/build-entries.ts";
import { configSchema } from "../steps/config/schema.ts";
import { kinds } from "./kinds.ts";
import { schema } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** Paths of all keys, and of those that have no description. */
function keysOf(node: unknown, path = ""): readonly { readonly path: string; readonly described: boolean }[] {
  if (Array.isArray(node)) return node.flatMap((one) => keysOf(one, path));
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([word, inner]: [string, unknown]) => {
    if (word !== "properties") return typeof inner === "object" ? keysOf(inner, path) : [];
    return Object.entries(inner as Json).flatMap(([key, property]) => [
      { path: `${path}.${key}`, described: typeof (property as Json)["description"] === "string" },
      ...keysOf(property, `${path}.${key}`),
    ]);
  });
}

describe("the JSON Schema", () => {
  it("describes every key, those of builders, packagers and channels too", async () => {
    const keys = keysOf(await schema());
    expect(keys.filter(({ described }) => !described)).toEqual([]);
    expect(keys.length).toBeGreaterThan(80);
    const paths = new Set(keys.map(({ path }) => path));
    for (const { format } of kinds.packagers) expect(paths).toContain(`.packages.${format}`);
    for (const { entries } of kinds.builders)
      for (const key of Object.keys(entries)) expect(paths).toContain(`.builds.${key}`);
    for (const { entries } of kinds.channels)
      for (const key of Object.keys(entries)) expect(paths).toContain(`.channels.${key}`);
  });

  it("is JSON that closes every section, and is nobody's address", async () => {
    const document = await schema();
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(document["$id"]).toBe("urn:ggen-release:configuration");
    expect(document["additionalProperties"]).toBe(false);
  });

  it("takes the same top-level keys as the configuration itself", async () => {
    const { entries } = configSchema(kinds) as unknown as v.StrictObjectSchema<v.ObjectEntries, undefined>;
    expect(Object.keys((await schema())["properties"] as Json)).toEqual(Object.keys(entries));
  });
});

describe("builders", () => {
  it("have no key that every build has", () => {
    for (const { id, entries } of kinds.builders)
      expect(
        Object.keys(entries).filter((key) => key === "builder" || Object.hasOwn(buildEntries, key)),
        id,
      ).toEqual([]);
  });
});

describe("channels", () => {
  it("have no key that every channel has", () => {
    for (const { entries } of kinds.channels)
      expect(Object.keys(entries).filter((key) => ["channel", "id"].includes(key))).toEqual([]);
  });
});
