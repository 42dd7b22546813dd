/** `keys export`: the public key, armored as people read it, or binary as apt reads it from /etc/apt/keyrings/NAME.gpg. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { SigningSpec } from "../domain/project.ts";
import { unarmored } from "../formats/openpgp-armor.ts";
import type { KeyPorts } from "../ports/keys.ts";

export interface KeysExportOptions {
  /** Of the project; `{ with: "none", said: false }` where there is no configuration. */
  readonly signing: SigningSpec;
  readonly binary: boolean;
}

export interface KeysExportResult {
  readonly fingerprint: string;
  readonly userId: string;
  /** What goes to standard output: text, or the octets of the same key. */
  readonly content: string | Uint8Array;
}

export async function keysExport(ports: KeyPorts, { signing, binary }: KeysExportOptions): Promise<KeysExportResult> {
  const found = await ports.keys.find(signing);
  if (found === null) {
    throw new ReleaseError("KEY_MISSING", {
      what: signing.with === "none" && signing.said ? "The configuration says sign: none." : "No signing key is named.",
      next: "Name one by sign: in ggen-release.yaml or in GGEN_RELEASE_KEY_FILE, or make one: ggen-release keys new",
    });
  }
  const { primary, userId, publicKey } = found.key;
  return { fingerprint: primary.fingerprint, userId, content: binary ? unarmored(publicKey) : publicKey };
}
