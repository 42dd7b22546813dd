import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { gzip } from "./gzip.ts";

async function* stream(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

it("gives back every input, however it is cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5000 })),
      fc.integer({ min: 1, max: 9 }),
      async (parts, level) => {
        const packed = await collect(gzip(stream(...parts), level));
        expect(gunzipSync(packed).equals(Buffer.concat(parts))).toBe(true);
      },
    ),
  );
});

it("does not depend on how the input is cut into chunks", async () => {
  const input = text(Array.from({ length: 30_000 }, (_, line) => `line ${(line * 7919) % 1000} of a text\n`).join(""));
  const whole = await collect(gzip(stream(input)));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(input.length), { maxLength: 8 }), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), input.length];
      const parts = edges.slice(1).map((end, index) => input.subarray(edges[index], end));
      expect((await collect(gzip(stream(...parts)))).equals(whole)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it("writes no time, no name and a fixed operating system", async () => {
  const packed = await collect(gzip(stream(text("x"))));
  expect(packed.subarray(0, 10).toString("hex")).toBe("1f8b0800000000000203");
});

it("says in XFL whether it was compressed hard or fast", async () => {
  const extraFlags = async (level: number): Promise<number | undefined> => (await collect(gzip(stream(), level)))[8];
  expect(await Promise.all([9, 6, 1].map(extraFlags))).toEqual([2, 0, 4]);
});

it("fails with the failure of its input", async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield text("some");
    throw new Error("the disk went away");
  }
  await expect(collect(gzip(broken()))).rejects.toThrow("the disk went away");
});

it("closes its input when nobody reads on", async () => {
  let closed = false;
  async function* endless(): AsyncIterable<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(65_536).map((_, index) => (index * index) >> 3);
    } finally {
      closed = true;
    }
  }
  let seen = 0;
  for await (const chunk of gzip(endless())) {
    seen += chunk.length;
    if (seen > 100) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(true);
});

describeWith(["gzip"], "gzip(1)", () => {
  it("finds the stream intact and without name or time", async () => {
    const packed = await collect(gzip(stream(text("hello\n"))));
    expect(execFileSync("gzip", ["-dc"], { input: packed }).toString()).toBe("hello\n");
    expect(packed.subarray(0, 10).equals(execFileSync("gzip", ["-9n"], { input: "hello\n" }).subarray(0, 10))).toBe(
      true,
    );
  });
});
