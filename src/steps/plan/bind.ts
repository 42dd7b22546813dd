/**
 * Binds a plan to the bytes that were made: fills in digests, and nothing else. It adds, drops and reorders nothing, so
 * what was shown is what is done.
 */
import type { Sha256 } from "../../domain/digest.ts";
import type { Manifest } from "../../domain/manifest.ts";
import type { Mutation } from "../../domain/mutation.ts";
import type { Plan } from "../../domain/plan.ts";

/** `digests`: file → digest of every file of the release; detached signatures and the manifest among them. */
export function bind(plan: Plan, manifest: Manifest, digests: ReadonlyMap<string, Sha256>): Plan {
  if (manifest.commit !== plan.commit || manifest.tag !== plan.tag) throw new Error("the manifest is not of this plan");
  return { ...plan, mutations: plan.mutations.map((mutation) => bindMutation(mutation, digests)) };
}

function bindMutation(mutation: Mutation, digests: ReadonlyMap<string, Sha256>): Mutation {
  if (mutation.change.kind === "move") return mutation;
  const { content } = mutation.change;
  const sha256 = digests.get(content.file);
  if (sha256 === undefined) throw new Error(`${mutation.key}: nothing was made for ${content.file}`);
  return { ...mutation, change: { kind: "create", content: { ...content, sha256 } } };
}
