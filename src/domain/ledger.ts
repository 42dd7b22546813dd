/**
 * The ledger explains what a run did to the world: `releases/<tag>/ledger.jsonl`, one JSON object a line, append-only.
 * It is never needed to be right; a damaged one is set aside and the channels are observed instead.
 */
import type { Sha256 } from "./digest.ts";

export type LedgerEntry =
  | { readonly at: string; readonly type: "run"; readonly plan: Sha256; readonly manifest: Sha256 }
  | { readonly at: string; readonly type: "intent"; readonly key: string; readonly wanted: string }
  | { readonly at: string; readonly type: "done"; readonly key: string; readonly already: boolean }
  | {
      readonly at: string;
      readonly type: "conflict";
      readonly key: string;
      readonly wanted: string;
      readonly seen: string;
    }
  | { readonly at: string; readonly type: "incomplete"; readonly key: string; readonly reason: string }
  | { readonly at: string; readonly type: "released"; readonly manifest: Sha256 };
