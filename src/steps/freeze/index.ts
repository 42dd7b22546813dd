/** Freezes the manifest: from here on the bytes of the release are settled, and everything that follows names them. */
import type { Artifact } from "../../domain/artifact.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { manifestSchema, type Manifest, type PartialManifest } from "../../domain/manifest.ts";
import type { Plan } from "../../domain/plan.ts";
import { strangersIn } from "../../engines/manifest-text.ts";
import { digestOfPlan } from "../../engines/plan-digest.ts";

export function freeze(plan: Plan, artifacts: readonly Artifact[]): Manifest {
  const missing = plan.artifacts.filter(({ id }) => !artifacts.some((artifact) => artifact.id === id));
  if (missing.length > 0) {
    throw new ReleaseError("MERGE_INCOMPLETE", {
      what: `${missing.length} of ${plan.artifacts.length} artifacts are not made: ${missing.map(({ file }) => file).join(", ")}.`,
      next: `Build the missing targets: ggen-release build ${plan.tag} --only TARGET`,
    });
  }
  return manifestOf(plan, artifacts);
}

export function freezePart(plan: Plan, artifacts: readonly Artifact[], targets: readonly string[]): PartialManifest {
  return { ...manifestOf(plan, artifacts), targets };
}

/** Joins parts of one plan. Parts of another plan, and parts that disagree about a file, are refused. */
export function joinParts(plan: Plan, parts: readonly PartialManifest[]): readonly Artifact[] {
  const wanted = digestOfPlan(plan);
  const joined = new Map<string, Artifact>();
  for (const part of parts) {
    if (part.plan !== wanted) {
      throw new ReleaseError("MERGE_OTHER_PLAN", {
        what: `The part for ${part.targets.join(", ")} was made by plan ${part.plan.slice(0, 12)}; this plan is ${wanted.slice(0, 12)}.`,
        next: `Build it again with the same ggen-release, configuration and commit: ggen-release build ${plan.tag} ${onlyWords(part.targets)}`,
      });
    }
    const strangers = strangersIn(part, plan);
    if (strangers.length > 0) {
      throw new ReleaseError("MERGE_PART_DAMAGED", {
        what: `The part for ${part.targets.join(", ")} names files that are not of its plan: ${strangers.join(", ")}.`,
        next: "Copy the part's folder again, with everything in it.",
      });
    }
    for (const artifact of part.artifacts) {
      const other = joined.get(artifact.id);
      if (other !== undefined && other.sha256 !== artifact.sha256) {
        throw new ReleaseError("MERGE_CONFLICT", {
          what: `${artifact.file} is there twice, as ${other.sha256.slice(0, 12)} and as ${artifact.sha256.slice(0, 12)}.`,
          next: "Keep one of the two parts, or find out why the build is not reproducible.",
        });
      }
      joined.set(artifact.id, artifact);
    }
  }
  return [...joined.values()];
}

/** Where parts are joined, nobody is asked to build what is missing: this machine may be the wrong one for it. */
export function requireEveryTarget(plan: Plan, given: readonly Artifact[]): void {
  const there = new Set(given.map(({ id }) => id));
  const missing = plan.artifacts.filter(({ id, target }) => target !== undefined && !there.has(id));
  if (missing.length === 0) return;
  const targets = [...new Set(missing.map(({ target = "" }) => target))];
  const words = targets.map((target) => `ggen-release build ${plan.tag} --only ${target} --out part-${target}`);
  throw new ReleaseError("MERGE_INCOMPLETE", {
    what: `No part holds ${targets.join(", ")}: ${missing.map(({ file }) => file).join(", ")} would be missing.`,
    next: `Run, where ${targets.length === 1 ? "it" : "each"} is built: ${words.join("; ")}; then join again, with --merge for ${targets.length === 1 ? "that part" : "these parts"} too.`,
  });
}

function onlyWords(targets: readonly string[]): string {
  return targets.map((target) => `--only ${target}`).join(" ");
}

function manifestOf(plan: Plan, artifacts: readonly Artifact[]): Manifest {
  return {
    schema: manifestSchema,
    project: plan.project,
    version: plan.version,
    tag: plan.tag,
    commit: plan.commit,
    plan: digestOfPlan(plan),
    artifacts: [...artifacts].sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
}
