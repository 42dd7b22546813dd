import { createDeflateRaw, createZstdCompress, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { Transform } from "node:stream";
import { expect, it } from "vitest";
import { throughZlib } from "./through-zlib.ts";

async function* chunks(count: number, seen?: { drawn: number }): AsyncIterable<Uint8Array> {
  for (let index = 0; index < count; index++) {
    if (seen !== undefined) seen.drawn++;
    yield Buffer.from(`chunk ${index} `.repeat(1000));
  }
}

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of bytes) all.push(chunk);
  return Buffer.concat(all);
}

it.each([0, 1, 300])("compresses %i chunks to what gives them again", async (count) => {
  const plain = await collected(chunks(count));
  expect(inflateRawSync(await collected(throughZlib(chunks(count), createDeflateRaw())))).toEqual(plain);
  expect(zstdDecompressSync(await collected(throughZlib(chunks(count), createZstdCompress())))).toEqual(plain);
});

it("draws no more of the input than its reader takes", async () => {
  const seen = { drawn: 0 };
  const output = throughZlib(chunks(1000, seen), createDeflateRaw({ level: 0 }))[Symbol.asyncIterator]();
  await output.next();
  expect(seen.drawn).toBeLessThan(10);
  await output.return?.();
  expect(seen.drawn).toBeLessThan(10);
});

it("fails as its input fails, and as the compressor fails", async () => {
  async function* failing(): AsyncIterable<Uint8Array> {
    yield Buffer.from("a");
    throw new Error("the input failed");
  }
  await expect(collected(throughZlib(failing(), createDeflateRaw()))).rejects.toThrow("the input failed");
  const broken = new Transform({
    transform: (_chunk, _encoding, done) => done(new Error("the compressor failed")),
  });
  await expect(collected(throughZlib(chunks(3), broken))).rejects.toThrow("the compressor failed");
});
