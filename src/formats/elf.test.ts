import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elfImage, type ElfImage } from "../../test/elf-image.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { readElf } from "./elf.ts";
import { inMemory } from "./random-access.ts";

const read = (bytes: Uint8Array) => readElf(inMemory("program", bytes));
const readImage = (image: ElfImage) => read(elfImage(image));

const loader = "/lib64/ld-linux-x86-64.so.2";
const dynamicProgram: ElfImage = {
  interpreter: loader,
  needed: ["libm.so.6", "libc.so.6"],
  pie: true,
  note: { owner: "GNU", content: [0, 3, 2, 0] },
  versions: [
    { library: "libm.so.6", versions: [{ name: "GLIBC_2.29", symbols: ["exp", "log"] }] },
    {
      library: "libc.so.6",
      versions: [
        { name: "GLIBC_2.2.5", symbols: ["puts"] },
        { name: "GLIBC_2.38", weak: true, symbols: ["strlcpy"] },
        { name: "GLIBC_ABI_DT_RELR" },
      ],
    },
  ],
};

describe("an ELF file", () => {
  it.each([
    { bits: 64, littleEndian: true },
    { bits: 64, littleEndian: false },
    { bits: 32, littleEndian: true },
    { bits: 32, littleEndian: false },
  ] as const)("is read alike in $bits bits, little-endian $littleEndian", async (form) => {
    const elf = await readImage({ ...dynamicProgram, ...form, machine: 22, osAbi: 3 });
    expect(elf).toMatchObject({ ...form, machine: 22, osAbi: 3, kind: "program", interpreter: loader, static: false });
    expect(elf.systemNote).toBe("Linux");
    expect(elf.dynamic).toEqual({
      needed: ["libm.so.6", "libc.so.6"],
      pie: true,
      versions: [
        { library: "libm.so.6", version: "GLIBC_2.29", weak: false, symbols: ["exp", "log"] },
        { library: "libc.so.6", version: "GLIBC_2.2.5", weak: false, symbols: ["puts"] },
        { library: "libc.so.6", version: "GLIBC_2.38", weak: true, symbols: ["strlcpy"] },
        { library: "libc.so.6", version: "GLIBC_ABI_DT_RELR", weak: false, symbols: [] },
      ],
    });
  });

  it.each<[string, ElfImage, string, boolean]>([
    ["a static program", { type: 2 }, "program", true],
    ["a static position independent program", { needed: [], pie: true }, "program", true],
    ["one of an old linker that has no flag for it", { needed: [] }, "program", true],
    ["a program with a loader", { interpreter: loader, needed: ["libc.so.6"] }, "program", false],
    ["a library", { needed: ["libc.so.6"], soname: "libx.so.1" }, "library", false],
    ["a library that needs none", { needed: [], soname: "libx.so.1" }, "library", true],
    ["an object file", { type: 1 }, "object", true],
    ["a core dump", { type: 4 }, "core", true],
    ["another type", { type: 0xfe00 }, "unknown", true],
  ])("tells %s", async (_, image, kind, isStatic) => {
    expect(await readImage(image)).toMatchObject({ kind, static: isStatic });
  });

  it("tells the system by its notes", async () => {
    expect((await readImage({ note: { owner: "FreeBSD", content: [1400000] } })).systemNote).toBe("FreeBSD");
    expect((await readImage({ note: { owner: "GNU", content: [1, 0, 0, 0] } })).systemNote).toBe("Hurd");
    expect((await readImage({ note: { owner: "stapsdt", content: [1] } })).systemNote).toBeUndefined();
  });

  it("is refused as no ELF file when it begins otherwise", async () => {
    await expect(read(new TextEncoder().encode("#!/bin/sh\n"))).rejects.toMatchObject({ code: "BINARY_FORMAT_WRONG" });
    await expect(read(new Uint8Array(0))).rejects.toMatchObject({ code: "BINARY_FORMAT_WRONG" });
  });
});

/** Writes little-endian 32-bit numbers over a 64-bit image. */
function altered(image: ElfImage, changes: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = elfImage(image);
  changes(new DataView(bytes.buffer), bytes);
  return bytes;
}

/** File offset of a dynamic entry's value in a 64-bit little-endian image. */
function dynamicValue(view: DataView, tag: number): number {
  for (let header = 64; ; header += 56) {
    if (view.getUint32(header, true) !== 2) continue;
    let entry = view.getUint32(header + 8, true);
    while (view.getUint32(entry, true) !== tag) entry += 16;
    return entry + 8;
  }
}

const tagOfVersionNeeds = 0x6ffffffe;

describe("a damaged or hostile ELF file", () => {
  it("cut off anywhere, is refused and nothing else", async () => {
    const whole = elfImage(dynamicProgram);
    for (let length = 4; length < whole.length; length += 7) {
      await expect(read(whole.slice(0, length)), `${length} bytes`).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
    }
  });

  it.each<[string, (view: DataView, bytes: Uint8Array) => void]>([
    ["names no class", (_, bytes) => bytes.set([9], 4)],
    ["names no byte order", (_, bytes) => bytes.set([9], 5)],
    ["has segment headers of another size", (view) => view.setUint16(54, 57, true)],
    ["claims 65534 segments", (view) => view.setUint16(56, 65_534, true)],
    ["has its segment table at 2^63", (view) => view.setUint32(36, 0x80000000, true)],
    [
      "has its section table beyond the end",
      (view) => {
        view.setUint32(40, 0x7fffffff, true);
        view.setUint16(58, 64, true);
      },
    ],
    ["has a segment that reaches beyond the end", (view) => view.setUint32(64 + 32, 0x7fffffff, true)],
    ["keeps its strings where nothing is loaded", (view) => view.setUint32(dynamicValue(view, 5), 0x7fffffff, true)],
    [
      "keeps its versions where nothing is loaded",
      (view) => view.setUint32(dynamicValue(view, tagOfVersionNeeds), 0x7fffffff, true),
    ],
    [
      "has versions of an unknown form",
      (view) => view.setUint16(view.getUint32(dynamicValue(view, tagOfVersionNeeds), true), 7, true),
    ],
    [
      "has a version chain that leads out of the file",
      (view) => view.setUint32(view.getUint32(dynamicValue(view, tagOfVersionNeeds), true) + 16 + 12, 0x7fffffff, true),
    ],
    [
      "claims 2^32 symbols",
      (view) => view.setUint32(view.getUint32(dynamicValue(view, 4), true) + 4, 0xffffffff, true),
    ],
    [
      "has a library's name that a terminal would act on",
      (view, bytes) => bytes.set([0x1b], view.getUint32(dynamicValue(view, 5), true) + 1),
    ],
  ])("is refused when it %s", async (_, change) => {
    await expect(read(altered(dynamicProgram, change))).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
  });

  it("is refused when it needs thousands of libraries", async () => {
    await expect(readImage({ needed: Array.from({ length: 4096 }, () => "l") })).resolves.toBeDefined();
    await expect(readImage({ needed: Array.from({ length: 4097 }, () => "l") })).rejects.toThrow("4097 libraries");
  });

  it("is refused when its chains of versions overlap, so that following them would take for ever", async () => {
    // The name at offset 16 of its strings, which every entry below gives, is the end of this one.
    const needed = ["a-library-of-a-longer-name"];
    const image = elfImage({ needed, versions: [{ library: "l", versions: [{ name: "V" }] }] });
    const entries = 12_000;
    const grown = new Uint8Array(image.length + entries * 16);
    grown.set(image);
    const view = new DataView(grown.buffer);
    view.setUint32(dynamicValue(view, tagOfVersionNeeds), image.length, true);
    const load = 64 + (view.getUint16(56, true) - 1) * 56;
    view.setUint32(load + 32, grown.length, true);
    for (let entry = 0; entry < entries; entry++) {
      // Each is a library whose versions begin at the next entry, and a version that is followed by the next entry.
      const at = image.length + entry * 16;
      view.setUint16(at, 1, true);
      view.setUint32(at + 8, 16, true);
      view.setUint32(at + 12, entry + 1 === entries ? 0 : 16, true);
    }
    await expect(read(grown)).rejects.toThrow("more than 32768 versions");
  });

  it("never makes the reader throw anything but a ReleaseError", async () => {
    const images = [dynamicProgram, { ...dynamicProgram, bits: 32 as const }, { type: 2 }].map((image) =>
      elfImage(image),
    );
    const mutation = fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...images),
        fc.array(mutation, { minLength: 1, maxLength: 12 }),
        async (image, mutations) => {
          const bytes = image.slice();
          for (const [at, value] of mutations) bytes[at % bytes.length] = value;
          await onlyReleaseErrors(read(bytes));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("of random bytes after the magic number is refused or read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 2),
        async (tail, bits, order) => {
          await onlyReleaseErrors(read(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, bits, order, ...tail])));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

async function onlyReleaseErrors(read: Promise<unknown>): Promise<void> {
  await read.catch((error: unknown) => {
    if (!(error instanceof ReleaseError)) throw error;
  });
}
