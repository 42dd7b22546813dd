/**
 * Builder `cargo`: programs of a Cargo workspace (https://doc.rust-lang.org/cargo). Invariant: the bytes depend on the
 * commit, the tracked lock file, the configuration and the toolchain; the file that is taken is the one that cargo names.
 */
import { join, relative } from "node:path";
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Target } from "../../domain/target.ts";
import { textOr } from "../../engines/values/text-or.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Builder, BuildJob, BuiltFile } from "../../ports/builder.ts";
import { renamePaths } from "./cargo-paths.ts";
import { readMetadata, resolvePrograms, type CargoProgram, type Metadata } from "./cargo-programs.ts";
import { makeCargoHome, requireNoSettingsAbove } from "./cargo-settings.ts";
import { compilerVersion } from "./compiler.ts";
import { lockMissing, lockStale } from "./lock-file.ts";
import { perBinary } from "./per-binary.ts";
import { rustTriple } from "./rust-target.ts";
import { askRust, baseEnvironment, examineRust, rustInstall, toolchainArgument } from "./rust-toolchain.ts";
import { askTool, runTool } from "./tool.ts";

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_-]*$/, "A name has letters, digits, _ and - only."));
const feature = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_+./-]*$/, "This is not the name of a feature."));

const entries = {
  package: v.pipe(
    v.optional(name),
    v.description("Package of the workspace that makes the programs; needed only where several do."),
  ),
  bin: v.pipe(
    v.optional(textOr(name, v.record(v.string(), name))),
    v.description(
      "Name of the [[bin]] where users call the program otherwise; for several a map from program to [[bin]].",
    ),
  ),
  features: v.pipe(v.optional(v.array(feature), []), v.description("Features to build with.")),
  "all-features": v.pipe(v.optional(v.boolean(), false), v.description("Build with every feature.")),
  "no-default-features": v.pipe(v.optional(v.boolean(), false), v.description("Build without the default features.")),
  profile: v.pipe(v.optional(name, "release"), v.description("Profile of Cargo.toml; stripping is left to it.")),
  toolchain: v.pipe(
    v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][A-Za-z0-9._-]*$/, "A toolchain is written as 1.95.0."))),
    v.description(
      "Toolchain of rustup to build with, 1.95.0; without it rust-toolchain.toml or rustup's default counts.",
    ),
  ),
};
export type CargoSection = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;

export const cargo: Builder<CargoSection> = {
  id: "cargo",
  entries,
  plan(section, target, binaries) {
    const bins = binsOf(section, binaries);
    const programs = [...bins.values()].map((bin) => ({ bin, package: section.package }));
    return {
      commands: [shellWords(["cargo", ...buildArguments(section, tripleOf(target), programs)])],
      environment: ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"],
    };
  },
  async toolchain(section, _target, job) {
    const versions = await Promise.all([
      askRust(section, job, "rustc", ["-vV"]),
      askRust(section, job, "cargo", ["-V"]),
    ]);
    return `${versions.join("")}${await compilerVersion(job)}`;
  },
  async build(section, job) {
    await requireNoSettingsAbove(job);
    const triple = tripleOf(job.target);
    const home = await makeCargoHome(job);
    const environment = { ...baseEnvironment(job), CARGO_HOME: home, CARGO_TARGET_DIR: join(job.scratch, "target") };
    const rust = await examineRust(section, job, triple);
    const top = await physicalFolder(job);
    const metadata = await askMetadata(section, job, environment);
    const programs = resolvePrograms(metadata, binsOf(section, job.binaries), section.package);
    await requireLock(job, relative(top, metadata.workspace_root));
    const names = new Map([
      [rust.sources, rust.sourcesName],
      [environment.CARGO_TARGET_DIR, "/target"],
      [home, "/cargo"],
      [job.source, "/source"],
      [top, "/source"],
    ]);
    const executables = new Map<string, string>();
    await runTool(job, {
      program: "cargo",
      arguments: [...buildArguments(section, triple, programs), "--message-format=json-render-diagnostics"],
      environment: { ...environment, ...(await renamePaths(job, triple, names)) },
      install: rustInstall,
      intercept: (line) => collect(line, executables),
      explain: (output) => explained(job, triple, rust.host, relative(top, metadata.workspace_root), output),
    });
    return programs.map((program) => builtFile(program, executables));
  },
};

function binsOf(section: CargoSection, binaries: readonly string[]): ReadonlyMap<string, string> {
  return perBinary("bin", section.bin ?? "{binary}", binaries);
}

function tripleOf(target: Target): string {
  const triple = rustTriple(target);
  if (triple !== undefined) return triple;
  throw new ReleaseError("BUILD_TARGET_UNSUPPORTED", {
    what: `Rust cannot build for ${target.id}.`,
    next: "Take it out of targets; rustc --print target-list shows what Rust builds for.",
  });
}

function buildArguments(
  section: CargoSection,
  triple: string,
  programs: readonly { readonly bin: string; readonly package: string | undefined }[],
): readonly string[] {
  const packages = new Set(programs.flatMap((program) => program.package ?? []));
  return [
    ...toolchainArgument(section),
    "build",
    section.profile === "release" ? "--release" : `--profile=${section.profile}`,
    "--locked",
    ...[...packages].flatMap((package_) => ["--package", package_]),
    ...programs.flatMap(({ bin }) => ["--bin", bin]),
    "--target",
    triple,
    ...(section.features.length === 0 ? [] : ["--features", section.features.join(",")]),
    ...(section["all-features"] ? ["--all-features"] : []),
    ...(section["no-default-features"] ? ["--no-default-features"] : []),
  ];
}

/** The clone's folder as cargo sees it, without links: temporary folders of macOS are reached through one. */
async function physicalFolder(job: BuildJob): Promise<string> {
  const done = await askTool(job, {
    program: "pwd",
    arguments: ["-P"],
    folder: job.source,
    install: "Install the POSIX utilities.",
  });
  return done.stdout.trim();
}

async function askMetadata(
  section: CargoSection,
  job: BuildJob,
  environment: Record<string, string>,
): Promise<Metadata> {
  const done = await askTool(job, {
    program: "cargo",
    arguments: [...toolchainArgument(section), "metadata", "--no-deps", "--locked", "--format-version=1"],
    environment,
    install: rustInstall,
    keep: 64 * 1024 * 1024,
  });
  if (done.exitCode === 0) return readMetadata(done.stdout);
  throw new ReleaseError("PROJECT_UNKNOWN", {
    what: `cargo cannot read the project in the tree of ${job.tag}.`,
    next: "Mend what its lines name; cargo metadata --no-deps shows them again.",
    details: done.stderr.trim().split("\n").slice(-20),
  });
}

async function requireLock(job: BuildJob, workspace: string): Promise<void> {
  const path = join(workspace, "Cargo.lock");
  if ((await job.ports.files.status(join(job.source, path))) !== null) return;
  throw await lockMissing(job, path, "cargo generate-lockfile");
}

const message = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    reason: v.literal("compiler-artifact"),
    package_id: v.string(),
    target: v.object({ name: v.string(), kind: v.array(v.string()) }),
    executable: v.string(),
  }),
);

/** Cargo's messages are lines of JSON on standard output; everything else is for people. */
function collect(line: string, executables: Map<string, string>): boolean {
  if (!line.startsWith('{"reason":')) return false;
  const found = v.safeParse(message, line);
  if (found.success && found.output.target.kind.includes("bin"))
    executables.set(`${found.output.package_id} ${found.output.target.name}`, found.output.executable);
  return true;
}

function builtFile(
  { binary, bin, packageId, package: package_ }: CargoProgram,
  executables: ReadonlyMap<string, string>,
): BuiltFile {
  const path = executables.get(`${packageId} ${bin}`);
  if (path !== undefined) return { binary, path };
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `cargo succeeded and named no executable for ${bin} of package ${package_}.`,
    next: "Run cargo build with the options that plan shows, and look for the program.",
  });
}

function explained(
  job: BuildJob,
  triple: string,
  host: string,
  workspace: string,
  output: string,
): ReleaseError | undefined {
  const [stale] = /^.*(?:needs to be updated but --locked|cannot update the lock file).*$/m.exec(output) ?? [];
  if (stale !== undefined) return lockStale(job, join(workspace, "Cargo.lock"), "cargo update --workspace", stale);
  const linker = /linker `([^`]+)` not found/.exec(output)?.[1];
  const isCross = triple !== host;
  if (linker === undefined && !(isCross && /error: linking with/.test(output))) return undefined;
  const variable = `CARGO_TARGET_${triple.toUpperCase().replaceAll("-", "_")}_LINKER`;
  return new ReleaseError("BUILD_TOOL_MISSING", {
    what:
      linker === undefined
        ? `The linker of this machine cannot link for ${triple}.`
        : `The linker ${linker} is not on the PATH.`,
    next: isCross
      ? `Install a C compiler for ${triple} and name it in the build: environment: { ${variable}: … }`
      : "Install a C compiler (on Debian: apt install gcc libc6-dev), then run the same command again.",
    details: output.split("\n").slice(-20),
  });
}
