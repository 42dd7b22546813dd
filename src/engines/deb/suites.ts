/**
 * Releases of Debian and Ubuntu, by their names: what of them decides whether a package can be unpacked and its programs
 * start. Invariant: nothing is said of what moves (testing, unstable) or is not out yet.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { compareDotted } from "../../formats/dotted-version.ts";
import type { Elf } from "../../formats/elf.ts";
import { glibcSince } from "./libraries.ts";

export interface Suite {
  /** dpkg of Debian reads zstd from 1.21.18 on; Ubuntu patched it into its own from 18.04 on. */
  readonly zstd: boolean;
  /** Version of glibc; absent where it moves. */
  readonly glibc?: string;
}

export const suites: Readonly<Record<string, Suite>> = {
  jessie: { zstd: false, glibc: "2.19" },
  stretch: { zstd: false, glibc: "2.24" },
  buster: { zstd: false, glibc: "2.28" },
  bullseye: { zstd: false, glibc: "2.31" },
  bookworm: { zstd: true, glibc: "2.36" },
  trixie: { zstd: true, glibc: "2.41" },
  forky: { zstd: true },
  testing: { zstd: true },
  sid: { zstd: true },
  unstable: { zstd: true },
  trusty: { zstd: false, glibc: "2.19" },
  xenial: { zstd: false, glibc: "2.23" },
  bionic: { zstd: true, glibc: "2.27" },
  focal: { zstd: true, glibc: "2.31" },
  jammy: { zstd: true, glibc: "2.35" },
  noble: { zstd: true, glibc: "2.39" },
  plucky: { zstd: true, glibc: "2.41" },
  questing: { zstd: true, glibc: "2.42" },
};

/** Throws BINARY_LIBC_TOO_NEW where the program cannot start on one of them. */
export function requireStarts(program: string, elf: Elf, names: readonly string[]): void {
  for (const name of names) {
    const glibc = suites[name]?.glibc;
    if (glibc === undefined) continue;
    const beyond = (elf.dynamic?.versions ?? []).filter(({ version, weak }) => {
      const since = glibcSince(version);
      return !weak && since !== undefined && compareDotted(since, glibc) > 0;
    });
    if (beyond.length === 0) continue;
    throw new ReleaseError("BINARY_LIBC_TOO_NEW", {
      what: `${program} needs ${beyond.map(({ version }) => version).join(", ")}, and ${name} has glibc ${glibc}.`,
      next: `Build it on ${name} or older, or take ${name} out of packages.deb.suites.`,
      details: beyond.map(({ version, symbols }) => `${version}: ${symbols.slice(0, 10).join(", ") || "the loader"}`),
    });
  }
}
