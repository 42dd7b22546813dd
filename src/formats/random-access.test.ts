import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../domain/errors/index.ts";
import { inMemory, paged, recordAt, textAt } from "./random-access.ts";

function counted(bytes: Uint8Array): { readonly file: ReturnType<typeof paged>; readonly reads: () => number } {
  let reads = 0;
  const file = paged("file", bytes.length, (offset, length) => {
    reads++;
    return Promise.resolve(bytes.subarray(offset, offset + length));
  });
  return { file, reads: () => reads };
}

describe("a paged file", () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251);

  it("gives the bytes of any range, and fewer at the end", async () => {
    const { file } = counted(bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(310_000), fc.nat(200_000), async (offset, length) => {
        expect(Buffer.from(await file.at(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
      }),
    );
  });

  it("reads a page once for many neighbours", async () => {
    const { file, reads } = counted(bytes);
    for (let at = 0; at < 60_000; at += 8) await file.at(at, 8);
    expect(reads()).toBe(1);
  });

  it("forgets pages, so that memory does not grow with what is read", async () => {
    const { file, reads } = counted(new Uint8Array(64 * 64 * 1024));
    for (let round = 0; round < 2; round++) for (let page = 0; page < 64; page++) await file.at(page * 65_536, 1);
    expect(reads()).toBe(128);
  });
});

describe("records and texts", () => {
  const file = inMemory("file", Uint8Array.from([1, 2, 3, 4, 0x61, 0x62, 0, 0x1b, 0]));

  it("are read in either byte order", async () => {
    expect((await recordAt(file, 0, 4, true, "it")).u32(0)).toBe(0x04030201);
    expect((await recordAt(file, 0, 4, false, "it")).u16(2)).toBe(0x0304);
    expect(await textAt(file, 4, "it")).toBe("ab");
  });

  it.each([
    ["ends beyond the file", () => recordAt(file, 8, 2, true, "it")],
    ["is at no number", () => recordAt(file, NaN, 2, true, "it")],
    ["is before the file", () => recordAt(file, -4, 2, true, "it")],
    ["is beyond all numbers", () => recordAt(file, 2 ** 64, 2, true, "it")],
    ["is a text without an end", () => textAt(inMemory("file", Uint8Array.from([0x61])), 0, "it")],
    ["is a text beyond the file", () => textAt(file, 900, "it")],
    ["is a text that a terminal would act on", () => textAt(file, 7, "it")],
  ])("refuse what %s", async (_, read) => {
    await expect(read()).rejects.toBeInstanceOf(ReleaseError);
    await expect(read()).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
  });

  it("refuse a file that became shorter while it was read", async () => {
    const shrunk = paged("file", 100, () => Promise.resolve(new Uint8Array(10)));
    await expect(recordAt(shrunk, 8, 8, true, "it")).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
  });
});
