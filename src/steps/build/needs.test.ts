import { describe, expect, it } from "vitest";
import { newNeeds } from "./needs.ts";

const before = { libraries: ["libc.so.6", "libm.so.6"], glibc: "2.34" };

describe("what a program needs anew", () => {
  it("is nothing where it needs the same, or less", () => {
    expect(newNeeds(before, before)).toEqual([]);
    expect(newNeeds(before, { libraries: ["libc.so.6"], glibc: "2.4" })).toEqual([]);
    expect(newNeeds(before, { libraries: [] })).toEqual([]);
  });

  it("is each library that came in", () => {
    expect(newNeeds({ libraries: [] }, { libraries: ["libssl.so.3", "libc.so.6"] })).toEqual([
      "libssl.so.3",
      "libc.so.6",
    ]);
  });

  it("is a glibc that rose, by numbers and not by letters", () => {
    expect(newNeeds({ ...before, glibc: "2.9" }, before)).toEqual(["glibc 2.34 (2.9 was enough)"]);
    expect(newNeeds({ libraries: before.libraries }, before)).toEqual(["glibc 2.34 (none was enough)"]);
  });

  it("is a marker that no glibc is known for, until the release before had it too", () => {
    const unknown = { ...before, glibc: "GLIBC_ABI_UNHEARD" };
    expect(newNeeds(before, unknown)).toEqual(["glibc GLIBC_ABI_UNHEARD (2.34 was enough)"]);
    expect(newNeeds(unknown, unknown)).toEqual([]);
    expect(newNeeds(unknown, before)).toEqual([]);
  });
});
