/**
 * How a .deb's members are compressed, and who can read that. xz is read by every dpkg in use, and gzip by every one
 * there ever was. zstd came with dpkg 1.21.18, so Debian 12, and with Ubuntu's own patch in 18.04 (deb(5)).
 * Invariant: what is chosen can be read by every suite that is named.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { suites } from "./suites.ts";

export const debCompressions = ["xz", "zstd", "gzip", "none"] as const;
export type DebCompression = (typeof debCompressions)[number];

/** What a member's name ends in. */
export const compressionSuffix: Readonly<Record<DebCompression, string>> = {
  xz: ".xz",
  zstd: ".zst",
  gzip: ".gz",
  none: "",
};

/**
 * `wanted`, where all suites read it. `auto` is xz, the smallest, but gzip for what is `large`, as a Node program is with
 * Node in it: xz takes minutes for it. Throws DEB_COMPRESSION_UNREADABLE.
 */
export function chooseCompression(
  wanted: DebCompression | "auto",
  names: readonly string[],
  large: boolean,
): DebCompression {
  if (wanted === "auto") return large ? "gzip" : "xz";
  const blind = wanted === "zstd" ? names.filter((name) => suites[name]?.zstd !== true) : [];
  if (blind.length === 0) return wanted;
  throw new ReleaseError("DEB_COMPRESSION_UNREADABLE", {
    what: `packages.deb.compression is zstd, and dpkg of ${blind.map(quoted).join(", ")} does not read it.`,
    next: "Write compression: xz, or take the suites out of packages.deb.suites.",
  });
}
