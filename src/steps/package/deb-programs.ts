/** The programs of a package: what its builds made, looked at before it is packed. */
import type { PlannedArtifact } from "../../domain/artifact.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { openBinary } from "../../engines/binary/open.ts";
import { isElf, type PlacedFile } from "../../engines/deb/placed-file.ts";
import { requireSafeMode } from "../../engines/safe-mode.ts";
import { type Elf, readElf } from "../../formats/elf.ts";
import type { InputFile, PackageInputs } from "../../ports/packager.ts";
import type { DebPlan } from "./deb-plan.ts";

/** Of a name that several builds make, the first one planned counts. */
export async function programs({ from }: PlannedArtifact, inputs: PackageInputs): Promise<readonly PlacedFile[]> {
  const found = new Map<string, InputFile>();
  for (const binary of from.flatMap((build) => inputs.binaries(build))) {
    if (!found.has(binary.name)) found.set(binary.name, binary);
  }
  return Promise.all([...found.values()].map((binary) => program(binary, inputs)));
}

async function program({ name, path, size, mode }: InputFile, { source, files }: PackageInputs): Promise<PlacedFile> {
  requireSafeMode(path, mode);
  if ((mode & 0o111) === 0) {
    throw new ReleaseError("BINARY_NOT_EXECUTABLE", {
      what: `${path} has mode ${mode.toString(8)}: nobody may run it.`,
      next: "Let the build set the bit (chmod +x), then run the same command again.",
    });
  }
  return { at: `/usr/bin/${name}`, path: await regularFile(path, source, files), size, executable: true };
}

export interface LinkedFile {
  readonly file: PlacedFile;
  readonly elf: Elf;
}

/** Throws PACKAGE_SCRIPT_CRLF, and DEB_FIELD_INVALID for machine code in a package for all architectures. */
export async function elves(
  all: readonly PlacedFile[],
  { architecture }: Pick<DebPlan, "architecture">,
  { files }: Pick<PackageInputs, "files">,
): Promise<readonly LinkedFile[]> {
  const found: LinkedFile[] = [];
  for (const file of all) {
    if (!(await isElf(file, files))) continue;
    if (architecture === "all") {
      throw new ReleaseError("DEB_FIELD_INVALID", {
        what: `${quoted(file.at)} is machine code, and its package says Architecture: all.`,
        next: "Let a build make it, or take it out of the files of the package for all architectures.",
      });
    }
    found.push({ file, elf: await readElf((await openBinary({ name: file.at, path: file.path }, files)).bytes) });
  }
  return found;
}
