/**
 * What speaks against signing with a key, before anything is built. Every reason is its own finding with its own code;
 * none is found by trying to sign.
 */
import type { Finding } from "../../domain/finding.ts";
import { ReleaseError, type ErrorCode } from "../../domain/errors/index.ts";
import { clockTolerance, isExpired, lifetime, signingPart, type KeyPart, type OpenPgpKey } from "../../domain/key.ts";
import { formatTime } from "../../formats/time.ts";
import { judgeKey, type SuiteVerdict } from "./verdict.ts";

/** A key that ends within this time is warned about: rotating one takes users' time. */
const noticeDays = 60;
const day = 86_400;

/** All that is wrong, failures first; empty for a key without fault. `now` in seconds since 1970. */
export function examineKey(key: OpenPgpKey, now: number): readonly Finding[] {
  const part = signingPart(key, now);
  const failures = [
    ...revoked(key.primary, "The key"),
    ...weak(key, now),
    ...unbound(key),
    ...expired(key.primary, "The key", now),
    ...(part === null ? [cannotSign(key)] : part === key.primary ? [] : unfitSubkey(part, now)),
    ...(part !== null && !part.secret ? [secretMissing(part)] : []),
    ...(part === null ? [] : fromTheFuture(key, part, now)),
  ];
  return [...failures, ...(failures.length === 0 ? warnings(key, now) : [])];
}

/** Throws the first failure with all others as details; answers the warnings. */
export function demandFitKey(key: OpenPgpKey, now: number): readonly Finding[] {
  const findings = examineKey(key, now);
  const [first, ...others] = findings.filter(({ verdict }) => verdict === "fail");
  if (first === undefined) return findings;
  throw new ReleaseError(first.code ?? "KEY_WEAK", {
    what: first.message,
    next: first.next ?? "",
    details: others.map(({ message }) => message),
  });
}

function fail(code: ErrorCode, message: string, next: string): Finding {
  return { id: "key", verdict: "fail", code, message, next };
}

const makeAnother = "Make a key that every supported apt accepts: ggen-release keys new";

function revoked(part: KeyPart, what: string): readonly Finding[] {
  if (part.revoked === null) return [];
  return [
    fail(
      "KEY_REVOKED",
      `${what} ${part.fingerprint} is revoked: ${part.revoked}.`,
      `Sign with another key. ${makeAnother}`,
    ),
  ];
}

function unbound({ primary }: OpenPgpKey): readonly Finding[] {
  if (primary.hashes.length > 0 || primary.revoked !== null) return [];
  return [
    fail(
      "KEY_UNREADABLE",
      `Key ${primary.fingerprint} (${primary.algorithm}) has no self-signature that verifies.`,
      "Export the key again from where it was made: the copy is damaged, or of a kind that cannot be checked.",
    ),
  ];
}

function weak(key: OpenPgpKey, now: number): readonly Finding[] {
  const verdicts = judgeKey(key, now);
  const refusing = verdicts.filter(({ acceptance }) => acceptance === "refused");
  if (refusing.length > 0) {
    return [
      fail("KEY_WEAK", `${sentence(key, refusing)}: refused by apt of ${namesOf(refusing)}.`, remedy(key, refusing)),
    ];
  }
  const untried = verdicts.filter(({ acceptance }) => acceptance === "untried");
  if (untried.length === 0) return [];
  return [
    fail("KEY_WEAK", `${sentence(key, untried)}: never tried with apt, so nothing is promised for it.`, makeAnother),
  ];
}

function sentence(key: OpenPgpKey, verdicts: readonly SuiteVerdict[]): string {
  const reasons = [...new Set(verdicts.flatMap((verdict) => verdict.reasons))];
  return `Key ${key.primary.fingerprint} has ${reasons.join(", ")}`;
}

function namesOf(verdicts: readonly SuiteVerdict[]): string {
  return verdicts.map(({ suite }) => suite).join(", ");
}

/** Self-signatures can be made again; an algorithm cannot be changed. */
function remedy({ primary }: OpenPgpKey, verdicts: readonly SuiteVerdict[]): string {
  const onlySignatures = verdicts.every(({ reasons }) => reasons.every((reason) => reason.endsWith("self-signature")));
  return onlySignatures
    ? `Make its self-signatures again: gpg --cert-digest-algo SHA512 --quick-set-expire ${primary.fingerprint} 2y; replace an old signing subkey (docs/keys.md).`
    : makeAnother;
}

function expired(part: KeyPart, what: string, now: number): readonly Finding[] {
  if (!isExpired(part, now)) return [];
  return [
    fail(
      "KEY_EXPIRED",
      `${what} ${part.fingerprint} expired on ${dayOf(part.expires)}.`,
      "Extend it with the primary key and give the new public key to users (docs/keys.md), or sign with another key.",
    ),
  ];
}

function unfitSubkey(part: KeyPart, now: number): readonly Finding[] {
  return [...revoked(part, "The signing subkey"), ...expired(part, "The signing subkey", now)];
}

function cannotSign({ primary, subkeys }: OpenPgpKey): Finding {
  const parts = subkeys.length === 0 ? "no subkey" : `${subkeys.length} subkeys, none of which may sign`;
  return fail(
    "KEY_CANNOT_SIGN",
    `Key ${primary.fingerprint} only certifies, and it has ${parts}.`,
    `Add a signing subkey: gpg --quick-add-key ${primary.fingerprint} ed25519 sign 2y`,
  );
}

function secretMissing(part: KeyPart): Finding {
  return fail(
    "KEY_CANNOT_SIGN",
    `The secret half of ${part.fingerprint}, which makes the signatures, is not here.`,
    "Name the file that holds the signing subkey's secret, or bring the card or key store that has it.",
  );
}

function fromTheFuture(key: OpenPgpKey, part: KeyPart, now: number): readonly Finding[] {
  const { created } = lifetime(key, part);
  if (created <= now + clockTolerance) return [];
  return [
    fail(
      "KEY_FROM_FUTURE",
      `Key ${part.fingerprint} was made at ${formatTime(created * 1000)}; this machine's clock says ${formatTime(now * 1000)}.`,
      "Set the clock (timedatectl), then run the same command again.",
    ),
  ];
}

function warnings(key: OpenPgpKey, now: number): readonly Finding[] {
  const found: Finding[] = [];
  const doubtful = judgeKey(key, now).filter(({ acceptance }) => acceptance === "warned");
  if (doubtful.length > 0) {
    const when = doubtful.some(({ reasons }) => reasons.some((reason) => reason.startsWith("rsa")))
      ? " or will refuse it from 2030-02-01"
      : "";
    found.push({
      id: "key",
      verdict: "warn",
      message: `${sentence(key, doubtful)}: apt of ${namesOf(doubtful)} warns${when}.`,
      next: makeAnother,
    });
  }
  const part = signingPart(key, now);
  const ends = part === null ? null : lifetime(key, part).expires;
  if (ends !== null && ends < now + noticeDays * day) {
    found.push({
      id: "key",
      verdict: "warn",
      message: `Key ${key.primary.fingerprint} expires on ${dayOf(ends)}, in ${Math.floor((ends - now) / day)} days.`,
      next: "Extend it now and give users the new public key (docs/keys.md).",
    });
  }
  return found;
}

function dayOf(seconds: number | null): string {
  return seconds === null ? "never" : formatTime(seconds * 1000).slice(0, 10);
}
