/**
 * From what the project says about signing to a signer (ports/signer.ts). Where it says nothing, a key in
 * GGEN_RELEASE_KEY or in the file that GGEN_RELEASE_KEY_FILE names is used.
 */
import type { KeyLocation, SigningSpec } from "../domain/project.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Ports } from "../ports/index.ts";
import type { OpenSigner } from "../ports/signer.ts";
import { openPgpLibrary } from "./openpgp-library.ts";
import { keyVariable, secretFile, secretOf, type Secret } from "./secret-text.ts";

export interface OpenSignerOptions {
  /** Whether gpg may ask a person; by default where standard input is a terminal and CI is not set. */
  readonly interactive?: boolean;
}

export function openSigner(ports: Ports, options: OpenSignerOptions = {}): OpenSigner {
  return async (spec) => {
    if (spec.with === "gpg") {
      const interactive = options.interactive ?? (process.stdin.isTTY && ports.environment.get("CI") === undefined);
      // Late, as all that works with keys: most commands sign nothing.
      const [{ gpgSigner }, openpgp] = await Promise.all([import("./gpg-signer.ts"), openPgpLibrary()]);
      return gpgSigner(openpgp, normalized(spec.fingerprint), ports, { interactive });
    }
    const secret = await namedSecret(spec, ports);
    if (secret === null) return null;
    const [{ inspectKey }, { readSecretKey }, { openPgpSigner }, openpgp] = await Promise.all([
      import("./openpgp-inspection.ts"),
      import("./openpgp-reading.ts"),
      import("./openpgp-signer.ts"),
      openPgpLibrary(),
    ]);
    const pinned = spec.with === "openpgp" && spec.fingerprint !== undefined ? normalized(spec.fingerprint) : undefined;
    const key = await readSecretKey(openpgp, secret, pinned);
    return openPgpSigner(openpgp, { key, inspected: await inspectKey(openpgp, key) }, ports);
  };
}

/** The secret that the project or, where it says nothing, the environment names; null where none is named. */
export async function namedSecret(spec: SigningSpec, ports: Ports): Promise<Secret | null> {
  if (spec.with === "openpgp") return located(spec.key, ports);
  return spec.with === "none" && !spec.said ? secretOf(keyVariable, ports) : null;
}

async function located(location: KeyLocation, ports: Ports): Promise<Secret> {
  if (location.from === "file") return secretFile(location.path, ports);
  const secret = await secretOf(location.name, ports);
  if (secret !== null) return secret;
  throw new ReleaseError("KEY_UNREADABLE", {
    what: `The configuration names the key in ${location.name}, which is not set.`,
    next: `Set it to the armored key, or set ${location.name}_FILE to a file that holds it.`,
  });
}

export function normalized(fingerprint: string): string {
  return fingerprint.replaceAll(" ", "").replace(/^0x/i, "").toUpperCase();
}
