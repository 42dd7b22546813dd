/**
 * The Depends of a binary package, derived from what its programs load (Debian Policy 8.6 asks the same of
 * dpkg-shlibdeps(1)). Invariant: every library that a program needs is named by a relation, or the package is refused.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { compareDotted } from "../../formats/dotted-version.ts";
import { readElf, type Elf } from "../../formats/elf.ts";
import type { Files } from "../../ports/files.ts";
import { openBinary, type NamedFile } from "../binary/open.ts";
import { libraries, type Library } from "./libraries.ts";

/**
 * Relations such as `libc6 (>= 2.28)`, sorted, one per package. `extra` (the configuration's `packages.deb.libraries`)
 * names the relation of further libraries by soname, and goes before the table. Throws DEB_DEPENDS_UNKNOWN, DEB_DEPENDS_TOO_LOW.
 */
export async function deriveDepends(
  binaries: readonly NamedFile[],
  files: Files,
  extra: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const relations = new Set<string>();
  const floors = new Map<Library, string | undefined>();
  for (const binary of binaries) {
    const elf = await readElf((await openBinary(binary, files)).bytes);
    for (const soname of neededBy(elf)) {
      const given = Object.hasOwn(extra, soname) ? extra[soname] : undefined;
      if (given !== undefined) {
        requireEnough(given, soname, elf, binary);
        relations.add(given);
        continue;
      }
      const library = libraryOf(soname, elf, binary);
      floors.set(library, higher(floors.get(library), floorOf(soname, library, elf, binary)));
    }
  }
  for (const [library, floor] of floors) relations.add(relationOf(library, floor));
  return [...relations].sort();
}

/** A relation of the configuration may ask for more than the program needs, or for another package, but not for less. */
function requireEnough(given: string, soname: string, elf: Elf, binary: NamedFile): void {
  const library = libraries.find(({ sonames, bits }) => sonames.includes(soname) && (bits ?? elf.bits) === elf.bits);
  if (library === undefined) return;
  const [highest] = (elf.dynamic?.versions ?? [])
    .filter((one) => one.library === soname && !one.weak)
    .map((one) => ({ ...one, since: library.since(one.version) ?? "0" }))
    .sort((a, b) => compareDotted(b.since, a.since));
  for (const alternative of given.split("|")) {
    const [, name = "", , version] =
      /^\s*([^\s(:]+)[^(]*(?:\(\s*(>=|>>|=)\s*(?:[0-9]+:)?([0-9.]+).*\))?\s*$/.exec(alternative) ?? [];
    if (highest === undefined || !library.packages.includes(name)) continue;
    if (version !== undefined && compareDotted(version, highest.since) >= 0) continue;
    throw new ReleaseError("DEB_DEPENDS_TOO_LOW", {
      what: `packages.deb.libraries says ${given} for ${soname}, and ${binary.name} needs ${highest.version}, which came with ${highest.since}.`,
      next: `Write ${name} (>= ${library.epoch ?? ""}${highest.since}), or take the line out: it is derived.`,
      details: highest.symbols.length === 0 ? [] : [`Symbols that need it: ${highest.symbols.slice(0, 10).join(", ")}`],
    });
  }
}

/** What a program needs of a library whose package is known. */
export interface KnownNeed {
  readonly soname: string;
  /** The newest name first; any of them will do. */
  readonly packages: readonly string[];
  /** With the packages' epoch; undefined where any version will do, or none is known. */
  readonly floor: string | undefined;
}

/** For programs of others: libraries and symbol versions that are not known are left out, where a release is refused. */
export function knownNeedsOf(elf: Elf): readonly KnownNeed[] {
  return [...neededBy(elf)].flatMap((soname): KnownNeed[] => {
    const library = libraries.find(({ sonames, bits }) => sonames.includes(soname) && (bits ?? elf.bits) === elf.bits);
    if (library === undefined) return [];
    const versions = (elf.dynamic?.versions ?? []).filter((version) => version.library === soname && !version.weak);
    const floor = versions.map(({ version }) => library.since(version)).reduce(higher, undefined);
    return [{ soname, packages: library.packages, floor: floor && `${library.epoch ?? ""}${floor}` }];
  });
}

/** The loader is a file of a package as well. */
function neededBy(elf: Elf): ReadonlySet<string> {
  const loader = elf.interpreter?.split("/").at(-1);
  const versioned = (elf.dynamic?.versions ?? []).map(({ library }) => library);
  return new Set([...(elf.dynamic?.needed ?? []), ...versioned, ...(loader === undefined ? [] : [loader])]);
}

function libraryOf(soname: string, elf: Elf, binary: NamedFile): Library {
  const library = libraries.find(({ sonames, bits }) => sonames.includes(soname) && (bits ?? elf.bits) === elf.bits);
  if (library !== undefined) return library;
  throw new ReleaseError("DEB_DEPENDS_UNKNOWN", {
    what: `${binary.name} needs ${soname}, and no Debian package is known for it.`,
    next: `Find its package (\`dpkg -S ${soname}\`) and write it under packages.deb.libraries, for example "${soname}": "${exampleOf(soname)}".`,
  });
}

/** The highest version that the loader insists on: it asks for each, whether a symbol of it is called or not. */
function floorOf(soname: string, { since }: Library, elf: Elf, binary: NamedFile): string | undefined {
  let floor: string | undefined;
  for (const { library, version, weak, symbols } of elf.dynamic?.versions ?? []) {
    if (library !== soname || weak) continue;
    const needed = since(version);
    if (needed === undefined) {
      throw new ReleaseError("DEB_DEPENDS_UNKNOWN", {
        what: `${binary.name} needs ${version} of ${soname}, and it is not known which version of its package has that.`,
        next: `Write the relation under packages.deb.libraries, for example "${soname}": "${exampleOf(soname)}".`,
        details: symbols.length === 0 ? [] : [`Symbols that need it: ${symbols.slice(0, 10).join(", ")}`],
      });
    }
    floor = higher(floor, needed);
  }
  return floor;
}

function relationOf({ packages, epoch = "" }: Library, floor: string | undefined): string {
  return packages.map((name) => (floor === undefined ? name : `${name} (>= ${epoch}${floor})`)).join(" | ");
}

/** Debian Policy 8.1: a library's package is called after its soname. */
function exampleOf(soname: string): string {
  const [, name = "libfoo", version = "1"] = /^([A-Za-z0-9+_-]+?)\.so\.([0-9]+)/.exec(soname) ?? [];
  return `${name.toLowerCase().replaceAll("_", "-")}${/\d$/.test(name) ? "-" : ""}${version} (>= 1.2)`;
}

function higher(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareDotted(a, b) < 0 ? b : a;
}
