/** The Rust toolchain of this machine: rustc and cargo, through rustup where it is there (https://rust-lang.github.io/rustup). */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { BuildJob, ToolJob } from "../../ports/builder.ts";
import { askTool } from "./tool.ts";

export const rustInstall = "Install Rust (https://rustup.rs), or put cargo on the PATH.";

/** The part of a build's section that chooses the toolchain. */
interface RustChoice {
  readonly toolchain?: string | undefined;
}

export function toolchainArgument({ toolchain }: RustChoice): readonly string[] {
  return toolchain === undefined ? [] : [`+${toolchain}`];
}

/** What the configuration sets for the build wins. A toolchain that is missing is said to be, rather than fetched unpinned. */
export function baseEnvironment({ environment }: ToolJob): Record<string, string> {
  return { CARGO_INCREMENTAL: "0", CARGO_TERM_COLOR: "never", RUSTUP_AUTO_INSTALL: "0", ...environment };
}

/** Answers of a tool of Rust's; one that fails is not the tool that is needed. */
export async function askRust(
  section: RustChoice,
  job: ToolJob,
  program: string,
  arguments_: readonly string[],
): Promise<string> {
  const done = await askTool(job, {
    program,
    arguments: [...toolchainArgument(section), ...arguments_],
    environment: baseEnvironment(job),
    install: rustInstall,
  });
  if (done.exitCode === 0) return done.stdout;
  const said = done.stderr.trim().split("\n")[0] ?? "";
  const missing = /toolchain '([^']+)' is not installed/.exec(said)?.[1];
  throw new ReleaseError("BUILD_TOOL_MISSING", {
    what: missing === undefined ? `${program} says: ${said}` : `The Rust toolchain ${missing} is not installed.`,
    next: missing === undefined ? rustInstall : `Run: rustup toolchain install ${missing}`,
  });
}

interface Rust {
  readonly host: string;
  /** Where the standard library's sources lie when they are installed. */
  readonly sources: string;
  /** The name that the distributed standard library has for them. */
  readonly sourcesName: string;
}

export async function examineRust(section: RustChoice, job: BuildJob, triple: string): Promise<Rust> {
  const version = await askRust(section, job, "rustc", ["-vV"]);
  const library = (await askRust(section, job, "rustc", ["--print", "target-libdir", "--target", triple])).trim();
  if ((await job.ports.files.status(library)) === null) {
    const toolchain = section.toolchain === undefined ? "" : ` --toolchain ${section.toolchain}`;
    throw new ReleaseError("BUILD_TOOL_MISSING", {
      what: `Rust's standard library for ${triple} (target ${job.target.id}) is not installed.`,
      next: `Run: rustup target add ${triple}${toolchain}`,
    });
  }
  const root = (await askRust(section, job, "rustc", ["--print", "sysroot"])).trim();
  return {
    host: /^host: (.*)$/m.exec(version)?.[1] ?? "",
    sources: join(root, "lib", "rustlib", "src", "rust"),
    sourcesName: `/rustc/${/^commit-hash: (.*)$/m.exec(version)?.[1] ?? "unknown"}`,
  };
}
