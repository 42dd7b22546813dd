/**
 * What a program needs to start, held against what it needed before. Invariant: a library that came in, or a glibc that
 * rose, is told; what is no longer needed hurts nobody.
 */
import { openBinary, type NamedFile } from "../../engines/binary/open.ts";
import { compareDotted } from "../../formats/dotted-version.ts";
import { identify } from "../../formats/executable.ts";
import type { Files } from "../../ports/files.ts";
import { needsOf, type Needs } from "./inspect.ts";

/** Nothing for a file that is no program. */
export async function readNeeds(binary: NamedFile, files: Files): Promise<Needs> {
  const found = await identify((await openBinary(binary, files)).bytes);
  return found.format === "other" ? { libraries: [] } : needsOf(found);
}

/** In words: `libssl.so.3`, `glibc 2.38 (2.34 was enough)`. */
export function newNeeds(before: Needs, now: Needs): readonly string[] {
  const libraries = now.libraries.filter((library) => !before.libraries.includes(library));
  return now.glibc === undefined || !isNewer(now.glibc, before.glibc)
    ? libraries
    : [...libraries, `glibc ${now.glibc} (${before.glibc === undefined ? "none" : before.glibc} was enough)`];
}

/** A marker that no glibc is known for counts as newer than all. */
function isNewer(now: string, before: string | undefined): boolean {
  const isVersion = /^[0-9.]+$/;
  if (before === undefined || !isVersion.test(now)) return now !== before;
  return isVersion.test(before) && compareDotted(now, before) > 0;
}
