/** The user's own keys as gpg holds them: which have a secret half, and what their public half says (doc/DETAILS). */
import type { Key } from "openpgp";
import { ReleaseError } from "../domain/errors/index.ts";
import type { KeyPart, OpenPgpKey } from "../domain/key.ts";
import { runGpg, type GpgPorts } from "./gpg.ts";
import { inspectKey } from "./openpgp-inspection.ts";
import type { OpenPgpLibrary } from "./openpgp-library.ts";
import { fingerprintOf, readKeys } from "./openpgp-reading.ts";

/** A missing agent answers at once; one that hangs must not hang the release. */
const listSeconds = 4.5;
const exportLimit = 16 * 1024 * 1024;

export interface GpgKey {
  readonly key: Key;
  readonly inspected: OpenPgpKey;
}

/** The key with this fingerprint, or the one whose subkey has it. */
export async function gpgKey(openpgp: OpenPgpLibrary, fingerprint: string, ports: GpgPorts): Promise<GpgKey> {
  const secrets = await secretParts(ports, [fingerprint]);
  const key = (await exported(openpgp, ports, [fingerprint])).find((one) => fingerprintsOf(one).includes(fingerprint));
  if (key === undefined) {
    throw new ReleaseError("KEY_FINGERPRINT", {
      what: `gpg has no key ${fingerprint}.`,
      next: "Compare with: gpg --list-secret-keys --fingerprint; a key in a file is named by key: file:PATH instead.",
    });
  }
  if (secrets.size === 0) {
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `gpg holds only the public half of ${fingerprint}.`,
      next: "Import the secret half, or insert the card that holds it, and run: gpg --card-status",
    });
  }
  const inspected = withSecrets(await inspectKey(openpgp, key), secrets);
  return {
    key,
    inspected: fingerprint === inspected.primary.fingerprint ? inspected : signingOnlyBy(inspected, fingerprint),
  };
}

/** Who names a subkey wants that one, not a newer. */
function signingOnlyBy(key: OpenPgpKey, fingerprint: string): OpenPgpKey {
  const only = (part: KeyPart): KeyPart => ({ ...part, signs: part.signs && part.fingerprint === fingerprint });
  return { ...key, primary: only(key.primary), subkeys: key.subkeys.map(only) };
}

/** Every key of which gpg has a secret part. */
export async function gpgKeys(openpgp: OpenPgpLibrary, ports: GpgPorts): Promise<readonly OpenPgpKey[]> {
  const secrets = await secretParts(ports, []);
  if (secrets.size === 0) return [];
  const keys = await exported(openpgp, ports, [...secrets]);
  return Promise.all(keys.map(async (key) => withSecrets(await inspectKey(openpgp, key), secrets)));
}

/** Fingerprints of the parts whose secret is in the agent or on a card; `#` marks a stub (doc/DETAILS, field 15). */
async function secretParts(ports: GpgPorts, wanted: readonly string[]): Promise<ReadonlySet<string>> {
  const { stdout, stderr, timedOut } = await runGpg(ports, {
    arguments: ["--status-fd", "2", "--with-colons", "--list-secret-keys", ...wanted],
    timeoutSeconds: listSeconds,
    keep: exportLimit,
  });
  if (timedOut || /No agent|can't connect to the agent|failed to start/.test(stderr)) {
    throw new ReleaseError("KEY_AGENT", {
      what: `gpg ${timedOut ? `got no answer in ${listSeconds} seconds from` : "cannot reach"} its agent, which holds the secret keys.`,
      next: "Start it anew: gpgconf --kill gpg-agent; gpgconf --launch gpg-agent",
    });
  }
  const found = new Set<string>();
  let present = false;
  for (const line of stdout.split("\n")) {
    const fields = line.split(":");
    if (fields[0] === "sec" || fields[0] === "ssb") present = fields[14] !== "#";
    if (fields[0] === "fpr" && present) {
      found.add(fields[9] ?? "");
      present = false;
    }
  }
  return found;
}

async function exported(openpgp: OpenPgpLibrary, ports: GpgPorts, wanted: readonly string[]): Promise<readonly Key[]> {
  const { stdout } = await runGpg(ports, {
    // Not export-minimal: it leaves out expired subkeys, whose signatures users still have to verify.
    arguments: ["--armor", "--export", ...wanted],
    timeoutSeconds: listSeconds,
    keep: exportLimit,
  });
  return stdout === "" ? [] : readKeys(openpgp, { where: "gpg's export", bytes: new TextEncoder().encode(stdout) });
}

function fingerprintsOf(key: Key): readonly string[] {
  return [fingerprintOf(key), ...key.subkeys.map((subkey) => subkey.getFingerprint().toUpperCase())];
}

function withSecrets(key: OpenPgpKey, secrets: ReadonlySet<string>): OpenPgpKey {
  const mark = (part: KeyPart): KeyPart => ({ ...part, secret: secrets.has(part.fingerprint) });
  return { ...key, primary: mark(key.primary), subkeys: key.subkeys.map(mark) };
}
