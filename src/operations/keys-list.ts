/** `keys list`: the keys that the configuration, the environment and gpg name, and what apt of each suite says to them. */
import type { ErrorCode } from "../domain/errors/index.ts";
import { isReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import { lifetime, signingPart } from "../domain/key.ts";
import type { SigningSpec } from "../domain/project.ts";
import { examineKey } from "../engines/keys/examine.ts";
import { judgeKey, nameOf, type SuiteVerdict } from "../engines/keys/verdict.ts";
import type { FoundKey, KeyPorts } from "../ports/keys.ts";

export interface KeysListOptions {
  /** Of the project; `{ with: "none", said: false }` where there is no configuration. */
  readonly signing: SigningSpec;
}

export interface KeysListResult {
  readonly keys: readonly ListedKey[];
  /** Keys that are named and cannot be read. */
  readonly unreadable: readonly UnreadableKey[];
}

export interface ListedKey {
  /** `$GGEN_RELEASE_KEY`, a path, or `gpg`. */
  readonly where: string;
  /** Whether it is the one that signs this project's releases. */
  readonly used: boolean;
  readonly fingerprint: string;
  readonly signingFingerprint: string | null;
  readonly userId: string;
  /** Of the part that signs. */
  readonly algorithm: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly expires: number | null;
  readonly suites: readonly SuiteVerdict[];
  /** What speaks against it: failures refuse a release, warnings do not. */
  readonly findings: readonly Finding[];
}

interface UnreadableKey {
  readonly where: "configuration" | "gpg";
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
}

export async function keysList(ports: KeyPorts, { signing }: KeysListOptions): Promise<KeysListResult> {
  const now = Math.floor(ports.clock.now() / 1000);
  const named = await readable("configuration", async () => {
    const found = await ports.keys.find(signing);
    return found === null ? [] : [found];
  });
  const inGpg = await readable("gpg", () => ports.keys.inGpg());
  const chosen = new Set(named.keys.map(({ key }) => key.primary.fingerprint));
  const others = inGpg.keys.filter(({ key }) => signing.with !== "gpg" || !chosen.has(key.primary.fingerprint));
  return {
    keys: [...named.keys.map((found) => listed(found, true, now)), ...others.map((found) => listed(found, false, now))],
    unreadable: [...named.unreadable, ...inGpg.unreadable],
  };
}

async function readable(
  where: UnreadableKey["where"],
  find: () => Promise<readonly FoundKey[]>,
): Promise<{ readonly keys: readonly FoundKey[]; readonly unreadable: readonly UnreadableKey[] }> {
  try {
    return { keys: await find(), unreadable: [] };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return { keys: [], unreadable: [{ where, code: error.code, what: error.what, next: error.next }] };
  }
}

function listed({ where, key }: FoundKey, used: boolean, now: number): ListedKey {
  const part = signingPart(key, now);
  return {
    where,
    used,
    fingerprint: key.primary.fingerprint,
    signingFingerprint: part?.fingerprint ?? null,
    userId: key.userId,
    algorithm: nameOf(part ?? key.primary),
    ...lifetime(key, part ?? key.primary),
    suites: judgeKey(key, now),
    findings: examineKey(key, now),
  };
}
