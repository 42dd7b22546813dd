/**
 * What a binary is built for. The id is a target triple without the vendor: `x86_64-linux-gnu`, `aarch64-darwin`.
 * A Linux target without libc (`x86_64-linux`) promises a static program that runs on any distribution.
 */
import { ReleaseError } from "./errors/index.ts";
import { nearest } from "./nearest.ts";

export type Architecture = "x86_64" | "aarch64" | "armv7" | "i686" | "riscv64" | "powerpc64le" | "s390x" | "universal";
export type System = "linux" | "darwin" | "windows" | "freebsd";
export type LibC = "gnu" | "musl";

export interface Target {
  readonly id: string;
  readonly architecture: Architecture;
  readonly system: System;
  readonly libc?: LibC;
}

interface ArchitectureNames {
  readonly debian?: string;
  readonly go?: string;
  readonly aliases: readonly string[];
}

const architectures: Readonly<Record<Architecture, ArchitectureNames>> = {
  x86_64: { debian: "amd64", go: "amd64", aliases: ["amd64", "x64"] },
  aarch64: { debian: "arm64", go: "arm64", aliases: ["arm64"] },
  armv7: { debian: "armhf", go: "arm", aliases: ["arm", "armhf", "armv7l"] },
  i686: { debian: "i386", go: "386", aliases: ["i386", "386", "ia32"] },
  riscv64: { debian: "riscv64", go: "riscv64", aliases: ["riscv64gc"] },
  powerpc64le: { debian: "ppc64el", go: "ppc64le", aliases: ["ppc64le", "ppc64el"] },
  s390x: { debian: "s390x", go: "s390x", aliases: [] },
  universal: { aliases: [] },
};

const systems: Readonly<Record<System, readonly string[]>> = {
  linux: [],
  darwin: ["macos", "apple-darwin"],
  windows: ["win32", "pc-windows-msvc", "pc-windows-gnu"],
  freebsd: [],
};

/** Architecture name in Debian's terms (dpkg-architecture(1)), or undefined where Debian has no such port. */
export function debianArchitecture(target: Target): string | undefined {
  return target.system === "linux" ? architectures[target.architecture].debian : undefined;
}

/** GOARCH, or undefined where Go has no such port. */
export function goArchitecture(target: Target): string | undefined {
  return architectures[target.architecture].go;
}

/** Reads `x86_64-linux-gnu`, a Rust triple (`x86_64-unknown-linux-gnu`) or Go's pair (`linux/amd64`). */
export function parseTarget(text: string): Target {
  const target = text.includes("/") ? fromGoPair(text) : fromTriple(text);
  if (target !== undefined) return target;
  const guess = nearest(text, commonTargets);
  throw new ReleaseError("CONFIG_INVALID", {
    what: `"${text}" is not a target.`,
    next: `Write a target such as ${guess ?? "x86_64-linux-gnu"}; known ones: ${commonTargets.join(", ")}.`,
  });
}

export const commonTargets: readonly string[] = [
  "x86_64-linux-gnu",
  "aarch64-linux-gnu",
  "x86_64-linux-musl",
  "aarch64-linux-musl",
  "x86_64-linux",
  "aarch64-linux",
  "x86_64-darwin",
  "aarch64-darwin",
  "x86_64-windows",
  "aarch64-windows",
];

function fromGoPair(text: string): Target | undefined {
  const [system, architecture, ...rest] = text.split("/");
  if (rest.length > 0) return undefined;
  return makeTarget(architecture, system, undefined);
}

function fromTriple(text: string): Target | undefined {
  const parts = text.split("-").filter((part) => !["unknown", "pc", "apple"].includes(part));
  const [architecture, system, abi, ...rest] = parts;
  if (rest.length > 0) return undefined;
  if (system === "windows")
    return abi === undefined || ["msvc", "gnu"].includes(abi) ? makeTarget(architecture, system, undefined) : undefined;
  const libc = abi === undefined ? undefined : abi.replace(/eabi(hf)?$/, "");
  return makeTarget(architecture, system, libc);
}

function makeTarget(architectureName = "", systemName = "", libc: string | undefined): Target | undefined {
  const architecture = named(
    architectureName,
    Object.entries(architectures).map(([id, names]) => [id, names.aliases] as const),
  );
  const system = named(systemName, Object.entries(systems));
  if (architecture === undefined || system === undefined) return undefined;
  if (libc !== undefined && (system !== "linux" || (libc !== "gnu" && libc !== "musl"))) return undefined;
  const base = { architecture: architecture as Architecture, system: system as System };
  return libc === undefined
    ? { id: `${architecture}-${system}`, ...base }
    : { id: `${architecture}-${system}-${libc}`, ...base, libc: libc as LibC };
}

function named(word: string, table: readonly (readonly [string, readonly string[]])[]): string | undefined {
  return table.find(([id, aliases]) => id === word || aliases.includes(word))?.[0];
}
