/** Shell completions that the program itself prints. Invariant: a file is what the built program printed here, never empty. */
import { delimiter, dirname, join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { shells, type Shell } from "../../domain/project.ts";
import { plainText } from "../../formats/plain-text.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Ports } from "../../ports/index.ts";
import type { BuiltBinary } from "./built-binary.ts";

export type Completions = Readonly<Partial<Record<Shell, string>>>;

const seconds = 30;
const largest = 16 * 1024 * 1024;

export interface CompletionRequest {
  /** Arguments with `{shell}` in the shell's place. */
  readonly command: readonly string[];
  /** The project's name: its program is asked, or the first one. */
  readonly project: string;
  readonly binaries: readonly BuiltBinary[];
  /** Where the files are written, each named after its shell. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Ports;
}

export async function printCompletions(request: CompletionRequest): Promise<Completions> {
  const binary = chosen(request);
  const scratch = await request.ports.files.makeScratch("completions");
  try {
    const printed: Partial<Record<Shell, string>> = {};
    for (const shell of shells) {
      const path = join(request.folder, shell);
      await request.ports.files.write(path, await print(request, binary, shell, scratch));
      printed[shell] = path;
    }
    return printed;
  } finally {
    await request.ports.files.remove(scratch);
  }
}

function chosen({ binaries, project, ports }: CompletionRequest): BuiltBinary {
  const runnable = binaries.filter(({ smoke }) => smoke?.outcome === "passed");
  const others = binaries.filter(({ smoke, target }) => smoke === null && runsOn(ports.environment.host, target));
  const candidates = [...runnable, ...others];
  const binary = candidates.find(({ program }) => program === project) ?? candidates[0];
  if (binary !== undefined) return binary;
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `Completions are what the program prints, and none that was built runs on this machine (${ports.environment.host}).`,
    next: "Build a target of this machine as well, or name files: documents: { completions: { bash: PATH, zsh: PATH, fish: PATH } }",
  });
}

function runsOn(host: string, { architecture, system, libc }: BuiltBinary["target"]): boolean {
  const [hostArchitecture, hostSystem, hostLibC] = host.split("-");
  const isSame = architecture === hostArchitecture || architecture === "universal";
  return isSame && system === hostSystem && (libc === undefined || libc === hostLibC);
}

async function print(
  { command, environment, ports }: CompletionRequest,
  binary: BuiltBinary,
  shell: Shell,
  scratch: string,
): Promise<string> {
  const arguments_ = command.map((word) => word.replaceAll("{shell}", shell));
  const done = await ports.processes.run({
    // By its name: scripts that name the program by its first argument must not name a folder of this machine.
    program: binary.name,
    arguments: arguments_,
    folder: scratch,
    environment: {
      ...environment,
      HOME: scratch,
      PATH: [dirname(binary.path), environment["PATH"] ?? ""].join(delimiter),
    },
    timeoutSeconds: seconds,
    keep: largest,
  });
  if (done.exitCode === 0 && done.stdout.trim() !== "") return done.stdout;
  const ending = done.timedOut ? `did not end within ${seconds} s` : `ended with exit code ${done.exitCode ?? "none"}`;
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `\`${shellWords([binary.program, ...arguments_])}\` ${done.exitCode === 0 ? "printed nothing" : ending}.`,
    next: "Mend documents.completions.command in ggen-release.yaml: the program must print the script for {shell}.",
    details: plainText(done.stderr).trim().split("\n").slice(-20),
  });
}
