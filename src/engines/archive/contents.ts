/** What a package's archive holds: the programs of one target, and the project's documents, each checked before it is opened. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Target } from "../../domain/target.ts";
import { quoted } from "../../domain/quoted.ts";
import type { InputFile, PackageInputs } from "../../ports/packager.ts";
import { requireSafeMode } from "../safe-mode.ts";
import { archiveEntries, type ArchiveEntry, type ArchiveFile } from "./entry.ts";
import { regularFile } from "./inside.ts";
import { documentPath, mainProgram, programFile } from "./layout.ts";

/** `builds`: planned build ids. `folder`: the one that everything lies in, or "" for none. */
export async function archiveContents(
  target: Pick<Target, "system">,
  builds: readonly string[],
  folder: string,
  inputs: PackageInputs,
): Promise<readonly ArchiveEntry[]> {
  const main = mainProgram(inputs.project);
  const within = (path: string): string => (folder === "" ? path : `${folder}/${path}`);
  const files: ArchiveFile[] = [];
  for (const binary of builds.flatMap((build) => inputs.binaries(build))) {
    requireExecutable(binary, target);
    files.push(await archiveFile(within(programFile(binary.name, target)), true, binary, inputs));
  }
  for (const document of inputs.documents) {
    const executable = (document.mode & 0o111) !== 0;
    files.push(await archiveFile(within(documentPath(document, main)), executable, document, inputs));
  }
  return archiveEntries(files);
}

async function archiveFile(
  path: string,
  executable: boolean,
  input: InputFile,
  { source, files }: PackageInputs,
): Promise<ArchiveFile> {
  requireSafeMode(input.path, input.mode);
  const real = await regularFile(input.path, source, files);
  return { path, executable, size: input.size, open: () => files.open(real) };
}

function requireExecutable({ path, mode }: InputFile, target: Pick<Target, "system">): void {
  if (target.system === "windows" || (mode & 0o111) !== 0) return;
  throw new ReleaseError("BINARY_NOT_EXECUTABLE", {
    what: `${quoted(path)} has mode ${mode.toString(8)}: nobody may run it.`,
    next: "Let the build set the bit (chmod +x), then run the same command again.",
  });
}
