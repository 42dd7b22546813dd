/**
 * Looks at a binary that a build made, before anything is made of it. Invariant: what passes is a program that a machine
 * of its target starts, executable, of a size within the bounds, and content with the C library that is promised.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Target } from "../../domain/target.ts";
import { openBinary, type NamedFile } from "../../engines/binary/open.ts";
import { glibcSince } from "../../engines/deb/libraries.ts";
import { compareDotted } from "../../formats/dotted-version.ts";
import type { NeededVersion } from "../../formats/elf-dynamic.ts";
import {
  describeExecutable,
  describeWanted,
  type Executable,
  fits,
  identify,
  type NativeExecutable,
} from "../../formats/executable.ts";
import type { Files, FileStatus } from "../../ports/files.ts";

export interface InspectSpec {
  /** Bounds in bytes, both included. */
  readonly size: { readonly min: number; readonly max: number };
  /** Highest glibc that the binary may need, for example `2.31`. */
  readonly glibc?: string;
}

export interface Needs {
  /** Shared libraries that it loads when it starts. */
  readonly libraries: readonly string[];
  /** The lowest glibc that has all it needs, or the version of a symbol that none is known for; absent where it needs none. */
  readonly glibc?: string;
}

export interface BinaryFacts extends Needs {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** For people: `an ELF program for x86_64 Linux, static`. */
  readonly description: string;
  readonly static: boolean;
  /** Holds DWARF debug information. */
  readonly debug: boolean;
}

/**
 * Throws BUILD_OUTPUT_MISSING, BINARY_SIZE, BINARY_NOT_EXECUTABLE, BINARY_DAMAGED, BINARY_FORMAT_WRONG or
 * BINARY_LIBC_TOO_NEW. It changes nothing: a file with wrong permissions is what the build made.
 */
export async function inspectBinary(
  binary: NamedFile,
  target: Target,
  spec: InspectSpec,
  files: Files,
): Promise<BinaryFacts> {
  const { bytes, status } = await openBinary(binary, files);
  requireContent(binary, status.size);
  const found = await identify(bytes);
  if (!fits(found, target) || found.format === "other") {
    throw new ReleaseError("BINARY_FORMAT_WRONG", {
      what: `${binary.name} for ${target.id} is ${describeExecutable(found)}. Wanted: ${describeWanted(target)}.`,
      next: isScript(found)
        ? `Native executables are released, not scripts: let the build make one (a compiler, or a tool that packs script and interpreter into one file), and name that. ${binary.path} was looked at.`
        : `Let the build for ${target.id} make its own file (${binary.path} was looked at), or take ${target.id} out of the build's targets.`,
    });
  }
  requireExecutable(binary, status, target);
  requireSize(binary, status.size, spec.size);
  if (spec.glibc !== undefined) requireGlibc(binary, glibcNeeds(found), spec.glibc);
  return {
    name: binary.name,
    path: binary.path,
    size: status.size,
    description: describeExecutable(found),
    static: found.static,
    ...needsOf(found),
    debug: found.elf?.debug ?? false,
  };
}

/** What a program needs of the system that starts it. */
export function needsOf(found: NativeExecutable): Needs {
  const highest = glibcNeeds(found).at(-1);
  return {
    libraries: found.libraries,
    ...(highest === undefined ? {} : { glibc: highest.since ?? highest.version.version }),
  };
}

/** A script, or a zip archive behind the line that names its interpreter: no other target would do for it either. */
function isScript(found: Executable): boolean {
  return found.format === "other" && found.script;
}

function requireContent(binary: NamedFile, size: number): void {
  if (size > 0) return;
  throw new ReleaseError("BINARY_SIZE", {
    what: `${binary.name} is empty.`,
    next: `Look why the build leaves ${binary.path} without content; a full disk does that.`,
  });
}

function requireSize(binary: NamedFile, size: number, { min, max }: InspectSpec["size"]): void {
  if (size >= min && size <= max) return;
  const bound = size < min ? `fewer than the ${min} of size.min` : `more than the ${max} of size.max`;
  throw new ReleaseError("BINARY_SIZE", {
    what: `${binary.name} has ${size} bytes, ${bound}.`,
    next: `Look at ${binary.path}; if it is the right file, change size.min or size.max of the build.`,
  });
}

function requireExecutable(binary: NamedFile, status: FileStatus, target: Target): void {
  // Windows goes by the name, and cross compilers on other systems need not set what it does not know.
  if (target.system === "windows" || (status.mode & 0o111) === 0o111) return;
  const mode = (status.mode & 0o7777).toString(8).padStart(4, "0");
  throw new ReleaseError("BINARY_NOT_EXECUTABLE", {
    what: `${binary.name} has mode ${mode}: ${(status.mode & 0o111) === 0 ? "nobody" : "not everybody"} may execute it.`,
    next: `Let the build set the mode (chmod 755 ${binary.path}), or fetch the file in a way that keeps it.`,
  });
}

interface GlibcNeed {
  readonly version: NeededVersion;
  /** Undefined for a marker that is not known, private or of the future: it counts as newer than all. */
  readonly since: string | undefined;
}

const newest = "9999";

/** What the loader insists on, lowest first. */
function glibcNeeds(found: NativeExecutable): readonly GlibcNeed[] {
  return (found.elf?.dynamic?.versions ?? [])
    .filter(({ version, weak }) => version.startsWith("GLIBC_") && !weak)
    .map((version) => ({ version, since: glibcSince(version.version) }))
    .sort((a, b) => compareDotted(a.since ?? newest, b.since ?? newest));
}

function requireGlibc(binary: NamedFile, needs: readonly GlibcNeed[], floor: string): void {
  if (!/^\d+\.\d+(?:\.\d+)?$/.test(floor)) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `"${floor}" is not a version of glibc.`,
      next: `Write the build's glibc as two numbers in quotes, for example "2.31".`,
    });
  }
  const tooNew = needs.filter(({ since }) => since === undefined || compareDotted(since, floor) > 0);
  const highest = tooNew.at(-1);
  if (highest === undefined) return;
  throw new ReleaseError("BINARY_LIBC_TOO_NEW", {
    what: `${binary.name} needs ${highest.since === undefined ? highest.version.version : `glibc ${highest.since}`}; the build promises ${floor}.`,
    next: `Build on a system whose glibc is ${floor} or older, or change the build's glibc to what it needs.`,
    details: tooNew.map(({ version }) => `${version.version} of ${version.library}: ${namesOf(version)}`),
  });
}

function namesOf({ symbols }: NeededVersion): string {
  if (symbols.length === 0) return "no symbol, a property of the whole program";
  return `${symbols.slice(0, 8).join(", ")}${symbols.length > 8 ? ` and ${symbols.length - 8} more` : ""}`;
}
