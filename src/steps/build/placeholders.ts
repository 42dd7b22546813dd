/** `{target}`, `{version}` … in a build's own keys: what differs between targets and releases. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Target } from "../../domain/target.ts";
import { parseTreePath } from "../../engines/values/tree-path.ts";
import type { BuildJob } from "../../ports/builder.ts";

const placeholderNames = ["target", "arch", "os", "version", "tag", "commit", "binary"] as const;
export type Placeholders = Readonly<Partial<Record<(typeof placeholderNames)[number], string>>>;

export function placeholdersOf(
  job: Pick<BuildJob, "target" | "version" | "tag" | "commit">,
  binary?: string,
): Placeholders {
  return {
    ...targetPlaceholders(job.target),
    version: job.version,
    tag: job.tag,
    commit: job.commit,
    ...(binary === undefined ? {} : { binary }),
  };
}

/** What is known when the plan is made. */
export function targetPlaceholders(target: Target): Placeholders {
  return { target: target.id, arch: target.architecture, os: target.system };
}

/** Braces around anything else stay: shells and templates use them too. */
export function fillPlaceholders(text: string, values: Placeholders): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name as keyof Placeholders] ?? whole);
}

/** A path in the tree with placeholders; one that is not known would become part of a file's name. */
export function parsePlacedPath(text: string): string {
  for (const [whole, name = ""] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (placeholderNames.some((known) => known === name)) continue;
    throw new ReleaseError("CONFIG_INVALID", {
      what: `${quoted(whole)} in ${quoted(text)} is not a placeholder.`,
      next: `Known ones: ${placeholderNames.map((known) => `{${known}}`).join(" ")}.`,
    });
  }
  return parseTreePath(text);
}
