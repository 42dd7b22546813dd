/** What a check or a preflight found. A check that did not run did not pass: `not-run` is its own verdict. */
import type { ErrorCode } from "./errors/index.ts";

export type Verdict = "pass" | "warn" | "fail" | "not-run";

export interface Finding {
  readonly id: string;
  readonly verdict: Verdict;
  /** One line for the person who reads it, with the value seen. */
  readonly message: string;
  /** What to do about it; absent for a pass. */
  readonly next?: string;
  /** The catalogued failure that a `fail` becomes when it stops a run. */
  readonly code?: ErrorCode;
}
