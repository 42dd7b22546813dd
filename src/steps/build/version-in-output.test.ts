import { describe, expect, it } from "vitest";
import { namesVersion } from "./version-in-output.ts";

describe("a version in a program's output", () => {
  it.each([
    ["5.0.2", "5.0.2"],
    ["v5.0.2", "5.0.2"],
    ["ggen 5.0.2", "5.0.2"],
    ["ggen version 5.0.2.", "5.0.2"],
    ["ggen (5.0.2)", "5.0.2"],
    ["ggen/5.0.2 linux", "5.0.2"],
    ["jq-1.7.1", "1.7.1"],
    ["go version go1.26.8 linux/amd64", "1.26.8"],
    ["2to3-v5.0.2", "5.0.2"],
    ["first line\nVersion: 5.0.2, built", "5.0.2"],
    ["ggen 5.0.2-rc.1", "5.0.2-rc.1"],
    ["ggen 5.0.2+build.7", "5.0.2+build.7"],
    ['{"version":"5.0.2"}', "5.0.2"],
    ["ggen 4.9.9 (library 5.0.2)", "5.0.2"],
  ])("%j names %s", (output, version) => {
    expect(namesVersion(output, version)).toBe(true);
  });

  it.each([
    ["", "5.0.2"],
    ["ggen", "5.0.2"],
    ["ggen 15.0.21", "5.0.2"],
    ["ggen 15.0.2", "5.0.2"],
    ["ggen 5.0.21", "5.0.2"],
    ["ggen15.0.2", "5.0.2"],
    ["ggen 1.5.0.2", "5.0.2"],
    ["ggen 5.0.2.1", "5.0.2"],
    ["ggen 5.0.2-rc.1", "5.0.2"],
    ["ggen 5.0.2-3-gabc123", "5.0.2"],
    ["ggen 5.0.2-dirty", "5.0.2"],
    ["ggen 5.0.2+dirty", "5.0.2"],
    ["ggen 5.0.2b", "5.0.2"],
    ["ggen 5.0.2~rc1", "5.0.2"],
    ["ggen 5x0x2", "5.0.2"],
    ["ggen 1.0.0-rc5.0.2", "5.0.2"],
    ["ggen 5.0.2", "5.0.2-rc.1"],
    ["ggen 5.0.2-rc.10", "5.0.2-rc.1"],
    ["ggen 5.0.2", "5.0.2+build.7"],
    ["ggen \u0661\u0665.0.2", "5.0.2"],
  ])("%j does not name %s", (output, version) => {
    expect(namesVersion(output, version)).toBe(false);
  });
});
