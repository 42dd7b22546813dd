/**
 * Signs by the user's gpg: keys in its agent, on a card, or in a key store. gpg is told the one part to sign with, its
 * date and hash, and nothing is asked of a person unless somebody sits there. Signatures are checked by openpgp.js, so
 * what gpg reports is never taken for the verdict. doc/DETAILS of GnuPG names the status lines.
 */
import { ReleaseError, type ErrorCode } from "../domain/errors/index.ts";
import { signingPart, type OpenPgpKey } from "../domain/key.ts";
import type { Bytes } from "../ports/files.ts";
import type { Ports } from "../ports/index.ts";
import type { Completed } from "../ports/processes.ts";
import type { SignedForm, Signer } from "../ports/signer.ts";
import { gpgKey } from "./gpg-keyring.ts";
import { runGpg } from "./gpg.ts";
import type { OpenPgpLibrary } from "./openpgp-library.ts";
import { verifyStream } from "./openpgp-signature.ts";
import { passphraseOf, passphraseVariable } from "./secret-text.ts";
import { signingKeyOf } from "./signing-key.ts";

/** A person types a PIN or touches a card within this time; a machine has answered in under five seconds. */
const personSeconds = 120;
const machineSeconds = 4.5;
/** For large files after the proof: gpg reads some 500 MB/s. */
const longSeconds = 3600;

export interface GpgOptions {
  /** Somebody sits at a terminal and may be asked for a PIN. */
  readonly interactive: boolean;
}

export async function gpgSigner(
  openpgp: OpenPgpLibrary,
  fingerprint: string,
  ports: Ports,
  { interactive }: GpgOptions,
): Promise<Signer> {
  const { key, inspected } = await gpgKey(openpgp, fingerprint, ports);
  const now = (): number => Math.floor(ports.clock.now() / 1000);

  const sign = async (
    content: Bytes,
    seconds: number,
    timeoutSeconds: number,
    form: SignedForm = "binary",
  ): Promise<string> => {
    const passphrase = await passphraseOf(ports);
    const part = signingPart(inspected, now())?.fingerprint ?? inspected.primary.fingerprint;
    const completed = await runGpg(ports, {
      arguments: [
        ...pinentry(passphrase, interactive),
        ...(form === "text" ? ["--textmode"] : []),
        ..."--status-fd 2 --digest-algo SHA512 --detach-sign --armor --output -".split(" "),
        `--faked-system-time=${seconds}`,
        `--local-user=${part}!`,
      ],
      input: content,
      timeoutSeconds,
      ...(passphrase === null ? {} : { secret: `${passphrase}\n` }),
    });
    if (completed.exitCode === 0 && completed.stdout.includes("-----BEGIN PGP SIGNATURE-----")) return completed.stdout;
    throw failure(completed, inspected, passphrase !== null);
  };

  return {
    key: async () => signingKeyOf(inspected, now()),
    prove: async () => {
      await sign(
        nothing(),
        Math.max(now(), signingKeyOf(inspected, now()).created),
        interactive ? personSeconds : machineSeconds,
      );
    },
    sign: (content, seconds, form) => sign(content, seconds, longSeconds, form),
    verify: async (content, signature, form) =>
      (await verifyStream(openpgp, { key, inspected }, content, signature, now(), form)).good,
  };
}

async function* nothing(): Bytes {}

/** `error` makes the agent use what it has cached and fail where it would ask. */
function pinentry(passphrase: string | null, interactive: boolean): readonly string[] {
  if (passphrase !== null) return ["--pinentry-mode", "loopback", "--passphrase-fd", "3"];
  return ["--pinentry-mode", interactive ? "ask" : "error"];
}

/** Codes of libgpg-error, lower 16 bits. */
const passphraseFailures = new Map([
  [11, "the passphrase is wrong"],
  [85, "it is locked, its agent does not know the passphrase, and nobody can be asked"],
  [87, "the PIN is wrong"],
  [99, "asking for the passphrase was cancelled"],
  [130, "the card has blocked its PIN after too many wrong ones"],
  [177, "no passphrase was given"],
  [198, "asking for the passphrase was cancelled"],
]);

function failure({ stderr, timedOut }: Completed, { primary }: OpenPgpKey, given: boolean): ReleaseError {
  const number = Number(/^\[GNUPG:\] FAILURE \S+ (\d+)/m.exec(stderr)?.[1] ?? 0) & 0xffff;
  const locked = passphraseFailures.get(number);
  const code: ErrorCode = locked === undefined ? "KEY_AGENT" : "KEY_PASSPHRASE";
  const reason = locked ?? (timedOut ? "it did not answer in time" : lastWords(stderr));
  return new ReleaseError(code, {
    what: `gpg could not sign with key ${primary.fingerprint}: ${reason}.`,
    next:
      locked === undefined
        ? "Start the agent and try by hand: gpgconf --launch gpg-agent && echo test | gpg --clear-sign --local-user " +
          primary.fingerprint
        : given
          ? `Set ${passphraseVariable} to the right passphrase, and try by hand: echo test | gpg --clear-sign`
          : `Unlock the key first (echo test | gpg --clear-sign --local-user ${primary.fingerprint}), or set ${passphraseVariable}.`,
  });
}

/** gpg's last complaint in its own words, made safe to show. */
function lastWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("gpg: "));
  const last = lines.at(-1)?.slice("gpg: ".length) ?? "it gave no reason";
  return last
    .replace(/[^\x20-\x7e]+/g, "?")
    .slice(0, 200)
    .replace(/\.$/, "");
}
