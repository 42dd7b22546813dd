import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Files } from "../../ports/files.ts";
import { pathTraces } from "./path-traces.ts";

describe("looking for folders inside a file", () => {
  it("finds them wherever the file is cut into chunks", async () => {
    const text = fc.string({ maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(text, text, fc.integer({ min: 1, max: 20 }), async (before, after, size) => {
        const folders = ["/tmp/source-ab", "/tmp/scratch"];
        const content = Buffer.from(`${before}${folders[0]}${after}`);
        const files = { open: () => chunksOf(content, size) } as unknown as Files;
        expect(await pathTraces(files, "x", folders)).toEqual([folders[0]]);
        expect(await pathTraces(files, "x", ["/nowhere/at/all"])).toEqual([]);
      }),
    );
  });
});

async function* chunksOf(content: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
