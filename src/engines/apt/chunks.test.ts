import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changed, chunksOf, entriesOf, type PackageEntry } from "./chunks.ts";

/** Few names and versions, so that keys meet; many where chunks shall be cut. */
function entry(name: number, version: number, content = 0): PackageEntry {
  const key = { name: `tool-${name}`, version: `1.${version}`, architecture: "amd64" };
  return {
    key,
    stanza: `Package: ${key.name}\nVersion: ${key.version}\nArchitecture: amd64\nX-Content: ${content}`,
  };
}

const some = fc
  .tuple(fc.nat(1500), fc.nat(2), fc.nat(9))
  .map(([name, version, content]) => entry(name, version, content));

const texts = (entries: readonly PackageEntry[]): readonly string[] => entries.map(({ stanza }) => stanza);

describe("the chunks of an index", () => {
  it("are the same in whatever order and in however many steps the packages came", () => {
    fc.assert(
      fc.property(fc.array(some, { maxLength: 600 }), fc.nat(600), fc.nat(600), (given, first, second) => {
        const entries = [...new Map(given.map((each) => [texts([each])[0]?.slice(0, 60), each])).values()];
        const unique = [...new Map(given.map((each) => [`${each.key.name} ${each.key.version}`, each])).values()];
        const steps = [unique.slice(0, first), unique.slice(first, second), unique.slice(Math.max(first, second))];
        const stepwise = steps.reduce(
          (chunks, put) => changed(chunks, { put: put.toReversed(), drop: [] }),
          chunksOf([]),
        );
        const rest = unique.filter((each) => !steps.flat().includes(each));
        expect(changed(stepwise, { put: rest, drop: [] })).toEqual(chunksOf(unique));
        expect(entries.length).toBeGreaterThanOrEqual(unique.length);
      }),
      { numRuns: 40 },
    );
  });

  it("are after a removal those of a repository that never had the package", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(some, { maxLength: 600, selector: ({ key }) => `${key.name} ${key.version}` }),
        fc.nat(30),
        (entries, every) => {
          const dropped = entries.filter((_, index) => index % (every + 1) === 0);
          const kept = entries.filter((each) => !dropped.includes(each));
          const chunks = changed(chunksOf(entries), { put: [], drop: dropped.map(({ key }) => key) });
          expect(chunks).toEqual(chunksOf(kept));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are cut at about every 64th package, and change by one when one is added", () => {
    const entries = Array.from({ length: 5000 }, (_, index) => entry(index, 1));
    const before = chunksOf(entries);
    expect(before.length).toBeGreaterThan(50);
    expect(before.length).toBeLessThan(120);
    const after = changed(before, { put: [entry(77_777, 1)], drop: [] });
    expect(after.filter((chunk) => !before.includes(chunk)).length).toBeLessThanOrEqual(2);
    expect(texts(after.flatMap(({ bytes }) => entriesOf(bytes)))).toHaveLength(5001);
  });

  it("know the digest of their bytes, and keep every byte of a stanza", () => {
    const odd = { ...entry(1, 1), stanza: `${entry(1, 1).stanza}\nMaintainer: Jos\u00e9 \u00ff <a@b>` };
    const [chunk] = chunksOf([odd]);
    expect(chunk?.sha256).toBe(
      createHash("sha256")
        .update(chunk?.bytes ?? "")
        .digest("hex"),
    );
    expect(Buffer.from(chunk?.bytes ?? []).includes(Buffer.from([0xe9, 0x20, 0xff]))).toBe(true);
    expect(texts(entriesOf(chunk?.bytes ?? new Uint8Array()))).toEqual([odd.stanza]);
  });

  it("refuse a stanza that says not which package it is", () => {
    expect(() => entriesOf(Buffer.from("Package: tool\nArchitecture: all\n\n"))).toThrow("APT_TREE_DAMAGED");
  });
});
