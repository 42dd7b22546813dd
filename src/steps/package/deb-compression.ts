/** Which compression a project's packages get: part of the plan, so it depends on the configuration alone. */
import type { Project } from "../../domain/project.ts";
import { chooseCompression, type DebCompression } from "../../engines/deb/compression.ts";
import type { DebSection } from "./deb-section.ts";

/** `from`: planned builds whose programs go in. */
export function compressionOf(
  { builds }: Pick<Project, "builds">,
  { compression = "auto", suites = [] }: Pick<DebSection, "compression" | "suites">,
  from: readonly string[],
): DebCompression {
  const node = builds.filter(({ builder }) => builder === "node").map(({ id }) => id);
  const large = from.some((planned) => node.some((id) => planned.startsWith(`${id}:`)));
  return chooseCompression(compression, suites, large);
}
