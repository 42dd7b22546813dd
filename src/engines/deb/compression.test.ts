import { expect, it } from "vitest";
import { chooseCompression } from "./compression.ts";
import { suites } from "./suites.ts";

const knownSuites = Object.keys(suites);

it("is xz where nothing is said, and gzip for what is large", () => {
  expect(chooseCompression("auto", [], false)).toBe("xz");
  expect(chooseCompression("auto", knownSuites, true)).toBe("gzip");
});

it("is zstd only where every suite reads it", () => {
  expect(chooseCompression("zstd", ["bookworm", "trixie", "forky", "focal"], false)).toBe("zstd");
  expect(() => chooseCompression("zstd", ["bookworm", "bullseye", "xenial"], false)).toThrow(
    /DEB_COMPRESSION_UNREADABLE.*"bullseye", "xenial"/,
  );
});

it.each(["xz", "gzip", "none"] as const)("is %s in any suite", (wanted) => {
  expect(chooseCompression(wanted, knownSuites, true)).toBe(wanted);
});
