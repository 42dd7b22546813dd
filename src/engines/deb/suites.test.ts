import { expect, it } from "vitest";
import type { Elf } from "../../formats/elf.ts";
import { requireStarts } from "./suites.ts";

function needing(...versions: readonly { version: string; weak?: boolean; symbols?: readonly string[] }[]): Elf {
  const needed = versions.map((one) => ({ library: "libc.so.6", weak: false, symbols: [], ...one }));
  return { dynamic: { needed: ["libc.so.6"], pie: true, versions: needed } } as unknown as Elf;
}

it("refuses a program on a suite whose glibc is older than what it needs, and names the symbols", () => {
  const elf = needing({ version: "GLIBC_2.2.5" }, { version: "GLIBC_2.34", symbols: ["__libc_start_main"] });
  expect(() => requireStarts("/usr/bin/tool", elf, ["bookworm", "bullseye"])).toThrow(
    /BINARY_LIBC_TOO_NEW: \/usr\/bin\/tool needs GLIBC_2\.34, and bullseye has glibc 2\.31/,
  );
  try {
    requireStarts("/usr/bin/tool", elf, ["bullseye"]);
  } catch (error) {
    expect(error).toMatchObject({ details: ["GLIBC_2.34: __libc_start_main"] });
  }
});

it("takes what starts there: older symbols, weak ones, static programs, suites that move", () => {
  expect(() => requireStarts("tool", needing({ version: "GLIBC_2.31" }), ["bullseye", "focal"])).not.toThrow();
  expect(() => requireStarts("tool", needing({ version: "GLIBC_2.38", weak: true }), ["bullseye"])).not.toThrow();
  expect(() => requireStarts("tool", {} as Elf, ["jessie"])).not.toThrow();
  expect(() => requireStarts("tool", needing({ version: "GLIBC_2.42" }), ["sid", "testing"])).not.toThrow();
});

it("knows a marker of the loader for what it is", () => {
  expect(() => requireStarts("tool", needing({ version: "GLIBC_ABI_DT_RELR" }), ["jammy"])).toThrow(
    "jammy has glibc 2.35",
  );
  expect(() => requireStarts("tool", needing({ version: "GLIBC_ABI_DT_RELR" }), ["bookworm"])).not.toThrow();
});
