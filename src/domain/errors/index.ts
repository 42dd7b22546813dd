/**
 * Every failure that a user can meet has a stable code, an exit code and four answers: what happened with the value
 * seen, why it matters, and the next command to type. docs/errors.md is generated from this table.
 */
import { aptErrors } from "./apt.ts";
import { buildErrors } from "./build.ts";
import { configErrors } from "./config.ts";
import { keyErrors } from "./key.ts";
import { networkErrors } from "./network.ts";
import { packageErrors } from "./package.ts";
import { releaseErrors } from "./release.ts";
import { sourceErrors } from "./source.ts";
import type { ErrorEntry, ExitCode } from "./table.ts";
import { versionErrors } from "./version.ts";

export type { ExitCode } from "./table.ts";

export const errorCatalogue = {
  ...configErrors,
  ...versionErrors,
  ...sourceErrors,
  ...buildErrors,
  ...packageErrors,
  ...keyErrors,
  ...aptErrors,
  ...networkErrors,
  ...releaseErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** What happened, with the value seen, and the next thing to do. `details` are further lines (a table, a log's tail). */
export interface Occurrence {
  readonly what: string;
  readonly next: string;
  readonly details?: readonly string[];
}

/** A catalogued failure. Thrown where a run cannot go on; its message is the whole text a user needs. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
  readonly details: readonly string[];

  constructor(code: ErrorCode, occurrence: Occurrence, options?: ErrorOptions) {
    // One line each, whatever was quoted from others.
    const [what, next] = [oneLine(occurrence.what), oneLine(occurrence.next)];
    super(`${code}: ${what}`, options);
    this.code = code;
    this.what = what;
    this.next = next;
    this.details = occurrence.details ?? [];
  }

  get exit(): ExitCode {
    return entryOf(this.code).exit;
  }

  get why(): string {
    return entryOf(this.code).why;
  }
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]\s*/g, "; ");
}

function entryOf(code: ErrorCode): ErrorEntry {
  return errorCatalogue[code];
}

export function isReleaseError(thrown: unknown): thrown is ReleaseError {
  return thrown instanceof ReleaseError;
}
