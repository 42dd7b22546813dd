/** Finding, making and checking OpenPGP keys. Nothing that it answers holds a secret, but for a key that was just made. */
import type { OpenPgpKey } from "../domain/key.ts";
import type { SigningSpec } from "../domain/project.ts";
import type { Bytes } from "./files.ts";
import type { Ports } from "./index.ts";
import type { SignedForm } from "./signer.ts";

export interface Keys {
  /** The key that a project or the environment names, not unlocked; null where none is named. */
  find(spec: SigningSpec): Promise<FoundKey | null>;
  /** The user's own keys in gpg, not unlocked; empty where there is no gpg. */
  inGpg(): Promise<readonly FoundKey[]>;
  /** A new key: Ed25519, certifying primary and signing subkey, SHA-512, locked where the environment has a passphrase. */
  generate(request: KeyRequest): Promise<GeneratedKey>;
  /** Checks a detached signature with somebody's public key. */
  verify(publicKey: string, content: Bytes, signature: string, form?: SignedForm): Promise<SignatureVerdict>;
}

export interface FoundKey {
  /** Where it was found, for people: `$GGEN_RELEASE_KEY`, a path, `gpg`. */
  readonly where: string;
  readonly key: OpenPgpKey;
}

export interface KeyRequest {
  readonly name: string;
  readonly mail: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds that it lives; null for a key that does not expire. */
  readonly lifetime: number | null;
}

/** Armored texts of a key that was just made. */
export interface GeneratedKey {
  readonly key: OpenPgpKey;
  /** Everything: what the backup holds and nothing else needs. */
  readonly secret: string;
  /** The signing subkey alone: what signs releases. */
  readonly signing: string;
  readonly revocation: string;
  /** Whether a passphrase protects the two secret texts. */
  readonly locked: boolean;
}

export type SignatureVerdict =
  | {
      readonly good: true;
      /** Of the primary key. */
      readonly fingerprint: string;
      /** Of the part that signed. */
      readonly signedBy: string;
      /** Seconds since 1970. */
      readonly created: number;
    }
  | { readonly good: false; readonly why: string };

/** What operations on keys need. */
export type KeyPorts = Ports & { readonly keys: Keys };
