/**
 * A mutation is one change of one channel, as data. The plan holds all of them in order; the transaction
 * (engines/transaction) settles them one by one.
 */
import type { Sha256 } from "./digest.ts";

/** stage: invisible to users · publish: visible, mostly irreversible · promote: pointers that users follow. */
export const phases = ["stage", "publish", "promote"] as const;
export type Phase = (typeof phases)[number];

/** How a mutation can be taken back: by deleting, by superseding with another version, or not at all. */
export type Reversal = "delete" | "supersede" | "none";

/**
 * The bytes that a mutation carries: a file of the release. Before the build only its name is known; `bind` adds the
 * digest, and nothing else.
 */
export interface ContentReference {
  readonly file: string;
  readonly sha256?: Sha256;
  /** A detached signature: what counts is that it verifies over this file; its bytes differ at every making. */
  readonly signs?: string;
}

/** create: absent → these bytes, once and for ever. move: a pointer goes from one value to another. */
export type Change =
  | { readonly kind: "create"; readonly content: ContentReference }
  | { readonly kind: "move"; readonly to: string; readonly from?: string | null };

export interface Mutation {
  /** Unique in the plan and stable over runs: `folder:create:SHA256SUMS`. */
  readonly key: string;
  /** Id of the channel that applies it. */
  readonly channel: string;
  readonly phase: Phase;
  /** Keys of the mutations that must be done first. */
  readonly after: readonly string[];
  readonly change: Change;
  /** The thing that changes, in the channel's own words: its package, tag, path. Only the channel reads it. */
  readonly object: Readonly<Record<string, string>>;
  /** What it does, in one line for the person who reads the plan. */
  readonly does: string;
  readonly reversal: Reversal;
}

/** What a channel answers about a mutation's object at this moment. */
export type Observation =
  | { readonly state: "absent" }
  /** The object is there, with these bytes. */
  | { readonly state: "present"; readonly sha256: Sha256 }
  /** The object is there as far as names go, and cannot be read yet. */
  | { readonly state: "pending" }
  /** The pointer's value; null where it does not exist. */
  | { readonly state: "at"; readonly value: string | null };

/** How a mutation ended. Only `done` lets what comes after it begin. */
export type Settlement =
  | { readonly outcome: "done"; readonly already: boolean }
  | { readonly outcome: "conflict"; readonly wanted: string; readonly seen: string }
  | { readonly outcome: "incomplete"; readonly reason: string; readonly error?: unknown };
