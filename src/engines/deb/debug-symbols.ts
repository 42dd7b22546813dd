/**
 * Splits a program into what runs and what debuggers read, as dh_strip(1) does: the debug information goes into a file
 * that is found by the program's build id, the program keeps a link to it (gdb manual, "Separate Debug Files").
 * Invariant: both files come from one program, and the same program gives the same two files.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Elf } from "../../formats/elf.ts";
import type { Files } from "../../ports/files.ts";
import type { Processes } from "../../ports/processes.ts";
import type { PlacedFile } from "./placed-file.ts";

export interface SplitProgram {
  /** The program without debug information, at its place. */
  readonly program: PlacedFile;
  readonly symbols: PlacedFile;
  readonly buildId: string;
}

interface SplitJob {
  /** GNU's name of the machine, as binutils for it are called: `aarch64-linux-gnu`. */
  readonly machine: string;
  /** An empty folder. */
  readonly folder: string;
  readonly files: Files;
  readonly processes: Processes;
}

/** Throws DEB_SYMBOLS_MISSING, TOOL_MISSING, IO. */
export async function splitProgram(file: PlacedFile, elf: Elf, job: SplitJob): Promise<SplitProgram> {
  const { buildId } = elf;
  if (!elf.debug || elf.stripped) {
    throw noSymbols(file.at, "holds no debug information", "Build it with -g, without -s or strip.");
  }
  if (buildId === undefined) {
    throw noSymbols(
      file.at,
      "has no build id, by which a debugger would find them",
      "Link it with --build-id (Go: -ldflags=-B=gobuildid).",
    );
  }
  const objcopy = await findObjcopy(job);
  const name = `${buildId.slice(2)}.debug`;
  const [symbols, program] = [join(job.folder, name), join(job.folder, `${buildId}.program`)];
  const run = async (...args: readonly string[]): Promise<void> => copied(objcopy, args, file, job);
  await job.files.makeFolder(job.folder);
  await run("--only-keep-debug", "--compress-debug-sections", file.path, symbols);
  await run("--strip-all", "--remove-section=.comment", "--remove-section=.note", file.path, program);
  await run(`--add-gnu-debuglink=${symbols}`, program);
  return {
    program: await placed(file.at, program, true, job.files),
    symbols: await placed(`/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${name}`, symbols, false, job.files),
    buildId,
  };
}

async function placed(at: string, path: string, executable: boolean, files: Files): Promise<PlacedFile> {
  return { at, path, executable, size: (await files.status(path))?.size ?? 0 };
}

/** One that knows the program's machine: the distribution's for it, LLVM's, which knows all, or the machine's own. */
async function findObjcopy({ machine, processes }: SplitJob): Promise<string> {
  for (const name of [`${machine}-objcopy`, "llvm-objcopy", "objcopy"]) {
    const found = await processes.find(name);
    if (found !== null) return found;
  }
  throw new ReleaseError("TOOL_MISSING", {
    what: `packages.deb.dbgsym needs objcopy for ${machine}, and none is on the PATH.`,
    next: `Install it (apt-get install binutils-${machine.replaceAll("_", "-")}), or write dbgsym: false.`,
  });
}

async function copied(
  program: string,
  args: readonly string[],
  file: PlacedFile,
  { folder, processes }: SplitJob,
): Promise<void> {
  const done = await processes.run({ program, arguments: args, folder, environment: { LC_ALL: "C" } });
  if (done.exitCode === 0) return;
  throw new ReleaseError("DEB_SYMBOLS_MISSING", {
    what: `${program} could not take ${file.at} apart: ${done.stderr.trim().split("\n").at(-1) ?? ""}`,
    next: "Install binutils for the program's machine, or write dbgsym: false under packages.deb.",
  });
}

function noSymbols(at: string, fault: string, next: string): ReleaseError {
  return new ReleaseError("DEB_SYMBOLS_MISSING", {
    what: `packages.deb.dbgsym asks for the debug symbols of ${at}, which ${fault}.`,
    next: `${next} Or write dbgsym: false.`,
  });
}
