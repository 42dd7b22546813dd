/**
 * The manifest: name, size and digest of every artifact, frozen before anything is signed. What is signed, approved and
 * published is this. Every file in it is reproducible bit for bit; detached signatures, logs and reports are not in it.
 */
import type { Artifact } from "./artifact.ts";
import type { Sha256 } from "./digest.ts";

export const manifestSchema = 1;
export const manifestFile = "manifest.json";

export interface Manifest {
  readonly schema: typeof manifestSchema;
  readonly project: string;
  readonly version: string;
  readonly tag: string;
  readonly commit: string;
  /** Digest of the plan (canonical JSON) that these artifacts were made by. */
  readonly plan: Sha256;
  /** Sorted by file name. */
  readonly artifacts: readonly Artifact[];
}

/** Part of a release, made by `build --only`: the artifacts of some targets. `build --merge` joins the parts. */
export interface PartialManifest extends Manifest {
  readonly targets: readonly string[];
}
