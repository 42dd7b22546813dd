import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { describeWith } from "../../../test/requires.ts";
import { realPorts } from "../../../test/scratch.ts";
import { changed, chunksOf, type PackageEntry } from "./chunks.ts";
import { compressedBefore, indexFiles, nothingCompressed } from "./index-files.ts";

function entry(number: number): PackageEntry {
  const key = { name: `tool-${number}`, version: "1.0", architecture: "amd64" };
  return { key, stanza: `Package: ${key.name}\nVersion: 1.0\nArchitecture: amd64\nDescription: number ${number}` };
}

const entries = Array.from({ length: 1500 }, (_, index) => entry(index));

describeWith(["xz"], "the files of an index", () => {
  it("read as the same text, also when there is no package at all", async () => {
    for (const chunks of [[], chunksOf(entries)]) {
      const files = await indexFiles(chunks, nothingCompressed, realPorts(tmpdir()));
      const text = Buffer.concat(chunks.map(({ bytes }) => bytes));
      expect(Buffer.from(files.get("") ?? [])).toEqual(text);
      expect(gunzipSync(files.get(".gz") ?? "")).toEqual(text);
      const { status, stdout } = spawnSync("xz", ["-dc"], { input: files.get(".xz") });
      expect([status, stdout]).toEqual([0, text]);
    }
  });

  it("are the same bytes when one package more is compressed and the rest is taken from the last generation", async () => {
    const whole = chunksOf(entries);
    const part = chunksOf(entries.slice(1));
    const before = await indexFiles(part, nothingCompressed, realPorts(tmpdir()));
    const reused = compressedBefore(before.get(".gz") ?? null, before.get(".xz") ?? null);
    expect(reused.members.size).toBe(part.length);
    expect(reused.blocks.size).toBe(part.length);
    const next = changed(part, { put: entries.slice(0, 1), drop: [] });
    expect(await indexFiles(next, reused, realPorts(tmpdir()))).toEqual(
      await indexFiles(whole, nothingCompressed, realPorts(tmpdir())),
    );
  });
});
