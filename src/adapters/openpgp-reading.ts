/** Keys out of bytes, armored or not (RFC 9580, 6 and 10). What cannot be read is never quoted: it may be a secret. */
import type { Key } from "openpgp";
import { ReleaseError } from "../domain/errors/index.ts";
import { lenient, type OpenPgpLibrary } from "./openpgp-library.ts";
import type { Secret } from "./secret-text.ts";

export async function readKeys(openpgp: OpenPgpLibrary, { where, bytes }: Secret): Promise<readonly Key[]> {
  const config = lenient(openpgp);
  const text = armorOf(bytes);
  try {
    return text === null
      ? await openpgp.readKeys({ binaryKeys: bytes, config })
      : await openpgp.readKeys({ armoredKeys: text, config });
  } catch {
    // The library's own message quotes a line of the key where an armor header is damaged: it is left out.
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `${where} holds no OpenPGP key (${guess(text, bytes)}).`,
      next: howToExport,
    });
  }
}

/** The one key that is meant: by fingerprint where one is pinned, else the only one. */
export async function readSecretKey(openpgp: OpenPgpLibrary, secret: Secret, pinned: string | undefined): Promise<Key> {
  const keys = await readKeys(openpgp, secret);
  const wanted = pinned === undefined ? keys : keys.filter((key) => fingerprintOf(key) === pinned);
  const [key, another] = wanted;
  if (key === undefined) {
    throw new ReleaseError("KEY_FINGERPRINT", {
      what: `${secret.where} holds ${keys.map(fingerprintOf).join(", ") || "no key"}; the configuration pins ${pinned ?? ""}.`,
      next: "Hand over the key that is pinned, or pin the new one after telling users of it: docs/keys.md",
    });
  }
  if (another !== undefined) {
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `${secret.where} holds ${wanted.length} keys: ${wanted.map(fingerprintOf).join(", ")}.`,
      next: "Say which one signs: sign.fingerprint in the configuration.",
    });
  }
  if (!key.isPrivate()) {
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `${secret.where} holds only the public half of ${fingerprintOf(key)}.`,
      next: howToExport,
    });
  }
  return key;
}

export function fingerprintOf(key: Key): string {
  return key.getFingerprint().toUpperCase();
}

const howToExport =
  "Export the signing key: gpg --armor --export-secret-subkeys FINGERPRINT, or make one: ggen-release keys new";

function armorOf(bytes: Uint8Array): string | null {
  // The first octet of a binary key has its highest bit set (RFC 9580, 4.2).
  return ((bytes[0] ?? 0) & 0x80) === 0 ? new TextDecoder().decode(bytes) : null;
}

function guess(text: string | null, bytes: Uint8Array): string {
  if (bytes.length === 0) return "it is empty";
  if (text === null) return `${bytes.length} bytes of something else`;
  if (!text.includes("-----BEGIN PGP ")) return `${bytes.length} bytes without a BEGIN PGP line`;
  if (!text.trim().includes("\n")) return "its line breaks are lost";
  return text.includes("-----END PGP ") ? "its armor is damaged" : "it is cut off: there is no END PGP line";
}
