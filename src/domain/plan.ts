/**
 * The plan: every artifact with its file name, every step, every mutation per channel in order. It holds no time, host,
 * path, user or environment value, so two machines make the same plan of the same tag; its digest (engines/plan-digest) is over what is made.
 */
import type { PlannedArtifact } from "./artifact.ts";
import type { Sha256 } from "./digest.ts";
import type { Mutation } from "./mutation.ts";

export const planSchema = 1;

export interface Plan {
  readonly schema: typeof planSchema;
  readonly project: string;
  readonly version: string;
  readonly tag: string;
  readonly commit: string;
  /** Digests of what replaces or adds to the tag's tree: `--config` and `source.overlay`. */
  readonly overrides: Readonly<Record<string, Sha256>>;
  readonly builds: readonly PlannedBuild[];
  readonly artifacts: readonly PlannedArtifact[];
  /** Fingerprint that signatures are made with where the configuration pins one, "unpinned", or null when unsigned. */
  readonly signer: string | null;
  readonly mutations: readonly Mutation[];
}

export interface PlannedBuild {
  /** `<build id>:<target id>`; artifacts refer to it. */
  readonly id: string;
  readonly build: string;
  readonly builder: string;
  readonly target: string;
  readonly binaries: readonly string[];
  /** The commands as the user would type them, for reading. */
  readonly commands: readonly string[];
  /** Names of the environment variables that the build sees, sorted. */
  readonly environment: readonly string[];
}
