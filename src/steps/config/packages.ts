/** Which packages are made, each with its settings: what is asked for must be possible, what is usual may be left out. */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import type { Note } from "../../engines/detect/detected.ts";
import type { Packager } from "../../ports/packager.ts";
import type { Config, Section } from "./config.ts";
import { type Missing, fieldMissing, linesFor, missingFor, needsText } from "./field-missing.ts";

export type BareProject = Omit<Project, "packages" | "channels">;

export interface Packages {
  /** In the order of the packagers. */
  readonly packages: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
}

/** Throws PROJECT_FIELD_MISSING, CONFIG_INVALID. */
export function choosePackages(config: Config, project: BareProject, packagers: readonly Packager[]): Packages {
  const wanted = packagers.filter(({ format }) => config.packages[format] !== false);
  const missing = wanted.flatMap((packager) => missingFor(packager, project.about));
  const asked = missing.filter((one) => config.packages[one.package] !== undefined);
  if (asked.length > 0) throw required(asked);
  const possible = wanted.filter(({ format }) => !missing.some((one) => one.package === format));
  const sections = possible.map((packager) => [packager.format, sectionOf(packager, config, project)] as const);
  return {
    packages: Object.fromEntries(sections.filter(([, section]) => section !== null)),
    notes: [
      ...leftOut(missing),
      ...possible.filter(({ format }) => config.packages[format] === undefined).flatMap((one) => absent(one, project)),
    ],
  };
}

function sectionOf(packager: Packager, config: Config, project: BareProject): unknown {
  const choice = config.packages[packager.format];
  const usual = packager.defaults(project);
  if (choice === undefined) return usual;
  if (typeof choice === "object")
    return { ...(usual as object | null), ...(usual === null ? choice.values : writtenOf(choice)) };
  return usual ?? emptySection(packager);
}

function writtenOf({ values, written }: Section): object {
  return Object.fromEntries(written.filter((key) => Object.hasOwn(values, key)).map((key) => [key, values[key]]));
}

/** `true` for a format that is only made when it is asked for. */
function emptySection({ format, section }: Packager): unknown {
  const parsed = v.safeParse(section, {});
  if (parsed.success) return parsed.output;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `packages.${format}: true does not say enough: ${parsed.issues[0].message}.`,
    next: `Write its settings: packages: { ${format}: { … } }; ggen-release schema shows them.`,
  });
}

function required(missing: readonly Missing[]): ReleaseError {
  const lines = linesFor(missing);
  return fieldMissing(
    `${needsText(missing)}, and nothing says it.`,
    lines[0] ?? "",
    lines.slice(1).map((line) => `and: ${line}`),
  );
}

/** Why a usual format is not made, where its packager has something to say about it. */
function absent(packager: Packager, project: BareProject): readonly Note[] {
  const why = packager.defaults(project) === null ? packager.absence?.(project) : undefined;
  return why === undefined ? [] : [{ message: `No ${packager.format}: ${why}.` }];
}

function leftOut(missing: readonly Missing[]): readonly Note[] {
  if (missing.length === 0) return [];
  return [
    {
      message: `Left out for want of a field: ${needsText(missing)}.`,
      next: `Add to ggen-release.yaml: ${linesFor(missing).join("; ")}`,
    },
  ];
}
