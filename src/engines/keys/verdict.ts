/** The verdict of each supported suite's apt on a whole key: the worst of what its parts and self-signatures get. */
import { signingPart, type KeyPart, type OpenPgpKey } from "../../domain/key.ts";
import { algorithmRow, hashRow, suites, type Acceptance, type Suite } from "./suites.ts";

export interface SuiteVerdict {
  readonly suite: Suite;
  readonly acceptance: Acceptance;
  /** What made it less than accepted. */
  readonly reasons: readonly string[];
}

interface Trait {
  readonly text: string;
  readonly row: readonly Acceptance[];
}

/** `now` in seconds since 1970. */
export function judgeKey(key: OpenPgpKey, now: number): readonly SuiteVerdict[] {
  const traits = traitsOf(key, now);
  return suites.map((suite, index) => {
    const marks = traits.map(({ text, row }) => ({ text, acceptance: row[index] ?? "untried" }));
    const acceptance = worst(marks.map((mark) => mark.acceptance));
    const reasons = marks.filter((mark) => mark.acceptance !== "accepted").map(({ text }) => text);
    return { suite, acceptance, reasons: [...new Set(reasons)] };
  });
}

function traitsOf(key: OpenPgpKey, now: number): readonly Trait[] {
  const signing = signingPart(key, now);
  const parts = signing === null || signing === key.primary ? [key.primary] : [key.primary, signing];
  return parts.flatMap((part) => [
    { text: nameOf(part), row: algorithmRow(part, now) },
    ...part.hashes.map((hash) => ({ text: `${hash} self-signature`, row: hashRow(hash) })),
  ]);
}

/** `rsa1024`, or with its version where that is not the usual one: `ed25519-alg27 (version 6)`. */
export function nameOf(part: KeyPart): string {
  return part.version === 4 ? part.algorithm : `${part.algorithm} (version ${part.version})`;
}

function worst(marks: readonly Acceptance[]): Acceptance {
  const order: readonly Acceptance[] = ["refused", "untried", "warned"];
  return order.find((acceptance) => marks.includes(acceptance)) ?? "accepted";
}
