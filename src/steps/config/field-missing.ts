/** Fields that something cannot do without: who asks, and the line that answers. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { About } from "../../domain/project.ts";
import type { Packager } from "../../ports/packager.ts";

export interface Missing {
  readonly package: string;
  /** One of them suffices; the first is the one that always does, and that is asked for. */
  readonly fields: readonly (keyof About)[];
}

const lines: Readonly<Record<keyof About, string>> = {
  summary: "summary: What the program does, in one line",
  description: "description: Some sentences on what the program does",
  homepage: "homepage: https://…",
  repository: "repository: https://…",
  license: "license: MIT",
  maintainer: "maintainer: Your Name <you@…>",
};

export function missingFor({ format, needs = [] }: Packager, about: About): readonly Missing[] {
  return needs
    .map((need) => (typeof need === "string" ? [need] : need))
    .filter((fields) => fields.every((field) => about[field] === undefined))
    .map((fields) => ({ package: format, fields }));
}

/** `deb needs maintainer and summary; formula needs summary and repository` */
export function needsText(missing: readonly Missing[]): string {
  const formats = [...new Set(missing.map((one) => one.package))];
  const words = (format: string): string =>
    missing
      .filter((one) => one.package === format)
      .map(({ fields: [first = "summary"] }) => first)
      .join(" and ");
  return formats.map((format) => `${format} needs ${words(format)}`).join("; ");
}

/** The line that answers: of several fields the first. */
export function lineFor({ fields: [first = "summary"] }: Missing): string {
  return lines[first];
}

/** The lines to add to the configuration, each once. */
export function linesFor(missing: readonly Missing[]): readonly string[] {
  return [...new Set(missing.map(lineFor))];
}

export function fieldMissing(what: string, line: string, details: readonly string[] = []): ReleaseError {
  return new ReleaseError("PROJECT_FIELD_MISSING", { what, next: `Add to ggen-release.yaml: ${line}`, details });
}
