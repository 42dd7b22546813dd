/**
 * Step `build`: makes every planned program, or takes it from what was built already, looks at it and starts it.
 * Invariant: each file that it answers has passed the checks in this very run.
 */
import { join } from "node:path";
import type { PlannedBuild } from "../../domain/plan.ts";
import { formatSize } from "../../formats/size.ts";
import type { BuiltBinary } from "./built-binary.ts";
import { buildCache } from "./cache.ts";
import { cleanClones } from "./clean-clones.ts";
import { printCompletions, type Completions } from "./completions.ts";
import { buildEnvironment } from "./environment.ts";
import { buildOne, type BuildRequest, type OneBuild } from "./one-build.ts";

export type { BuildRequest } from "./one-build.ts";

export interface BuildResults {
  /** Per planned build, in the order of its binaries. */
  readonly binaries: ReadonlyMap<string, readonly BuiltBinary[]>;
  /** Files that the program printed, where `documents.completions.command` is configured. */
  readonly completions: Completions;
  /** Per planned build: what its smoke command said, or why it did not run; one line. */
  readonly smoke: ReadonlyMap<string, string>;
}

export async function buildAll(request: BuildRequest): Promise<BuildResults> {
  const { plan, project, ports } = request;
  const overlay = Object.keys(project.source.overlay);
  const clones = cleanClones({ ports, source: request.source, commit: plan.commit, tag: plan.tag, overlay });
  const kept = buildCache(ports.files, join(request.cache, "builds"));
  const binaries = new Map<string, readonly BuiltBinary[]>();
  try {
    for (const planned of plan.builds) {
      const one = { request, planned, ...partsOf(request, planned), clones, kept };
      binaries.set(planned.id, await inTask(one, () => buildOne(one)));
    }
  } finally {
    await clones.remove();
  }
  const smoke = [...binaries].map(([id, built]) => [id, built.map(smokeLine).join("; ")] as const);
  return { binaries, completions: await completionsOf(request, [...binaries.values()].flat()), smoke: new Map(smoke) };
}

function partsOf(
  { project, builders }: BuildRequest,
  planned: PlannedBuild,
): Pick<OneBuild, "spec" | "target" | "builder"> {
  const spec = project.builds.find(({ id }) => id === planned.build);
  const target = spec?.targets.find(({ id }) => id === planned.target);
  const builder = builders.find(({ id }) => id === planned.builder);
  if (spec === undefined || target === undefined || builder === undefined)
    throw new Error(`${planned.id} is not of this project`);
  return { spec, target, builder };
}

async function inTask(one: OneBuild, act: () => Promise<readonly BuiltBinary[]>): Promise<readonly BuiltBinary[]> {
  const { reporter } = one.request.ports;
  const task = one.planned.id;
  reporter.report({ type: "task-started", task, title: `${one.planned.binaries.join(", ")} for ${one.target.id}` });
  try {
    const built = await act();
    const detail = built.map(({ size, facts }) => `${formatSize(size)}, ${facts.description}`).join("; ");
    reporter.report({ type: "task-finished", task, detail, reused: built.every(({ reused }) => reused) });
    return built;
  } catch (error) {
    reporter.report({ type: "task-failed", task });
    throw error;
  }
}

function smokeLine({ program, smoke }: BuiltBinary): string {
  if (smoke === null) return `${program}: not run, smoke is false in the configuration`;
  return smoke.outcome === "passed" ? `${program}: ${smoke.said}` : `${program}: not run, ${smoke.reason}`;
}

/** Nothing where no program is built here: what packages carry was printed where they were made. */
async function completionsOf(request: BuildRequest, binaries: readonly BuiltBinary[]): Promise<Completions> {
  const { command } = request.project.documents.completions;
  if (command === undefined || binaries.length === 0) return {};
  const values = { home: request.work, epoch: request.epoch };
  return printCompletions({
    command,
    project: request.project.name,
    binaries,
    folder: join(request.work, "completions"),
    environment: buildEnvironment({ grant: [], set: {} }, [], request.ports.environment, values),
    ports: request.ports,
  });
}
