/**
 * Signs with a key from a file or the environment, by openpgp.js. The secret is unlocked when it is first used, in
 * memory only; nothing of it leaves this file.
 */
import type { Key, SecretKeyPacket, SecretSubkeyPacket } from "openpgp";
import { ReleaseError } from "../domain/errors/index.ts";
import { signingPart, type OpenPgpKey } from "../domain/key.ts";
import type { Clock } from "../ports/clock.ts";
import type { Signer } from "../ports/signer.ts";
import type { OpenPgpLibrary } from "./openpgp-library.ts";
import { signStream, verifyStream } from "./openpgp-signature.ts";
import { passphraseOf, passphraseVariable, type SecretPorts } from "./secret-text.ts";
import { signingKeyOf } from "./signing-key.ts";

type SecretPacket = SecretKeyPacket | SecretSubkeyPacket;

export interface ReadKey {
  readonly key: Key;
  readonly inspected: OpenPgpKey;
}

export function openPgpSigner(
  openpgp: OpenPgpLibrary,
  read: ReadKey,
  ports: SecretPorts & { readonly clock: Clock },
): Signer {
  const now = (): number => Math.floor(ports.clock.now() / 1000);
  let unlocked: Promise<SecretPacket> | undefined;
  const secret = (): Promise<SecretPacket> => (unlocked ??= unlock(openpgp, read, now(), ports));
  return {
    key: async () => signingKeyOf(read.inspected, now()),
    prove: async () => {
      await signStream(openpgp, await secret(), nothing(), now());
    },
    sign: async (content, seconds, form) => signStream(openpgp, await secret(), content, seconds, form),
    verify: async (content, signature, form) =>
      (await verifyStream(openpgp, read, content, signature, now(), form)).good,
  };
}

async function* nothing(): AsyncIterable<Uint8Array> {}

async function unlock(
  openpgp: OpenPgpLibrary,
  { key, inspected }: ReadKey,
  now: number,
  ports: SecretPorts,
): Promise<SecretPacket> {
  const part = signingPart(inspected, now);
  const packet = [key.keyPacket, ...key.subkeys.map(({ keyPacket }) => keyPacket)].find(
    (one) => one.getFingerprint().toUpperCase() === part?.fingerprint,
  );
  if (packet === undefined || !isSecret(openpgp, packet) || packet.isMissingSecretKeyMaterial()) {
    throw new ReleaseError("KEY_CANNOT_SIGN", {
      what: `No secret of key ${inspected.primary.fingerprint} that may sign is here.`,
      next: "Hand over the signing subkey's secret: gpg --armor --export-secret-subkeys FINGERPRINT",
    });
  }
  if (!packet.isDecrypted()) await decrypt(packet, inspected, await passphraseOf(ports));
  await packet.validate().catch(() => {
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `Secret and public half of ${part?.fingerprint ?? "the key"} do not belong together.`,
      next: "Take the key from its backup: this copy is damaged.",
    });
  });
  return packet;
}

function isSecret(openpgp: OpenPgpLibrary, packet: object): packet is SecretPacket {
  return packet instanceof openpgp.SecretKeyPacket || packet instanceof openpgp.SecretSubkeyPacket;
}

async function decrypt(packet: SecretPacket, { primary }: OpenPgpKey, passphrase: string | null): Promise<void> {
  if (passphrase === null) {
    throw new ReleaseError("KEY_PASSPHRASE", {
      what: `Key ${primary.fingerprint} is locked by a passphrase, and none is given.`,
      next: `Set ${passphraseVariable}, or ${passphraseVariable}_FILE to a file that holds it.`,
    });
  }
  try {
    await packet.decrypt(passphrase);
  } catch (error) {
    const wrong = error instanceof Error && error.message.includes("passphrase");
    throw wrong
      ? new ReleaseError("KEY_PASSPHRASE", {
          what: `The passphrase in ${passphraseVariable} does not open key ${primary.fingerprint}.`,
          next: `Set ${passphraseVariable} to the right one; a file's last line break does not count.`,
        })
      : new ReleaseError("KEY_UNREADABLE", {
          what: `The secret of key ${primary.fingerprint} is locked in a way that cannot be read.`,
          next: "Lock it again in the common form: gpg --import it, set the passphrase, and export it.",
        });
  }
}
