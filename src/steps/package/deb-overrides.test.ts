import { expect, it } from "vitest";
import { formatOverrides, overridesBy, overridesFor } from "./deb-overrides.ts";
import type { Elf } from "../../formats/elf.ts";

const elf = (isStatic: boolean): Elf => ({ static: isStatic }) as Elf;

it("speak of what the contents call for only", () => {
  expect(overridesFor([elf(false)], false)).toEqual([]);
  expect(overridesFor([elf(false), elf(true)], false).map(({ tag }) => tag)).toEqual(["statically-linked-binary"]);
  expect(overridesFor([], true).map(({ tag }) => tag)).toEqual(["unstripped-binary-or-object", "embedded-library"]);
});

it("speak of compressions that lintian does not like", () => {
  expect(overridesBy("xz")).toEqual([]);
  expect(overridesBy("gzip")).toEqual([]);
  expect(overridesBy("zstd").map(({ tag }) => tag)).toEqual(["malformed-deb-archive"]);
  expect(overridesBy("none")).toHaveLength(2);
});

it("give the reason above each, below the project's own, and say nothing twice", () => {
  const made = [
    { tag: "a-tag", reason: "Because." },
    { tag: "b-tag", reason: "It is so." },
  ];
  expect(formatOverrides("tool", made)).toBe("# Because.\ntool: a-tag\n# It is so.\ntool: b-tag\n");
  expect(formatOverrides("tool", made, "# Ours.\ntool: b-tag")).toBe("# Ours.\ntool: b-tag\n# Because.\ntool: a-tag\n");
  expect(formatOverrides("tool", [])).toBe("");
});
