/**
 * One planned build: taken from what was built already or made in a clean clone, then looked at and started. Invariant:
 * what is kept for later runs has passed the checks first.
 */
import { join } from "node:path";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { Plan, PlannedBuild } from "../../domain/plan.ts";
import type { BuildSpec, Project } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";
import { requireSafeMode } from "../../engines/safe-mode.ts";
import type { Builder, BuildJob } from "../../ports/builder.ts";
import type { Ports } from "../../ports/index.ts";
import type { BuiltBinary } from "./built-binary.ts";
import { buildKey, type BuildCache } from "./cache.ts";
import type { CleanClones } from "./clean-clones.ts";
import { buildEnvironment } from "./environment.ts";
import { inspectBinary } from "./inspect.ts";
import { pathTraces } from "./path-traces.ts";
import { smokeTest } from "./smoke.ts";

export interface BuildRequest {
  /** Its builds are made, all of them. */
  readonly plan: Plan;
  readonly project: Project;
  readonly builders: readonly Builder[];
  readonly ports: Ports;
  /** The clean clone, with the overlay laid over it; builds are made in clones of it. */
  readonly source: string;
  /** Where what is made is written: `binaries/<build>/<target>/<name>`, `completions/<shell>`. */
  readonly work: string;
  /** Kept between runs: `builds/`, `downloads/`. */
  readonly cache: string;
  /** Committer time, seconds since 1970. */
  readonly epoch: number;
}

export interface OneBuild {
  readonly request: BuildRequest;
  readonly planned: PlannedBuild;
  readonly spec: BuildSpec;
  readonly target: Target;
  readonly builder: Builder;
  readonly clones: CleanClones;
  readonly kept: BuildCache;
}

interface Output {
  readonly program: string;
  readonly name: string;
  readonly path: string;
}

export async function buildOne(one: OneBuild): Promise<readonly BuiltBinary[]> {
  const { files } = one.request.ports;
  const scratch = join(one.request.work, "scratch", one.planned.build, one.target.id);
  await files.remove(scratch);
  try {
    return await buildIn(one, scratch);
  } finally {
    await files.remove(scratch);
  }
}

async function buildIn(one: OneBuild, scratch: string): Promise<readonly BuiltBinary[]> {
  const job = await jobFor(one, scratch);
  const key = await keyOf(one, job);
  const outputs = outputsOf(one);
  const reused = await takeKept(one, key, outputs);
  if (!reused) await make(one, job, outputs);
  const built: BuiltBinary[] = [];
  for (const output of outputs) built.push(await examined(one, job, output, reused));
  if (!reused) await keep(one, key, outputs);
  return built;
}

async function jobFor(
  { request, planned, spec, target, builder, clones }: OneBuild,
  scratch: string,
): Promise<BuildJob> {
  const { ports, project, epoch } = request;
  const source = await clones.next();
  const home = join(scratch, "home");
  const intermediate = join(scratch, "build");
  await ports.files.makeFolder(home);
  await ports.files.makeFolder(intermediate);
  const wanted = builder.plan(spec.section as never, target, spec.binaries).environment;
  return {
    folder: source,
    source,
    scratch: intermediate,
    downloads: join(request.cache, "downloads"),
    environment: buildEnvironment(spec.environment, wanted, ports.environment, { home, epoch }),
    target,
    binaries: spec.binaries,
    version: project.version.text,
    tag: project.tag,
    commit: project.commit,
    epoch,
    task: planned.id,
    ports,
  };
}

async function keyOf({ request, planned, spec, builder }: OneBuild, job: BuildJob): Promise<string> {
  const toolchain = await builder.toolchain(spec.section as never, job.target, job);
  const { commit, tag, version, epoch } = job;
  const { overrides } = request.plan;
  return buildKey({
    commit,
    tag,
    version,
    epoch,
    overrides,
    planned,
    spec,
    toolchain,
    environment: job.ports.environment,
  });
}

function outputsOf({ request, planned, spec, target }: OneBuild): readonly Output[] {
  const folder = join(request.work, "binaries", planned.build, target.id);
  return spec.binaries.map((program) => {
    const name = target.system === "windows" ? `${program}.exe` : program;
    return { program, name, path: join(folder, name) };
  });
}

async function takeKept(
  { request, planned, kept }: OneBuild,
  key: string,
  outputs: readonly Output[],
): Promise<boolean> {
  const found = await kept.take(key, outputs);
  if (found === "damaged") {
    const message = `What was kept of ${planned.id} is not what was put there: it is built again.`;
    request.ports.reporter.report({ type: "warning", message });
  }
  return found === "taken";
}

async function make(
  { request, spec, builder, target }: OneBuild,
  job: BuildJob,
  outputs: readonly Output[],
): Promise<void> {
  const { files, reporter } = request.ports;
  const built = await builder.build(spec.section as never, job);
  for (const { program, name, path } of outputs) {
    const made = built.find(({ binary }) => binary === program);
    if (made === undefined) throw new Error(`builder ${builder.id} made no ${program}`);
    const mode = (await files.status(made.path))?.mode ?? 0;
    requireSafeMode(name, mode);
    // A file that its owner may execute is a program, however narrow the umask that it was built under.
    await files.write(path, files.open(made.path), (mode & 0o100) === 0 ? 0o644 : 0o755);
    for (const folder of await pathTraces(files, path, [job.source, job.scratch])) {
      reporter.report({
        type: "warning",
        message: `${name} for ${target.id} holds the path of a folder that it was built in (${folder}): it differs at every build.`,
        next: 'Look for what writes it: env!("CARGO_MANIFEST_DIR"), __FILE__, a stamp of the build\'s folder.',
      });
    }
  }
}

async function examined(
  { request, spec, target }: OneBuild,
  job: BuildJob,
  output: Output,
  reused: boolean,
): Promise<BuiltBinary> {
  const { ports } = request;
  const facts = await inspectBinary(output, target, spec, ports.files);
  const smoke =
    spec.smoke === null ? null : await smokeTest(output, spec.smoke, job.version, target, ports, job.environment);
  return { ...output, size: facts.size, mode: 0o755, target, facts, smoke, reused };
}

/** A folder that cannot be written to costs the next run time, and this one nothing. */
async function keep({ request, planned, kept }: OneBuild, key: string, outputs: readonly Output[]): Promise<void> {
  try {
    await kept.keep(key, outputs);
  } catch (error) {
    if (!isReleaseError(error) || !["PERMISSION", "DISK_FULL", "IO"].includes(error.code)) throw error;
    const message = `${planned.id} could not be kept for the next run: ${error.what}`;
    request.ports.reporter.report({ type: "warning", message, next: error.next });
  }
}
