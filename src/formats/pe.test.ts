import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../domain/errors/index.ts";
import { readPe } from "./pe.ts";
import { inMemory } from "./random-access.ts";

const read = (bytes: Uint8Array) => readPe(inMemory("program.exe", bytes));

/** One section at address 0x1000, file offset 512, that holds the import table and its names. */
function image(form: {
  readonly wide: boolean;
  readonly characteristics?: number;
  readonly libraries?: readonly string[];
}) {
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(68, form.wide ? 0x8664 : 0x14c, true);
  view.setUint16(70, 1, true);
  const optionalSize = form.wide ? 240 : 224;
  view.setUint16(84, optionalSize, true);
  view.setUint16(86, form.characteristics ?? 0x22, true);
  const optional = 88;
  view.setUint16(optional, form.wide ? 0x20b : 0x10b, true);
  view.setUint16(optional + 68, 3, true);
  const directories = optional + (form.wide ? 108 : 92);
  view.setUint32(directories, 16, true);
  if (form.libraries !== undefined) view.setUint32(directories + 12, 0x1000, true);
  const section = optional + optionalSize;
  for (const [index, value] of [512, 0x1000, 512, 512].entries()) view.setUint32(section + 8 + index * 4, value, true);
  let name = 512 + 256;
  for (const [index, library] of (form.libraries ?? []).entries()) {
    view.setUint32(512 + index * 20 + 12, name - 512 + 0x1000, true);
    bytes.set(new TextEncoder().encode(library), name);
    name += library.length + 1;
  }
  return bytes;
}

const program = image({ wide: true, libraries: ["KERNEL32.dll", "msvcrt.dll"] });

describe("a PE file", () => {
  it("tells machine, kind, subsystem and libraries", async () => {
    expect(await read(program)).toEqual({
      machine: 0x8664,
      kind: "program",
      subsystem: 3,
      libraries: ["KERNEL32.dll", "msvcrt.dll"],
    });
    expect(await read(image({ wide: false, libraries: ["a.dll"] }))).toMatchObject({
      machine: 0x14c,
      libraries: ["a.dll"],
    });
  });

  it("may be a library or an object, and import nothing", async () => {
    expect(await read(image({ wide: true, characteristics: 0x2022 }))).toMatchObject({
      kind: "library",
      libraries: [],
    });
    expect(await read(image({ wide: true, characteristics: 0x20 }))).toMatchObject({ kind: "object" });
  });
});

describe("a damaged or hostile PE file", () => {
  const altered = (at: number, value: number): Uint8Array => {
    const copy = program.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };

  it.each<[string, Uint8Array]>([
    ["is cut off", program.subarray(0, 700)],
    ["is a program for DOS", altered(64, 0)],
    ["has its header beyond its end", altered(0x3c, 0x7fffffff)],
    ["has an optional header of an unknown form", altered(88, 0)],
    ["claims 65535 sections", altered(70, 0xffff)],
    ["imports from an address in no section", altered(88 + 108 + 12, 0x9000)],
    ["imports a name from an address in no section", altered(512 + 12, 0x9000)],
  ])("is refused when it %s", async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
  });

  it("never makes the reader throw anything but a ReleaseError", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1023), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 10 }),
        async (mutations) => {
          const bytes = program.slice();
          for (const [at, value] of mutations) bytes[at] = value;
          await read(bytes).catch((error: unknown) => {
            if (!(error instanceof ReleaseError)) throw error;
          });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
