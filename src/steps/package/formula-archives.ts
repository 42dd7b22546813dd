/** Which archives a formula installs: for each machine that Homebrew knows, the one that runs on most of them. */
import type { PlannedArtifact } from "../../domain/artifact.ts";
import type { Project } from "../../domain/project.ts";
import { parseTarget, type Target } from "../../domain/target.ts";
import { formulaArchitectures, type FormulaArchitecture, type FormulaSystem } from "../../formats/formula-downloads.ts";

export interface FormulaArchive {
  readonly planned: PlannedArtifact;
  readonly system: FormulaSystem;
  readonly architectures: readonly FormulaArchitecture[];
}

const systems: Readonly<Partial<Record<Target["system"], FormulaSystem>>> = { darwin: "macos", linux: "linux" };
const architectures: Readonly<Partial<Record<Target["architecture"], readonly FormulaArchitecture[]>>> = {
  aarch64: ["arm"],
  x86_64: ["intel"],
  universal: formulaArchitectures,
};

/** Of several archives for one machine the first by libc: static, glibc, musl; and one made for it before a universal one. */
export function formulaArchives(planned: readonly PlannedArtifact[]): readonly FormulaArchive[] {
  const candidates = planned.flatMap((archive) => machinesOf(archive)).toSorted((a, b) => a.rank - b.rank);
  const taken = new Set<string>();
  const chosen: FormulaArchive[] = [];
  for (const { rank: _, ...candidate } of candidates) {
    const free = candidate.architectures.filter((architecture) => !taken.has(`${candidate.system} ${architecture}`));
    for (const architecture of free) taken.add(`${candidate.system} ${architecture}`);
    if (free.length > 0) chosen.push({ ...candidate, architectures: free });
  }
  // In the plan's order, which is the configuration's.
  return chosen.toSorted((a, b) => planned.indexOf(a.planned) - planned.indexOf(b.planned));
}

/** Whether a build's targets leave anything for Homebrew. */
export function hasFormulaTarget({ builds }: Pick<Project, "builds">): boolean {
  return builds.some(({ targets }) => targets.some((target) => machineOf(target) !== undefined));
}

function machinesOf(planned: PlannedArtifact): readonly (FormulaArchive & { readonly rank: number })[] {
  const target = parseTarget(planned.target ?? "");
  const machine = machineOf(target);
  if (machine === undefined) return [];
  const libc = target.libc === undefined ? 0 : target.libc === "gnu" ? 1 : 2;
  return [{ planned, ...machine, rank: libc + (target.architecture === "universal" ? 10 : 0) }];
}

function machineOf(target: Target): Pick<FormulaArchive, "system" | "architectures"> | undefined {
  const system = systems[target.system];
  const supported = architectures[target.architecture];
  return system === undefined || supported === undefined ? undefined : { system, architectures: supported };
}
