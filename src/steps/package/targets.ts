/** What the planned builds make per target, in the order of the configuration: every package of a target starts here. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";

export interface TargetBuilds {
  readonly target: Target;
  /** Planned build ids, `<build id>:<target id>`. */
  readonly builds: readonly string[];
  /** The programs, each with the planned build that makes it. */
  readonly programs: readonly { readonly name: string; readonly build: string }[];
}

/** Throws PACKAGE_PATH_DUPLICATE where two builds make one program for one target. */
export function targetBuilds(project: Pick<Project, "builds">): readonly TargetBuilds[] {
  const targets = new Map(project.builds.flatMap(({ targets }) => targets).map((target) => [target.id, target]));
  return [...targets.values()].map((target) => {
    const builds = project.builds.filter((build) => build.targets.some(({ id }) => id === target.id));
    const programs = builds.flatMap(({ id, binaries }) =>
      binaries.map((name) => ({ name, build: `${id}:${target.id}` })),
    );
    requireDistinct(programs, target);
    return { target, builds: builds.map(({ id }) => `${id}:${target.id}`), programs };
  });
}

function requireDistinct(programs: TargetBuilds["programs"], target: Target): void {
  const builds = new Map<string, string>();
  for (const { name, build } of programs) {
    const other = builds.get(name);
    if (other !== undefined) {
      throw new ReleaseError("PACKAGE_PATH_DUPLICATE", {
        what: `The builds ${other} and ${build} both make ${name} for ${target.id}.`,
        next: "Give the program to one of them (binaries), or take the target out of the other, in ggen-release.yaml.",
      });
    }
    builds.set(name, build);
  }
}
