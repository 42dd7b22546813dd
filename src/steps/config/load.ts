/**
 * From the bytes of ggen-release.yaml to a validated configuration, or to all problems at once, each with its line.
 * Invariant: what is answered was understood whole.
 */
import * as v from "valibot";
import { buildEntries } from "./build-entries.ts";
import type { BuildConfig, Config, ConfigOutput, Section } from "./config.ts";
import { refusedTexts } from "./content.ts";
import { type YamlDocument, readDocument } from "./document.ts";
import { complaintOf } from "./issues.ts";
import { type Problem, configError, pathText } from "./problem.ts";
import type { ConfigSchema } from "./schema.ts";
import { shapeOf } from "./shape.ts";

/** The file's name in the tree. */
export const configFile = "ggen-release.yaml";

/** Throws CONFIG_SYNTAX, CONFIG_TOO_LARGE, CONFIG_INVALID, CONFIG_URL_*, CONFIG_PATH_ESCAPES. */
export function loadConfig(schema: ConfigSchema, bytes: Uint8Array, file: string = configFile): Config {
  const document = readDocument(bytes, file);
  const shape = shapeOf(schema, document.value);
  const parsed = v.safeParse(schema, shape.value);
  const problems = problemsOf(document, shape, parsed.issues ?? []);
  if (problems.length > 0 || !parsed.success) throw configError(document, problems);
  return toConfig(parsed.output, shape.value as Readonly<Record<string, unknown>>, file);
}

function problemsOf(
  document: YamlDocument,
  shape: ReturnType<typeof shapeOf>,
  issues: readonly v.BaseIssue<unknown>[],
): readonly Problem[] {
  const found = [
    ...shape.misshapen.map((misshapen) => ({ code: "CONFIG_INVALID" as const, ...misshapen })),
    ...refusedTexts(document.value),
  ];
  // What was refused already is not refused again for its type.
  const already = new Set(found.map(({ path }) => pathText(path)));
  const complaints = issues.map((issue) => complaintOf(issue, (path) => document.writtenAt(path)));
  return [...found, ...complaints.filter(({ path }) => !already.has(pathText(path)))].map(
    ({ code, what, next, path, at }) => ({
      code,
      what,
      next,
      ...(at === "key" ? document.keyAt(path) : document.valueAt(path)),
    }),
  );
}

function toConfig(output: ConfigOutput, raw: Readonly<Record<string, unknown>>, file: string): Config {
  const { builds, packages, channels, ...common } = output;
  const rawBuilds = raw["builds"] as readonly object[] | undefined;
  const rawPackages = raw["packages"] as Readonly<Record<string, object>> | undefined;
  return {
    ...common,
    file,
    ...(builds === undefined ? {} : { builds: builds.map((build, index) => toBuild(build, rawBuilds?.[index])) }),
    packages: Object.fromEntries(
      Object.entries(packages ?? {}).map(([format, choice]) => [
        format,
        typeof choice === "boolean" ? choice : section(choice as object, rawPackages?.[format]),
      ]),
    ),
    channels: (channels ?? []).map(({ channel, id, ...own }) => ({
      channel,
      ...(id === undefined ? {} : { id }),
      section: own,
    })),
  };
}

function toBuild(output: NonNullable<ConfigOutput["builds"]>[number], raw: object | undefined): BuildConfig {
  const isCommon = ([key]: [string, unknown]): boolean => key === "builder" || Object.hasOwn(buildEntries, key);
  const entries = Object.entries(output);
  const own = Object.fromEntries(entries.filter((entry) => !isCommon(entry)));
  const common = Object.fromEntries(entries.filter(isCommon)) as unknown as Omit<BuildConfig, "section">;
  return { ...common, section: section(own, raw) };
}

function section(values: object, raw: object | undefined): Section {
  return { values: { ...values }, written: Object.keys(raw ?? {}) };
}
