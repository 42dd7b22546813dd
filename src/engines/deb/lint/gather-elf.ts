/** An ELF file of a package for the checks. Invariant: a damaged one is told of, and ends nothing. */
import { isReleaseError } from "../../../domain/errors/index.ts";
import { readElfHardening } from "../../../formats/elf-hardening.ts";
import { readElf } from "../../../formats/elf.ts";
import { inMemory } from "../../../formats/random-access.ts";
import type { SubjectElf } from "./subject.ts";

export async function readSubjectElf(name: string, whole: Buffer | undefined): Promise<SubjectElf> {
  if (whole === undefined) return { read: undefined, fault: "it is too large to be looked at", buildPaths: [] };
  const file = inMemory(name, whole);
  try {
    const read = { elf: await readElf(file), hardening: await readElfHardening(file) };
    return { read, fault: undefined, buildPaths: buildPathsIn(whole) };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return { read: undefined, fault: error.what, buildPaths: [] };
  }
}

const pathsShown = 3;
const piece = 1024 * 1024;
const overlap = 512;
/** Homes, and the folders in which the usual build services check out. */
const places =
  /\/(?:home\/[\w.-]+|Users\/[\w.-]+|root|builds|github\/workspace|__w)\/[\w.+@/-]{1,200}?\.(?:rs|go|c|cc|cpp|h|hpp|m|zig)\b/g;

function buildPathsIn(whole: Buffer): readonly string[] {
  const found = new Set<string>();
  for (let start = 0; start < whole.length && found.size < pathsShown; start += piece) {
    const text = whole.toString("latin1", start, start + piece + overlap);
    for (const [path] of text.matchAll(places)) {
      found.add(path);
      if (found.size === pathsShown) break;
    }
  }
  return [...found];
}
