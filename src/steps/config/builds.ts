/** The builds of a project: what the configuration says of each, and what detection knows of the same one. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { BuildSpec } from "../../domain/project.ts";
import { type Target, parseTarget } from "../../domain/target.ts";
import { ecosystems } from "../../engines/detect/detect.ts";
import type { Detected, DetectedBuild } from "../../engines/detect/detected.ts";
import { parseProgramName } from "../../engines/values/names.ts";
import type { Builder } from "../../ports/builder.ts";
import type { BuildConfig, Config } from "./config.ts";
import { fieldMissing } from "./field-missing.ts";
import { uncommitted } from "./uncommitted.ts";
import { type UnfitKey, fitSection } from "./unfit-key.ts";
import { uniqueId } from "./unique-id.ts";

export interface BuildSources {
  readonly config: Config;
  readonly detected: Detected;
  readonly name: string;
  readonly builders: readonly Builder[];
}

/** Least and greatest size of a program, in bytes: below is an empty script, above hardly ever meant. */
const usualSize = { min: 1000, max: 500_000_000 };
const usualSmoke = { arguments: ["--version"], version: true, timeoutSeconds: 10 };

/** Throws CONFIG_MISSING, PROJECT_UNKNOWN, PROJECT_FIELD_MISSING, CONFIG_INVALID, FILE_NAME_COLLISION. */
export function makeBuilds(sources: BuildSources): readonly BuildSpec[] {
  const { config, detected } = sources;
  const given = config.builds ?? detected.builds.map(({ builder }) => bare(builder));
  if (given.length === 0) throw nothingToBuild(config, detected);
  const ids = new Set<string>();
  const builds = given.map((build, index) => makeBuild(build, index, sources, ids));
  requireDistinct(builds);
  return builds;
}

function bare(builder: string): BuildConfig {
  return { builder, section: { values: {}, written: [] } };
}

function makeBuild(build: BuildConfig, index: number, sources: BuildSources, ids: Set<string>): BuildSpec {
  const { detected, builders, name } = sources;
  const known = detected.builds.find((one) => fits(one, build));
  const { smoke, size, glibc } = build;
  return {
    id: uniqueId(build.id, build.builder, ids),
    builder: build.builder,
    targets: build.targets ?? usualTargets(build.builder, index),
    // The configuration's own names were checked when it was read; a manifest may say anything.
    binaries: build.binaries ?? known?.binaries.map(parseProgramName) ?? [name],
    section: sectionOf(build, known, builders, sources),
    environment: { grant: build.grant ?? [], set: build.environment ?? {} },
    smoke: smoke === false ? null : { ...usualSmoke, ...smokeKeys(smoke ?? {}) },
    size: { ...usualSize, ...size },
    ...(glibc === undefined ? {} : { glibc }),
  };
}

function smokeKeys({ timeout, ...keys }: Exclude<BuildConfig["smoke"], false | undefined>) {
  return timeout === undefined ? keys : { ...keys, timeoutSeconds: timeout };
}

/** The same builder, and nothing that the user wrote says otherwise. */
function fits(detected: DetectedBuild, { builder, section, binaries }: BuildConfig): boolean {
  return (
    detected.builder === builder &&
    section.written.every(
      (key) =>
        !Object.hasOwn(detected.section, key) ||
        JSON.stringify(detected.section[key]) === JSON.stringify(section.values[key]),
    ) &&
    (binaries ?? []).every((name) => detected.binaries.includes(name))
  );
}

function usualTargets(builder: string, index: number): readonly Target[] {
  const usual = ecosystems.find(({ id }) => id === builder)?.targets;
  if (usual !== undefined) return usual.map(parseTarget);
  throw fieldMissing(`builds[${index}] (${builder}) does not say what it builds for.`, "targets: [x86_64-linux-gnu]");
}

/** What is detected, under what the user wrote; the builder's own defaults last. */
function sectionOf(
  build: BuildConfig,
  known: DetectedBuild | undefined,
  builders: readonly Builder[],
  { detected }: BuildSources,
): unknown {
  const builder = builders.find(({ id }) => id === build.builder);
  if (known === undefined || builder === undefined) return build.section.values;
  const fit = fitSection(known, builder);
  if (!fit.fits) throw detectedUnfit(known, fit.unfit, detected);
  const written = build.section.written.filter((key) => Object.hasOwn(build.section.values, key));
  return { ...fit.section, ...Object.fromEntries(written.map((key) => [key, build.section.values[key]])) };
}

function detectedUnfit({ builder }: DetectedBuild, unfit: UnfitKey, { manifest }: Detected): ReleaseError {
  return new ReleaseError("CONFIG_INVALID", {
    what: `What ${manifest ?? "the tree"} says of ${unfit.key} does not do for the builder ${builder}: ${unfit.what}`,
    next: `Write it in ggen-release.yaml: builds: [{ builder: ${builder}, ${unfit.key}: … }]. ${unfit.next}`,
  });
}

/** Every program of a target ends in one folder and under one name, on systems that know no case as well. */
function requireDistinct(builds: readonly BuildSpec[]): void {
  const owners = new Map<string, string>();
  for (const { id, targets, binaries } of builds) {
    for (const [target, binary] of targets.flatMap((one) => binaries.map((name) => [one.id, name] as const))) {
      const place = `${target}/${binary.toLowerCase()}`;
      const owner = owners.get(place);
      if (owner !== undefined) {
        throw new ReleaseError("FILE_NAME_COLLISION", {
          what: `The builds ${owner} and ${id} both make ${binary} for ${target}.`,
          next: "Give each build its own targets or binaries.",
        });
      }
      owners.set(place, id);
    }
  }
}

function nothingToBuild(config: Config, { ecosystem, manifest, notes }: Detected): ReleaseError {
  const details = notes.map(({ message }) => message);
  if (config.isUncommitted === true) {
    return new ReleaseError("CONFIG_MISSING", { what: uncommitted.message, next: uncommitted.next, details });
  }
  if (config.file === null && ecosystem === "none") {
    return new ReleaseError("CONFIG_MISSING", {
      what: "The commit has no ggen-release.yaml, and nothing in it says what to build.",
      next: "Run: ggen-release init",
      details,
    });
  }
  return new ReleaseError("PROJECT_UNKNOWN", {
    what: manifest === null ? "Nothing says what is built." : `${manifest} does not say which program is built.`,
    next: "Say it in ggen-release.yaml: builds: [{ builder: command, … }]; ggen-release schema shows every key.",
    details,
  });
}
