/**
 * An OpenPGP key as policy sees it (RFC 9580): what its self-signatures say, after they were verified. It holds no
 * secret, so it may be shown, compared and written anywhere.
 */
export interface OpenPgpKey {
  readonly primary: KeyPart;
  readonly subkeys: readonly KeyPart[];
  /** Text of the newest user id, or "" where none is valid. */
  readonly userId: string;
  /** ASCII-armored public key. */
  readonly publicKey: string;
}

/** The primary key or one subkey. */
export interface KeyPart {
  /** Upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Version of the key packet: 4 is what every supported apt reads. */
  readonly version: number;
  /** `ed25519` (algorithm 22), `rsa4096`, `nistp256`, `ed25519-alg27` … */
  readonly algorithm: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds since 1970; null when it does not expire. */
  readonly expires: number | null;
  /** Reason of the revocation in words; null when it is not revoked. */
  readonly revoked: string | null;
  /** Whether its key flags let it sign data, and the signature proving that it wants to belong to this key is there. */
  readonly signs: boolean;
  /** Hash algorithms of the newest self-signatures that hold it: `sha256` … Empty where none verifies. */
  readonly hashes: readonly string[];
  /** Whether the secret half is at hand; the primary's is absent where it is kept offline. */
  readonly secret: boolean;
}

/** Clocks of two machines may differ by this many seconds: signatures are dated back by it, and accepted ahead by it. */
export const clockTolerance = 60;

/** The part that makes signatures: the newest live subkey, else the primary; a dead one only where none is alive. */
export function signingPart(key: OpenPgpKey, now: number): KeyPart | null {
  const able = [...key.subkeys.toSorted((a, b) => b.created - a.created), key.primary].filter(({ signs }) => signs);
  const alive = able.filter((part) => isAlive(part, now));
  return alive.find(({ secret }) => secret) ?? alive[0] ?? able[0] ?? null;
}

/** Neither revoked nor expired, and made before now. */
function isAlive(part: KeyPart, now: number): boolean {
  return part.revoked === null && !isExpired(part, now) && part.created <= now + clockTolerance;
}

export function isExpired(part: KeyPart, now: number): boolean {
  return part.expires !== null && part.expires <= now;
}

/** Where a signature must not be dated before, and until when it may be made. */
export function lifetime(
  key: OpenPgpKey,
  part: KeyPart,
): { readonly created: number; readonly expires: number | null } {
  const ends = [key.primary.expires, part.expires].filter((end) => end !== null);
  return {
    created: Math.max(key.primary.created, part.created),
    expires: ends.length === 0 ? null : Math.min(...ends),
  };
}
