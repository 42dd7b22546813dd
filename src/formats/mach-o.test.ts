import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../domain/errors/index.ts";
import { isMachO, readMachO } from "./mach-o.ts";
import { inMemory } from "./random-access.ts";

const [x86, arm] = [0x01000007, 0x0100000c];
const read = (bytes: Uint8Array) => readMachO(inMemory("program", bytes));

interface Command {
  readonly kind: number;
  readonly words?: readonly number[];
  readonly text?: string;
}

const libSystem: Command = { kind: 0xc, words: [24, 0, 0, 0], text: "/usr/lib/libSystem.B.dylib" };

/** A 64-bit little-endian file of these load commands. */
function thin(cpuType: number, fileType: number, commands: readonly Command[]): Uint8Array {
  const bodies = commands.map(({ kind, words = [], text = "" }) => {
    const size = 8 + words.length * 4 + Math.ceil((text.length + 1) / 8) * 8;
    const view = new DataView(new ArrayBuffer(size));
    for (const [index, word] of [kind, size, ...words].entries()) view.setUint32(index * 4, word, true);
    new Uint8Array(view.buffer).set(new TextEncoder().encode(text), 8 + words.length * 4);
    return new Uint8Array(view.buffer);
  });
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  const header = new DataView(new ArrayBuffer(32));
  for (const [index, word] of [0xfeedfacf, cpuType, 0, fileType, commands.length, size].entries()) {
    header.setUint32(index * 4, word, true);
  }
  return new Uint8Array(Buffer.concat([new Uint8Array(header.buffer), ...bodies]));
}

function universal(slices: readonly (readonly [cpuType: number, bytes: Uint8Array])[]): Uint8Array {
  const bytes = new Uint8Array(4096 * (slices.length + 1));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xcafebabe);
  view.setUint32(4, slices.length);
  for (const [index, [cpuType, slice]] of slices.entries()) {
    const offset = 4096 * (index + 1);
    for (const [word, value] of [cpuType, 0, offset, slice.length, 12].entries()) {
      view.setUint32(8 + index * 20 + word * 4, value);
    }
    bytes.set(slice, offset);
  }
  return bytes;
}

const program = thin(arm, 2, [libSystem, { kind: 0x32, words: [1, 0, 0, 0] }, { kind: 0x1d, words: [0, 0] }]);

describe("a Mach-O file", () => {
  it("tells machine, kind, platform, libraries and signature", async () => {
    expect(await read(program)).toEqual({
      slices: [{ cpuType: arm, kind: "program", platform: 1, libraries: ["/usr/lib/libSystem.B.dylib"], signed: true }],
    });
  });

  it("tells the platform in its older form, and leaves it out where the file does", async () => {
    expect((await read(thin(arm, 2, [{ kind: 0x25, words: [0, 0] }]))).slices[0]?.platform).toBe(2);
    expect((await read(thin(x86, 6, []))).slices[0]).toEqual({
      cpuType: x86,
      kind: "library",
      libraries: [],
      signed: false,
    });
  });

  it("may be universal: a slice for each machine", async () => {
    const { slices } = await read(
      universal([
        [x86, thin(x86, 2, [])],
        [arm, program],
      ]),
    );
    expect(slices.map(({ cpuType, signed }) => [cpuType, signed])).toEqual([
      [x86, false],
      [arm, true],
    ]);
  });

  it("is not confused with a Java class file", () => {
    expect(isMachO(Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65]))).toBe(false);
    expect(isMachO(universal([[x86, program]]))).toBe(true);
  });
});

describe("a damaged or hostile Mach-O file", () => {
  const altered = (bytes: Uint8Array, at: number, value: number, littleEndian = true): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer, copy.byteOffset).setUint32(at, value, littleEndian);
    return copy;
  };
  const both = universal([
    [x86, thin(x86, 2, [])],
    [arm, program],
  ]);

  it.each<[string, Uint8Array]>([
    ["is cut off", program.subarray(0, 60)],
    ["claims 2^32 commands", altered(program, 16, 0xffffffff)],
    ["has commands that reach beyond its end", altered(program, 20, 0x7fffffff)],
    ["has a command of no bytes", altered(program, 32 + 4, 0)],
    ["has a command that reaches beyond the others", altered(program, 32 + 4, 4000)],
    ["has a library whose name lies outside its command", altered(program, 32 + 8, 4000)],
    ["has a segment beyond its end", thin(arm, 2, [{ kind: 0x19, words: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4000, 0] }])],
    ["has a 32-bit segment beyond its end", thin(arm, 2, [{ kind: 0x1, words: [0, 0, 0, 0, 0, 0, 0, 4000] }])],
    ["has no slice", universal([])],
    ["has a slice beyond its end", altered(both, 8 + 8, 0x7fffffff, false)],
    ["has a slice for another machine than it says", altered(both, 8, arm, false)],
    ["holds itself as a slice", altered(both, 8 + 8, 0, false)],
  ])("is refused when it %s", async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
  });

  it("never makes the reader throw anything but a ReleaseError", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(program, both),
        fc.array(fc.tuple(fc.nat(9000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 10 }),
        async (image, mutations) => {
          const bytes = image.slice();
          for (const [at, value] of mutations) bytes[at % bytes.length] = value;
          await read(bytes).catch((error: unknown) => {
            if (!(error instanceof ReleaseError)) throw error;
          });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
