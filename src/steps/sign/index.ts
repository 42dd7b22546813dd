/**
 * Signs the frozen files of a release (RFC 9580, 5.2; detached, one per file). Invariant: what is handed on has been
 * verified under the release's own key, whether it was made here or found staged; and what is staged is never made again,
 * because two signatures over one file differ and a channel holds only one of them.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Finding } from "../../domain/finding.ts";
import { expecting } from "../../engines/hash.ts";
import { demandFitKey } from "../../engines/keys/examine.ts";
import { signatureDate } from "../../engines/keys/signature-date.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Ports } from "../../ports/index.ts";
import type { Signer, SigningKey } from "../../ports/signer.ts";

export interface FileToSign {
  /** Bare name in the release. */
  readonly file: string;
  readonly path: string;
  /** Where given, bytes that differ fail with ARTIFACT_CHANGED instead of being signed. */
  readonly sha256?: Sha256;
}

export interface DetachedSignature {
  readonly file: string;
  /** Name of the file that it is over. */
  readonly signs: string;
  /** ASCII armor. */
  readonly text: string;
}

/** Where a signature that was made before may lie: its text by the signed file's name, or null. */
export type ExistingSignature = (file: string) => Promise<string | null>;

export type SigningPorts = Pick<Ports, "files" | "clock" | "reporter">;

/**
 * Before any build: refuses an unfit key (KEY_EXPIRED, KEY_REVOKED, KEY_WEAK, KEY_CANNOT_SIGN, KEY_FROM_FUTURE), then
 * signs nothing once, so that KEY_PASSPHRASE and KEY_AGENT come now. Answers warnings.
 */
export async function admitSigner(signer: Signer, { clock }: Pick<Ports, "clock">): Promise<readonly Finding[]> {
  const { certificate } = await signer.key();
  const warnings = demandFitKey(certificate, secondsOf(clock));
  await signer.prove();
  return warnings;
}

/** One signature per file, in the order of the files. Failures: SIGNATURE_INVALID, ARTIFACT_CHANGED, and the signer's. */
export async function signAll(
  files: readonly FileToSign[],
  signer: Signer,
  existing: ExistingSignature,
  ports: SigningPorts,
): Promise<readonly DetachedSignature[]> {
  const key = await signer.key();
  const seconds = signatureDate(key, ports.clock);
  const signatures: DetachedSignature[] = [];
  for (const entry of files) {
    const task = `sign:${entry.file}`;
    ports.reporter.report({ type: "task-started", task, title: `Sign ${entry.file}`, minor: true });
    try {
      const found = await existing(entry.file);
      const text = found ?? (await signer.sign(contentOf(entry, ports), seconds));
      await demandValid(entry, text, { signer, key, found: found !== null }, ports);
      signatures.push({ file: `${entry.file}.asc`, signs: entry.file, text });
      ports.reporter.report({ type: "task-finished", task, ...(found === null ? {} : { reused: true }) });
    } catch (error) {
      ports.reporter.report({ type: "task-failed", task });
      throw error;
    }
  }
  return signatures;
}

function secondsOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

function contentOf({ file, path, sha256 }: FileToSign, { files }: SigningPorts): Bytes {
  const bytes = files.open(path);
  return sha256 === undefined ? bytes : expecting(bytes, file, sha256);
}

async function demandValid(
  entry: FileToSign,
  text: string,
  by: { readonly signer: Signer; readonly key: SigningKey; readonly found: boolean },
  ports: SigningPorts,
): Promise<void> {
  if (await by.signer.verify(contentOf(entry, ports), text)) return;
  throw new ReleaseError("SIGNATURE_INVALID", {
    what: by.found
      ? `The signature ${entry.file}.asc that is already there does not verify under key ${by.key.fingerprint}.`
      : `The signature just made over ${entry.file} does not verify under key ${by.key.fingerprint}.`,
    next: by.found
      ? `Look at who put it there; if the key was changed on purpose, remove ${entry.file}.asc, then run the same command again.`
      : "Check that the clock is right and that gpg.conf adds no further signer, then run the same command again.",
  });
}
