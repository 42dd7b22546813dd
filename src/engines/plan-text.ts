/**
 * The bound plan as text (`plan.json`), read back from a release on disk (domain/plan.ts). Invariant: what is answered
 * has no key beside those that the digest of a plan, or a check of its own, speaks of.
 */
import * as v from "valibot";
import { planSchema, type Plan } from "../domain/plan.ts";

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const plannedArtifact = v.looseObject({
  id: v.string(),
  kind: v.picklist(["binary", "archive", "deb", "formula", "source", "checksum"]),
  format: v.string(),
  file: v.string(),
  target: v.exactOptional(v.string()),
  from: v.array(v.string()),
});
const plannedBuild = v.looseObject({
  id: v.string(),
  build: v.string(),
  builder: v.string(),
  target: v.string(),
  binaries: v.array(v.string()),
  commands: v.array(v.string()),
  environment: v.array(v.string()),
});
const create = v.strictObject({
  kind: v.literal("create"),
  content: v.strictObject({
    file: v.string(),
    sha256: v.exactOptional(digest),
    signs: v.exactOptional(v.string()),
  }),
});
const move = v.strictObject({
  kind: v.literal("move"),
  to: v.string(),
  from: v.exactOptional(v.nullable(v.string())),
});
const mutation = v.strictObject({
  key: v.string(),
  channel: v.string(),
  phase: v.picklist(["stage", "publish", "promote"]),
  after: v.array(v.string()),
  change: v.variant("kind", [create, move]),
  object: v.record(v.string(), v.string()),
  does: v.string(),
  reversal: v.picklist(["delete", "supersede", "none"]),
});
const plan = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    schema: v.literal(planSchema),
    project: v.string(),
    version: v.string(),
    tag: v.string(),
    commit: v.string(),
    overrides: v.record(v.string(), digest),
    builds: v.array(plannedBuild),
    artifacts: v.array(plannedArtifact),
    signer: v.nullable(v.string()),
    mutations: v.array(mutation),
  }),
);

/** null where the text is no plan, be it cut off, of another version or made up. */
export function readPlan(text: string): Plan | null {
  const result = v.safeParse(plan, text);
  return result.success ? result.output : null;
}
