/**
 * The manifest as text, read back from a store, a folder or another machine (domain/manifest.ts). Invariant: every file
 * that a manifest names is a bare name, so no path of somebody else's is ever joined to a folder of ours.
 */
import * as v from "valibot";
import type { PlannedArtifact } from "../domain/artifact.ts";
import { manifestSchema, type Manifest, type PartialManifest } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { canonicalJson } from "../formats/canonical-json.ts";

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const bareName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][^/\\\p{Cc}]*$/u));
const artifact = v.looseObject({
  id: v.string(),
  kind: v.picklist(["binary", "archive", "deb", "formula", "source", "checksum"]),
  format: v.string(),
  file: bareName,
  target: v.exactOptional(v.string()),
  from: v.array(v.string()),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  sha256: digest,
});
const entries = {
  schema: v.literal(manifestSchema),
  project: v.string(),
  version: v.string(),
  tag: v.string(),
  commit: v.string(),
  plan: digest,
  artifacts: v.array(artifact),
};
const manifest = v.pipe(v.string(), v.parseJson(), v.looseObject(entries));
const part = v.pipe(v.string(), v.parseJson(), v.looseObject({ ...entries, targets: v.array(v.string()) }));

/** null where the text is no manifest, be it cut off, of another version or made up. */
export function readManifest(text: string): Manifest | null {
  const result = v.safeParse(manifest, text);
  return result.success ? result.output : null;
}

export function readPart(text: string): PartialManifest | null {
  const result = v.safeParse(part, text);
  return result.success ? result.output : null;
}

/** Files of the manifest that the plan does not mean in just this way. */
export function strangersIn({ artifacts }: Manifest, plan: Plan): readonly string[] {
  const meant = new Set(plan.artifacts.map(asPlanned));
  return artifacts.filter((made) => !meant.has(asPlanned(made))).map(({ file }) => file);
}

/** Whether the manifest names the very files of the plan, each once. */
export function isWhole(made: Manifest, plan: Plan): boolean {
  const ids = new Set(made.artifacts.map(({ id }) => id));
  const { length } = plan.artifacts;
  return strangersIn(made, plan).length === 0 && ids.size === length && made.artifacts.length === length;
}

/** What the plan knows of an artifact: all but its bytes. */
function asPlanned({ id, kind, format, file, target, from }: PlannedArtifact): string {
  return canonicalJson({ id, kind, format, file, from, ...(target === undefined ? {} : { target }) });
}
