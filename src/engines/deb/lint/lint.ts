/** Checks a package: every tag over what was read of it, less what the package's own overrides silence. */
import { type Override, overrides, parseOverrides } from "./overrides.ts";
import type { Subject } from "./subject.ts";
import type { LintTag, Severity } from "./tag.ts";
import { allTags } from "./tags.ts";

export interface LintFinding {
  readonly tag: string;
  readonly severity: Severity;
  /** As lintian writes it; empty where there is nothing to add. */
  readonly context: string;
  /** Silenced by the package's own override file. */
  readonly overridden: boolean;
}

/** A package with a fault in every file would fill the screen and the memory. */
const mostOfOneTag = 1000;
const mostOverridesOfOneTag = 1000;

export function lint(deb: Subject, tags: readonly LintTag[] = allTags): readonly LintFinding[] {
  const declared = overridesOf(deb);
  const budget = { steps: 100_000_000 };
  return tags.flatMap(({ tag, severity, find }) => {
    const own = declared.filter((one) => one.tag === tag).slice(0, mostOverridesOfOneTag);
    const contexts = new Set<string>();
    for (const context of find(deb)) {
      if (contexts.size === mostOfOneTag) break;
      contexts.add(context);
    }
    return [...contexts].map((context) => ({
      tag,
      severity,
      context,
      overridden: own.some((one) => overrides(one, { tag, context }, deb.architecture, budget)),
    }));
  });
}

function overridesOf({ byPath, name }: Subject): readonly Override[] {
  const folder = "usr/share/lintian/overrides";
  const file = byPath.get(`${folder}/${name}`) ?? byPath.get(`${folder}/${name}.gz`);
  return parseOverrides(file?.text ?? "", name);
}
