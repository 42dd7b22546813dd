/**
 * Secrets that the caller hands over: a variable NAME, or a file that NAME_FILE names, as container and CI secret stores
 * mount them. Invariant: no message holds any of the content, not even of what could not be understood.
 */
import { resolve } from "node:path";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { Environment } from "../ports/environment.ts";
import type { Files } from "../ports/files.ts";

export const keyVariable = "GGEN_RELEASE_KEY";
export const passphraseVariable = "GGEN_RELEASE_KEY_PASSPHRASE";

/** Larger than any key; a file beyond it is not one. */
const limit = 1024 * 1024;

export interface SecretPorts {
  readonly environment: Environment;
  readonly files: Files;
}

export interface Secret {
  /** For people: `$NAME`, or the path. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Null where neither NAME nor NAME_FILE is set, or NAME is empty. */
export async function secretOf(name: string, ports: SecretPorts): Promise<Secret | null> {
  const text = ports.environment.get(name) ?? "";
  const path = ports.environment.get(`${name}_FILE`) ?? "";
  if (text !== "" && path !== "") {
    throw new ReleaseError("KEY_UNREADABLE", {
      what: `Both ${name} and ${name}_FILE are set, and it is not clear which one is meant.`,
      next: `Unset one of the two: unset ${name}_FILE`,
    });
  }
  if (text !== "") return { where: `$${name}`, bytes: new TextEncoder().encode(text) };
  return path === "" ? null : secretFile(path, ports);
}

export async function secretFile(path: string, { files, environment }: SecretPorts): Promise<Secret> {
  const whole = resolve(environment.folder, path);
  try {
    return { where: whole, bytes: await files.read(whole, limit) };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    throw new ReleaseError("KEY_UNREADABLE", { what: error.what, next: error.next }, { cause: error });
  }
}

/** One line: GnuPG reads no more, and editors end a file with a line break. */
export async function passphraseOf(ports: SecretPorts): Promise<string | null> {
  const secret = await secretOf(passphraseVariable, ports);
  if (secret === null) return null;
  const [line = ""] = new TextDecoder().decode(secret.bytes).split(/\r?\n/, 1);
  return line === "" ? null : line;
}
