/** Targets in Rust's words (https://doc.rust-lang.org/rustc/platform-support.html). */
import type { Target } from "../../domain/target.ts";

const architectures: Readonly<Partial<Record<Target["architecture"], string>>> = {
  riscv64: "riscv64gc",
};

/**
 * The triple of a target, or undefined where Rust has none. A static Linux target is musl's, which links nothing
 * dynamically; Windows is MinGW's, the one that other systems can link.
 */
export function rustTriple(target: Target): string | undefined {
  if (target.architecture === "universal") return undefined;
  const architecture = architectures[target.architecture] ?? target.architecture;
  switch (target.system) {
    case "linux":
      return `${architecture}-unknown-linux-${target.libc ?? "musl"}${target.architecture === "armv7" ? "eabihf" : ""}`;
    case "darwin":
      return `${architecture}-apple-darwin`;
    case "windows":
      return `${architecture}-pc-windows-${target.architecture === "aarch64" ? "gnullvm" : "gnu"}`;
    case "freebsd":
      return `${architecture}-unknown-freebsd`;
  }
}
