/**
 * The digest that names a plan: of what is made, by what, from what. Who signs it and where it is published are not part
 * of it, so a build machine without key and channels, and a maintainer with both, mean the same release.
 */
import type { Sha256 } from "../domain/digest.ts";
import type { Plan } from "../domain/plan.ts";
import { digestOfValue } from "./hash.ts";

export function digestOfPlan({ schema, project, version, tag, commit, overrides, builds, artifacts }: Plan): Sha256 {
  return digestOfValue({ schema, project, version, tag, commit, overrides, builds, artifacts });
}
