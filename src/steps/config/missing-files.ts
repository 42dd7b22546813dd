/** Files that the configuration names and the tree does not hold: each would stop a release later, or be left out of it. */
import type { Finding } from "../../domain/finding.ts";
import { nearest } from "../../domain/nearest.ts";
import { quoted } from "../../domain/quoted.ts";
import { matchGlob } from "../../engines/values/glob.ts";
import type { Config } from "./config.ts";

export function missingFiles({ documents, version }: Config, paths: readonly string[]): readonly Finding[] {
  const { command: _, ...completions } = documents?.completions ?? {};
  const named: readonly (readonly [string, string])[] = [
    ...(documents?.files ?? []).map((path) => ["documents.files", path] as const),
    ...(documents?.man ?? []).map((path) => ["documents.man", path] as const),
    ...Object.entries(completions).map(([shell, path]) => [`documents.completions.${shell}`, path] as const),
    ...(version?.places ?? []).map(({ file }) => ["version.places", file] as const),
  ];
  return named
    .filter(([, path]) => matchGlob(path, paths).length === 0)
    .map(([key, path]) => {
      const guess = nearest(path, paths);
      return {
        id: key,
        verdict: "fail" as const,
        code: key === "version.places" ? ("VERSION_PLACE_UNREADABLE" as const) : ("PACKAGE_FILE_MISSING" as const),
        message: `${key} names ${quoted(path)}, and the tree has no such file`,
        next: `${guess === undefined ? "" : `Did you mean ${guess}? `}Add the file, or take the entry out.`,
      };
    });
}
