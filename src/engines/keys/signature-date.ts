import { clockTolerance } from "../../domain/key.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SigningKey } from "../../ports/signer.ts";

/** Seconds since 1970. Dated back, because sqv refuses a signature of the next second; never before the key, because everybody does. */
export function signatureDate({ created }: Pick<SigningKey, "created">, clock: Clock): number {
  return Math.max(created, Math.floor(clock.now() / 1000) - clockTolerance);
}
