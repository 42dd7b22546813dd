/**
 * What apt of each supported suite says to a key, measured with apt 2.2.4, 2.6.1, 2.7.14, 3.0.3, 3.2.0 and 3.3.3.
 * bullseye, bookworm, noble and resolute verify by gpgv, trixie and forky by sqv with apt's default-sequoia.config.
 * Invariant: what nobody has tried is not promised, and says so.
 */
import type { KeyPart } from "../../domain/key.ts";

export const suites = ["bullseye", "bookworm", "noble", "trixie", "resolute", "forky"] as const;
export type Suite = (typeof suites)[number];

export type Acceptance = "accepted" | "warned" | "untried" | "refused";

type Row = readonly [Acceptance, Acceptance, Acceptance, Acceptance, Acceptance, Acceptance];

const [yes, warn, no] = ["accepted", "warned", "refused"] as const;

const everywhere: Row = [yes, yes, yes, yes, yes, yes];
const untried: Row = ["untried", "untried", "untried", "untried", "untried", "untried"];
const sequoiaOnly: Row = [no, no, no, yes, no, yes];
const gpgvOnly: Row = [yes, yes, yes, no, yes, no];

/** 2030-02-01: `rsa2048` in default-sequoia.config, which stands for moduli of 2048 to 3071 bits. */
export const rsa2048End = 1_896_134_400;

const byAlgorithm: readonly (readonly [RegExp, Row])[] = [
  [/^ed25519$/, everywhere],
  [/^(ed25519-alg27|ed448-alg28)$/, sequoiaOnly],
  [/^nistp256$/, [yes, yes, warn, yes, yes, yes]],
  [/^nistp521$/, [yes, yes, warn, yes, no, yes]],
  [/^brainpool/, [yes, yes, warn, no, warn, no]],
  [/^dsa/, [yes, yes, warn, no, no, no]],
];

const byHash: Readonly<Record<string, Row>> = {
  sha256: everywhere,
  sha384: everywhere,
  sha512: everywhere,
  // sqv refuses both since 2026-02-01.
  sha1: gpgvOnly,
  sha224: gpgvOnly,
  md5: [no, no, no, no, no, no],
};

/** What the algorithm, size and version of a part make of it, in the order of `suites`. */
export function algorithmRow(part: KeyPart, now: number): Row {
  if (part.version === 6) return sequoiaOnly;
  if (part.version !== 4) return untried;
  const bits = /^rsa(\d+)$/.exec(part.algorithm)?.[1];
  if (bits !== undefined) return rsaRow(Number(bits), now);
  return byAlgorithm.find(([pattern]) => pattern.test(part.algorithm))?.[1] ?? untried;
}

function rsaRow(bits: number, now: number): Row {
  if (bits >= 3072) return everywhere;
  if (bits < 2048) return [yes, yes, warn, no, no, no];
  return now < rsa2048End ? [yes, yes, yes, warn, yes, warn] : gpgvOnly;
}

/** What the hash of a self-signature makes of the part that it holds. */
export function hashRow(hash: string): Row {
  return byHash[hash] ?? untried;
}
