/**
 * Joins parsing functions, which throw ReleaseErrors, to valibot schemas, which collect issues: so that one function
 * serves the configuration, detected values and tests. Invariant: code, text and next step survive the passage.
 */
import * as v from "valibot";
import {
  type ErrorCode,
  type Occurrence,
  ReleaseError,
  errorCatalogue,
  isReleaseError,
} from "../../domain/errors/index.ts";

export interface Refusal extends Occurrence {
  readonly code: ErrorCode;
}

/** A pipe's last action: the function's result, or an issue that carries its ReleaseError. */
export function parsed<Output>(parse: (text: string) => Output): v.RawTransformAction<string, Output> {
  return v.rawTransform<string, Output>(({ dataset, addIssue, NEVER }) => {
    try {
      return parse(dataset.value);
    } catch (error) {
      if (!isReleaseError(error)) throw error;
      addIssue({ message: writeRefusal(error) });
      return NEVER;
    }
  });
}

/** The message of an issue. What comes from elsewhere (a plain valibot check) is CONFIG_INVALID. */
export function readRefusal(message: string, next: string): Refusal {
  const [, code = "", what = "", rest = ""] = /^([A-Z_]+): ([^\n]*)\n([\s\S]*)$/.exec(message) ?? [];
  return Object.hasOwn(errorCatalogue, code)
    ? { code: code as ErrorCode, what, next: rest }
    : { code: "CONFIG_INVALID", what: message.replace(/[^.]$/, "$&."), next };
}

function writeRefusal(error: ReleaseError): string {
  return `${error.code}: ${error.what.replaceAll("\n", " ")}\n${error.next}`;
}
