/**
 * Makes the plan: everything that will be built, written and changed, computed before any of it is done. Pure: the same
 * project gives the same plan on any machine.
 */
import { sumsFile, type PlannedArtifact } from "../../domain/artifact.ts";
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { manifestFile } from "../../domain/manifest.ts";
import { planSchema, type Plan, type PlannedBuild } from "../../domain/plan.ts";
import type { Project } from "../../domain/project.ts";
import { isPrerelease } from "../../domain/version.ts";
import type { Builder } from "../../ports/builder.ts";
import type { Channel, PlannedFile, PlannedRelease } from "../../ports/channel.ts";
import type { Packager } from "../../ports/packager.ts";
import { plannedSums } from "./sums.ts";

export interface PlanInputs {
  readonly project: Project;
  readonly builders: readonly Builder[];
  readonly packagers: readonly Packager[];
  readonly channels: readonly Channel[];
  readonly overrides: Readonly<Record<string, Sha256>>;
  /** Fingerprint of the key that will sign, or null. */
  readonly signer: string | null;
  readonly backport: boolean;
  /** Names of environment variables that every build sees. */
  readonly environment: (wanted: readonly string[], grant: readonly string[]) => readonly string[];
}

export function makePlan(inputs: PlanInputs): Plan {
  const { project } = inputs;
  const artifacts = planArtifacts(inputs);
  const release = plannedRelease(project, artifacts, inputs.signer !== null, inputs.backport);
  return {
    schema: planSchema,
    project: project.name,
    version: project.version.text,
    tag: project.tag,
    commit: project.commit,
    overrides: inputs.overrides,
    builds: planBuilds(inputs),
    artifacts,
    signer: inputs.signer,
    mutations: inputs.channels.flatMap((channel) => channel.prepare(release)),
  };
}

/** Every file that users get: artifacts, then signatures, then the manifest's signature, then the manifest. */
function plannedRelease(
  project: Project,
  artifacts: readonly PlannedArtifact[],
  signed: boolean,
  backport: boolean,
): PlannedRelease {
  const plain = artifacts.map((artifact): PlannedFile => ({
    file: artifact.file,
    executable: artifact.kind === "binary",
  }));
  const signatures = signed
    ? signedFiles(artifacts).map((file): PlannedFile => ({ file: `${file}.asc`, signs: file, executable: false }))
    : [];
  return {
    project: project.name,
    version: project.version.text,
    tag: project.tag,
    prerelease: isPrerelease(project.version),
    backport,
    files: [...plain, ...signatures, { file: manifestFile, executable: false }],
  };
}

/** Files that get a detached signature: each artifact, the list of all sums, and the manifest. */
export function signedFiles(artifacts: readonly PlannedArtifact[]): readonly string[] {
  const files = artifacts.filter(({ kind, file }) => kind !== "checksum" || file === sumsFile).map(({ file }) => file);
  return [...files, manifestFile];
}

function planBuilds({ project, builders, environment }: PlanInputs): readonly PlannedBuild[] {
  return project.builds.flatMap((build) => {
    const builder = builders.find(({ id }) => id === build.builder);
    if (builder === undefined) throw new Error(`builder ${build.builder} is not known`);
    return build.targets.map((target): PlannedBuild => {
      const { commands, environment: wanted } = builder.plan(build.section as never, target, build.binaries);
      return {
        id: `${build.id}:${target.id}`,
        build: build.id,
        builder: build.builder,
        target: target.id,
        binaries: build.binaries,
        commands,
        environment: [
          ...new Set([...environment(wanted, build.environment.grant), ...Object.keys(build.environment.set)]),
        ].sort(),
      };
    });
  });
}

function planArtifacts({ project, packagers }: PlanInputs): readonly PlannedArtifact[] {
  const planned = packagers
    .filter(({ format }) => format in project.packages)
    .flatMap((packager) => packager.plan(project, project.packages[packager.format] as never));
  const all = [...planned, ...plannedSums(planned)];
  requireDistinct(all);
  return all;
}

/** File systems that fold case would let one of two such files replace the other. */
function requireDistinct(artifacts: readonly PlannedArtifact[]): void {
  const seen = new Map<string, PlannedArtifact>();
  for (const artifact of artifacts) {
    const folded = artifact.file.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined || folded === manifestFile) {
      throw new ReleaseError("FILE_NAME_COLLISION", {
        what: `${artifact.id} and ${other?.id ?? "the manifest"} would both be the file ${artifact.file}.`,
        next: "Give one of the builds another name or target in ggen-release.yaml.",
      });
    }
    seen.set(folded, artifact);
  }
}
