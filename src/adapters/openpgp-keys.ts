/** Finding, making and checking keys (ports/keys.ts) by openpgp.js, and by gpg where it is there. */
import type { PrivateKey } from "openpgp";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Ports } from "../ports/index.ts";
import type { GeneratedKey, KeyRequest, Keys } from "../ports/keys.ts";
import { gpgKey, gpgKeys } from "./gpg-keyring.ts";
import { namedSecret, normalized } from "./open-signer.ts";
import { inspectKey } from "./openpgp-inspection.ts";
import { openPgpLibrary, type OpenPgpLibrary } from "./openpgp-library.ts";
import { readKeys, readSecretKey } from "./openpgp-reading.ts";
import { verifyStream } from "./openpgp-signature.ts";
import { passphraseOf } from "./secret-text.ts";

export function openPgpKeys(ports: Ports): Keys {
  return {
    async find(spec) {
      const openpgp = await openPgpLibrary();
      if (spec.with === "gpg") {
        return { where: "gpg", key: (await gpgKey(openpgp, normalized(spec.fingerprint), ports)).inspected };
      }
      const secret = await namedSecret(spec, ports);
      if (secret === null) return null;
      const pinned =
        spec.with === "openpgp" && spec.fingerprint !== undefined ? normalized(spec.fingerprint) : undefined;
      return { where: secret.where, key: await inspectKey(openpgp, await readSecretKey(openpgp, secret, pinned)) };
    },
    async inGpg() {
      if ((await ports.processes.find("gpg")) === null) return [];
      const keys = await gpgKeys(await openPgpLibrary(), ports);
      return keys.map((key) => ({ where: "gpg", key }));
    },
    async generate(request) {
      return generate(await openPgpLibrary(), request, await passphraseOf(ports));
    },
    async verify(publicKey, content, signature, form) {
      const openpgp = await openPgpLibrary();
      const [key, another] = await readKeys(openpgp, {
        where: "The public key",
        bytes: new TextEncoder().encode(publicKey),
      });
      if (key === undefined || another !== undefined) {
        throw new ReleaseError("KEY_UNREADABLE", {
          what: "The public key file does not hold exactly one key.",
          next: "Export one key: ggen-release keys export",
        });
      }
      const now = Math.floor(ports.clock.now() / 1000);
      return verifyStream(openpgp, { key, inspected: await inspectKey(openpgp, key) }, content, signature, now, form);
    },
  };
}

/** Version 4 and Ed25519 of algorithm 22, which apt of bullseye reads; newer forms are refused by gpgv before 2.5. */
async function generate(
  openpgp: OpenPgpLibrary,
  request: KeyRequest,
  passphrase: string | null,
): Promise<GeneratedKey> {
  const { privateKey, revocationCertificate } = await openpgp.generateKey({
    type: "ecc",
    curve: "ed25519Legacy",
    userIDs: [{ name: request.name, email: request.mail }],
    subkeys: [{ sign: true }],
    date: new Date(request.created * 1000),
    ...(request.lifetime === null ? {} : { keyExpirationTime: request.lifetime }),
    format: "object",
    config: { v6Keys: false, preferredHashAlgorithm: openpgp.enums.hash.sha512 },
  });
  await certifyOnly(openpgp, privateKey, request.created);
  const signingOnly = await openpgp.readPrivateKey({ binaryKey: privateKey.write() });
  (signingOnly.keyPacket as PrivateKey["keyPacket"] & { makeDummy(): void }).makeDummy();
  const lock = async (key: PrivateKey): Promise<string> =>
    (passphrase === null ? key : await openpgp.encryptKey({ privateKey: key, passphrase })).armor();
  return {
    key: await inspectKey(openpgp, privateKey),
    secret: await lock(privateKey),
    signing: await lock(signingOnly),
    revocation: revocationCertificate,
    locked: passphrase !== null,
  };
}

/**
 * The library lets every primary key sign data as well; ours certifies only, so that a signature always comes from the
 * subkey, which can be replaced. The self-certification is made again without that flag.
 */
async function certifyOnly(openpgp: OpenPgpLibrary, key: PrivateKey, created: number): Promise<void> {
  const { sha512, sha384, sha256 } = openpgp.enums.hash;
  for (const user of key.users) {
    for (const certification of user.selfCertifications) {
      certification.keyFlags = Uint8Array.of(openpgp.enums.keyFlags.certifyKeys);
      // GnuPG 2.2 warns at every import of a key that prefers hashes which it does not know.
      certification.preferredHashAlgorithms = [sha512, sha384, sha256];
      // The salt of the first making; sign() adds one of its own.
      certification.rawNotations = [];
      const over = { key: key.keyPacket, userID: user.userID };
      await (certification as unknown as Certification).sign(
        key.keyPacket,
        over,
        new Date(created * 1000),
        false,
        openpgp.config,
      );
    }
  }
}

/** The packet's own call, whose last argument the library's types leave out. */
interface Certification {
  sign(key: object, over: object, date: Date, detached: boolean, config: object): Promise<void>;
}
