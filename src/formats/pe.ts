/**
 * A Windows executable ("PE Format", Microsoft), as far as a release must know it. Invariant: addresses are resolved
 * through the section table only, and what no section holds is damage.
 */
import { damaged, recordAt, textAt, type Fields, type RandomAccess } from "./random-access.ts";

export interface Pe {
  readonly machine: number;
  readonly kind: "program" | "library" | "object" | "unknown";
  /** 2 graphical, 3 console, 10 and up firmware. */
  readonly subsystem: number;
  /** DLLs that it imports by name. */
  readonly libraries: readonly string[];
}

const executableImage = 0x2;
const dll = 0x2000;
const mostSections = 1024;
const mostLibraries = 4096;

/** Programs of DOS begin alike; `readPe` tells them apart. */
export function isPe(start: Uint8Array): boolean {
  return start[0] === 0x4d && start[1] === 0x5a;
}

export async function readPe(file: RandomAccess): Promise<Pe> {
  const start = (await recordAt(file, 0, 64, true, "the DOS header")).u32(0x3c);
  const header = await recordAt(file, start, 24, true, "the PE header");
  if (header.u32(0) !== 0x4550) throw damaged(file, "it has no PE header, as a program for DOS has none");
  const [optionalAt, optionalSize] = [start + 24, header.u16(20)];
  const optional = await recordAt(file, optionalAt, Math.max(optionalSize, 72), true, "the optional header");
  const magic = optional.u16(0);
  if (magic !== 0x10b && magic !== 0x20b) throw damaged(file, `its optional header is of the unknown form ${magic}`);
  const characteristics = header.u16(22);
  const sections = await readSections(file, optionalAt + optionalSize, header.u16(6));
  return {
    machine: header.u16(4),
    kind: (characteristics & executableImage) === 0 ? "object" : (characteristics & dll) === 0 ? "program" : "library",
    subsystem: optional.u16(68),
    libraries: await readImports(file, optional, optionalSize, magic === 0x20b ? 108 : 92, sections),
  };
}

interface Section {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

async function readSections(file: RandomAccess, at: number, count: number): Promise<readonly Section[]> {
  if (count > mostSections) throw damaged(file, `it claims to have ${count} sections`);
  const sections: Section[] = [];
  for (let index = 0; index < count; index++) {
    const header = await recordAt(file, at + index * 40, 40, true, `section header ${index}`);
    const section = { address: header.u32(12), size: header.u32(16), offset: header.u32(20) };
    if (section.size > 0 && section.offset + section.size > file.size) {
      throw damaged(file, `section ${index} reaches beyond its end at ${file.size}`);
    }
    sections.push(section);
  }
  return sections;
}

/** Data directory 1 points to a table of 20-byte descriptors that ends with an empty one. */
async function readImports(
  file: RandomAccess,
  optional: Fields,
  optionalSize: number,
  directoriesAt: number,
  sections: readonly Section[],
): Promise<readonly string[]> {
  const importsAt = directoriesAt + 4 + 8;
  if (optionalSize < importsAt + 8 || optional.u32(directoriesAt) < 2 || optional.u32(importsAt) === 0) return [];
  const table = offsetOf(file, sections, optional.u32(importsAt));
  const libraries: string[] = [];
  for (let index = 0; ; index++) {
    if (index > mostLibraries) throw damaged(file, `it claims to import more than ${mostLibraries} libraries`);
    const name = (await recordAt(file, table + index * 20, 20, true, "the import table")).u32(12);
    if (name === 0) return libraries;
    libraries.push(await textAt(file, offsetOf(file, sections, name), "the name of an imported library"));
  }
}

function offsetOf(file: RandomAccess, sections: readonly Section[], address: number): number {
  const section = sections.find(({ address: start, size }) => address >= start && address < start + size);
  if (section === undefined) throw damaged(file, `address ${address} is in no section`);
  return section.offset + (address - section.address);
}
