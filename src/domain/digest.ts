/** A SHA-256 digest: 64 lower-case hexadecimal digits, no prefix (FIPS 180-4). */
export type Sha256 = string;

/** Size in bytes and digest of a file's content: what makes two files the same. */
export interface Content {
  readonly size: number;
  readonly sha256: Sha256;
}
