/** Makes detached OpenPGP signatures (RFC 9580). One signer is one key; the secret never leaves the adapter. */
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
}

export interface Signer {
  key(): Promise<SigningKey>;
  /** ASCII-armored detached signature, SHA-512, dated `seconds` since 1970. */
  sign(content: AsyncIterable<Uint8Array>, seconds: number): Promise<string>;
  /** Whether a detached signature over the content was made by this very key. */
  verify(content: AsyncIterable<Uint8Array>, signature: string): Promise<boolean>;
}
