/**
 * What a file is, told from its own bytes, and whether it can be the program that a target names. Invariant: what is
 * not recognised is "other" with a description, never assumed to be right.
 */
import type { LibC, Target } from "../domain/target.ts";
import { isElf } from "./elf-layout.ts";
import { readElf, type Elf } from "./elf.ts";
import { isMachO, readMachO, type MachO } from "./mach-o.ts";
import { describeContent, isScript } from "./file-content.ts";
import { isPe, readPe, type Pe } from "./pe.ts";
import type { RandomAccess } from "./random-access.ts";

export type Executable = NativeExecutable | OtherFile;

export interface NativeExecutable {
  readonly format: "ELF" | "Mach-O" | "PE";
  /** `program`, or what it is instead: `library`, `object`, `core` … */
  readonly kind: string;
  /** Names as targets use them, or the machine's own name; several for a universal Mach-O file. */
  readonly architectures: readonly string[];
  /** As targets name it, or another system's name. */
  readonly system: string;
  /** C library of an ELF program, told by its loader; absent for a static one. */
  readonly libc?: LibC;
  /** The loader that an ELF program asks for. */
  readonly interpreter?: string;
  /** Needs no loader and no library. Mach-O and PE programs always do. */
  readonly static: boolean;
  /** Shared libraries that it loads when it starts. */
  readonly libraries: readonly string[];
  /** All that was read, of an ELF file. */
  readonly elf?: Elf;
}

interface OtherFile {
  readonly format: "other";
  /** With its article: `a shell script (#!/bin/sh)`, `an empty file`. */
  readonly description: string;
  /** Begins with the line that names its interpreter, whatever comes behind it. */
  readonly script: boolean;
}

export async function identify(file: RandomAccess): Promise<Executable> {
  const start = await file.at(0, 512);
  if (isElf(start)) return fromElf(await readElf(file));
  if (isMachO(start)) return fromMachO(await readMachO(file));
  if (isPe(start)) return fromPe(await readPe(file));
  return { format: "other", description: describeContent(start), script: isScript(start) };
}

/** What the file is, with its article, for messages. */
export function describeExecutable(found: Executable): string {
  if (found.format === "other") return found.description;
  const machine = `${found.architectures.join(" and ")} ${systemName(found.system)}`;
  const kind = kindNames[found.kind] ?? "file of an unknown kind";
  const how = found.format !== "ELF" || found.kind !== "program" ? "" : howLoaded(found);
  return `${article(found.format)} ${found.format} ${kind} for ${machine}${how}`;
}

/** What a target wants, with its article, for messages. */
export function describeWanted(target: Target): string {
  const format = formatOf(target);
  const machine = `${wantedArchitectures(target).join(" and ")} ${systemName(target.system)}`;
  const loader = target.libc === undefined ? undefined : loaders[target.libc][target.architecture];
  if (target.system !== "linux") return `${article(format)} ${format} program for ${machine}`;
  if (target.libc === undefined) return `a static ELF program for ${machine}`;
  return `an ELF program for ${machine}, static or loaded by ${loader ?? `a loader of ${libcNames[target.libc]}`}`;
}

/** Whether the file is a program that a machine of the target starts. */
export function fits(found: Executable, target: Target): boolean {
  if (found.format === "other" || found.format !== formatOf(target) || found.kind !== "program") return false;
  if (found.system !== target.system) return false;
  if (!wantedArchitectures(target).every((architecture) => found.architectures.includes(architecture))) return false;
  if (target.system !== "linux" || found.static) return true;
  // A loader in another place than the distribution's (a Nix store, a build folder) is not there on users' machines.
  return target.libc !== undefined && loaders[target.libc][target.architecture] === found.interpreter;
}

const kindNames: Readonly<Record<string, string>> = {
  program: "program",
  library: "library",
  object: "object file",
  core: "core dump",
};
const libcNames: Readonly<Record<LibC, string>> = { gnu: "glibc", musl: "musl" };

/** Where each distribution has the loader: part of the processor supplement of the System V ABI, and musl's own rule. */
const loaders: Readonly<Record<LibC, Readonly<Partial<Record<Target["architecture"], string>>>>> = {
  gnu: {
    x86_64: "/lib64/ld-linux-x86-64.so.2",
    aarch64: "/lib/ld-linux-aarch64.so.1",
    armv7: "/lib/ld-linux-armhf.so.3",
    i686: "/lib/ld-linux.so.2",
    riscv64: "/lib/ld-linux-riscv64-lp64d.so.1",
    powerpc64le: "/lib64/ld64.so.2",
    s390x: "/lib/ld64.so.1",
  },
  musl: {
    x86_64: "/lib/ld-musl-x86_64.so.1",
    aarch64: "/lib/ld-musl-aarch64.so.1",
    armv7: "/lib/ld-musl-armhf.so.1",
    i686: "/lib/ld-musl-i386.so.1",
    riscv64: "/lib/ld-musl-riscv64.so.1",
    powerpc64le: "/lib/ld-musl-powerpc64le.so.1",
    s390x: "/lib/ld-musl-s390x.so.1",
  },
};

function formatOf(target: Target): NativeExecutable["format"] {
  return target.system === "darwin" ? "Mach-O" : target.system === "windows" ? "PE" : "ELF";
}

function wantedArchitectures(target: Target): readonly string[] {
  return target.architecture === "universal" ? ["x86_64", "aarch64"] : [target.architecture];
}

function howLoaded(found: NativeExecutable): string {
  if (found.static) return ", static";
  return found.interpreter === undefined ? "" : `, loaded by ${found.interpreter}`;
}

function systemName(system: string): string {
  const names: Readonly<Record<string, string>> = {
    linux: "Linux",
    darwin: "macOS",
    windows: "Windows",
    freebsd: "FreeBSD",
  };
  return names[system] ?? system;
}

function article(word: string): string {
  return word === "ELF" ? "an" : "a";
}

function fromElf(elf: Elf): NativeExecutable {
  const loader = elf.interpreter?.split("/").at(-1) ?? "";
  const libc = loader.startsWith("ld-musl-")
    ? "musl"
    : /^ld(?:-linux|64)[^/]*\.so\.\d$/.test(loader)
      ? "gnu"
      : undefined;
  return {
    format: "ELF",
    kind: elf.kind,
    architectures: [elfArchitecture(elf)],
    system: elfSystem(elf),
    ...(libc === undefined ? {} : { libc }),
    ...(elf.interpreter === undefined ? {} : { interpreter: elf.interpreter }),
    static: elf.static,
    libraries: elf.dynamic?.needed ?? [],
    elf,
  };
}

/** e_machine → name, for the word size and byte order that targets mean. */
const elfMachines: Readonly<Record<number, readonly [name: string, bits: 32 | 64, littleEndian: boolean]>> = {
  3: ["i686", 32, true],
  8: ["mips", 32, false],
  21: ["powerpc64le", 64, true],
  22: ["s390x", 64, false],
  40: ["armv7", 32, true],
  62: ["x86_64", 64, true],
  183: ["aarch64", 64, true],
  243: ["riscv64", 64, true],
  258: ["loongarch64", 64, true],
};

function elfArchitecture({ machine, bits, littleEndian }: Elf): string {
  const known = elfMachines[machine];
  if (known === undefined) return `machine ${machine}`;
  const [name, wantedBits, wantedOrder] = known;
  if (bits === wantedBits && littleEndian === wantedOrder) return name;
  return `machine ${machine} (${bits} bits, ${littleEndian ? "little" : "big"}-endian)`;
}

/** EI_OSABI where it says something; most systems leave it at 0 and tell by a note or by their loader. */
function elfSystem({ osAbi, systemNote, interpreter = "" }: Elf): string {
  if (systemNote !== undefined)
    return systemNote === "Linux" || systemNote === "FreeBSD" ? systemNote.toLowerCase() : systemNote;
  const byNumber: Readonly<Record<number, string>> = {
    2: "NetBSD",
    3: "linux",
    6: "Solaris",
    9: "freebsd",
    12: "OpenBSD",
  };
  if (osAbi !== 0) return byNumber[osAbi] ?? `system ${osAbi}`;
  if (interpreter.startsWith("/system/bin/linker")) return "Android";
  if (interpreter.startsWith("/libexec/ld-elf")) return "freebsd";
  if (/^\/(?:usr\/)?libexec\/ld/.test(interpreter)) return "another BSD";
  if (/^\/(?:usr\/)?lib\/(?:amd64|64|sparcv9)\/ld\.so/.test(interpreter)) return "Solaris";
  return "linux";
}

function fromMachO({ slices }: MachO): NativeExecutable {
  const platforms = new Set(slices.map(({ platform }) => platform ?? 1));
  const kinds = new Set(slices.map(({ kind }) => kind));
  return {
    format: "Mach-O",
    kind: kinds.size === 1 ? (slices[0]?.kind ?? "unknown") : "unknown",
    architectures: slices.map(({ cpuType }) => machOArchitecture(cpuType)),
    system: platforms.size === 1 && platforms.has(1) ? "darwin" : "another Apple system",
    static: false,
    libraries: [...new Set(slices.flatMap(({ libraries }) => libraries))],
  };
}

function machOArchitecture(cpuType: number): string {
  const names: Readonly<Record<number, string>> = { 0x01000007: "x86_64", 0x0100000c: "aarch64", 7: "i686", 12: "arm" };
  return names[cpuType] ?? `machine ${cpuType}`;
}

function fromPe(pe: Pe): NativeExecutable {
  const names: Readonly<Record<number, string>> = {
    0x14c: "i686",
    0x8664: "x86_64",
    0xaa64: "aarch64",
    0x1c4: "armv7",
  };
  return {
    format: "PE",
    kind: pe.kind,
    architectures: [names[pe.machine] ?? `machine ${pe.machine}`],
    system:
      pe.subsystem === 2 || pe.subsystem === 3
        ? "windows"
        : pe.subsystem >= 10 && pe.subsystem <= 13
          ? "UEFI"
          : "another system",
    static: false,
    libraries: pe.libraries,
  };
}
