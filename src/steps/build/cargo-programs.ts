/** Which package of a Cargo workspace makes which program (cargo-metadata(1), format version 1). */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { nearest } from "../../domain/nearest.ts";

const schema = v.object({
  packages: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      targets: v.array(v.object({ name: v.string(), kind: v.array(v.string()) })),
    }),
  ),
  workspace_root: v.string(),
});
export type Metadata = v.InferOutput<typeof schema>;

export interface CargoProgram {
  /** As users call it. */
  readonly binary: string;
  /** As the manifest calls it. */
  readonly bin: string;
  readonly package: string;
  readonly packageId: string;
}

export function readMetadata(json: string): Metadata {
  return v.parse(schema, JSON.parse(json));
}

/**
 * The package of each program. Throws BUILD_PROGRAM_UNKNOWN where no package makes it, BUILD_OUTPUT_AMBIGUOUS where
 * several do.
 *
 * @param bins program → name of its `[[bin]]`
 * @param only the package to look in, where the configuration names one
 */
export function resolvePrograms(
  metadata: Metadata,
  bins: ReadonlyMap<string, string>,
  only: string | undefined,
): readonly CargoProgram[] {
  const all = programsOf(metadata);
  if (only !== undefined && !metadata.packages.some(({ name }) => name === only)) throw packageUnknown(metadata, only);
  const within = all.filter((program) => only === undefined || program.package === only);
  return [...bins].map(([binary, bin]) => {
    const [first, ...others] = within.filter((program) => program.bin === bin);
    if (first === undefined) throw programUnknown(bin, only, within.length > 0 ? within : all);
    if (others.length > 0) throw ambiguous(bin, [first, ...others]);
    return { ...first, binary };
  });
}

type Found = Omit<CargoProgram, "binary">;

function programsOf({ packages }: Metadata): readonly Found[] {
  return packages.flatMap(({ id, name, targets }) =>
    targets
      .filter(({ kind }) => kind.includes("bin"))
      .map((target) => ({ bin: target.name, package: name, packageId: id })),
  );
}

function packageUnknown({ packages }: Metadata, only: string): ReleaseError {
  const names = packages.map(({ name }) => name).sort();
  return new ReleaseError("BUILD_PROGRAM_UNKNOWN", {
    what: `The workspace has no package ${only}.`,
    next: `Set package in the build's section to ${nearest(only, names) ?? "one of its packages"}; they are: ${names.join(", ")}.`,
  });
}

function programUnknown(bin: string, only: string | undefined, others: readonly Found[]): ReleaseError {
  const what =
    only === undefined
      ? `No package of the workspace makes a program ${bin}.`
      : `Package ${only} makes no program ${bin}.`;
  const names = others.map((program) => program.bin);
  return new ReleaseError("BUILD_PROGRAM_UNKNOWN", {
    what,
    next:
      names.length === 0
        ? "There is no program in it at all, only libraries: add a [[bin]] to Cargo.toml, or name another builder."
        : `Set binaries (or bin, where users call it otherwise) to ${nearest(bin, names) ?? "what there is"}.`,
    details: listed(others),
  });
}

function ambiguous(bin: string, found: readonly Found[]): ReleaseError {
  return new ReleaseError("BUILD_OUTPUT_AMBIGUOUS", {
    what: `${found.length} packages of the workspace make a program ${bin}.`,
    next: `Name the one that is meant in the build's section, for example package: ${found[0]?.package ?? ""}`,
    details: listed(found),
  });
}

function listed(programs: readonly Found[]): readonly string[] {
  return programs.map((program) => `${program.bin} in package ${program.package}`).sort();
}
