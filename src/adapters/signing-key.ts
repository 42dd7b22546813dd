/** A key as signers present it (ports/signer.ts): which part signs, and from when until when. */
import { lifetime, signingPart, type OpenPgpKey } from "../domain/key.ts";
import type { SigningKey } from "../ports/signer.ts";

/** `now` in seconds since 1970. A key that cannot sign is presented by its primary part: policy refuses it. */
export function signingKeyOf(key: OpenPgpKey, now: number): SigningKey {
  const part = signingPart(key, now) ?? key.primary;
  return {
    fingerprint: key.primary.fingerprint,
    userId: key.userId,
    algorithm: part.algorithm,
    ...lifetime(key, part),
    publicKey: key.publicKey,
    certificate: key,
  };
}
