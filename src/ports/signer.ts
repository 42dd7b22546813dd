/** Makes detached OpenPGP signatures (RFC 9580). One signer is one key; the secret never leaves the adapter. */
import type { OpenPgpKey } from "../domain/key.ts";
import type { SigningSpec } from "../domain/project.ts";

export interface SigningKey {
  /** Full fingerprint of the primary key, upper-case hexadecimal. */
  readonly fingerprint: string;
  readonly userId: string;
  /** For example `ed25519` or `rsa4096`. */
  readonly algorithm: string;
  /** Creation of the key or of its signing subkey, whichever is later; seconds since 1970. */
  readonly created: number;
  /** Earliest expiry of key and signing subkey, seconds since 1970; null when it does not expire. */
  readonly expires: number | null;
  /** ASCII-armored public key. */
  readonly publicKey: string;
  /** What policy judges: every part with its self-signatures. */
  readonly certificate: OpenPgpKey;
}

/**
 * What a signature is over (RFC 9580, 5.2.1): bytes as they are, or text whose lines end in CR LF, as the signature
 * below a cleartext has it (formats/openpgp-cleartext.ts).
 */
export type SignedForm = "binary" | "text";

export interface Signer {
  /** Read without the secret being unlocked, so that an unfit key is refused before a passphrase is asked for. */
  key(): Promise<SigningKey>;
  /** Makes one signature and forgets it: a wrong passphrase or an absent agent shows in less than five seconds. */
  prove(): Promise<void>;
  /** ASCII-armored detached signature, SHA-512, dated `seconds` since 1970. `form`: binary where nothing is said. */
  sign(content: AsyncIterable<Uint8Array>, seconds: number, form?: SignedForm): Promise<string>;
  /** Whether a detached signature over the content was made by this very key. */
  verify(content: AsyncIterable<Uint8Array>, signature: string, form?: SignedForm): Promise<boolean>;
}

/**
 * The signer of a project: null where nothing is configured and the environment names no key. Failures: KEY_UNREADABLE,
 * KEY_FINGERPRINT, TOOL_MISSING (gpg).
 */
export type OpenSigner = (spec: SigningSpec) => Promise<Signer | null>;
