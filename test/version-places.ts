/** Version agreement in tests: settings, places in short, and the refusal that is expected. */
import { isReleaseError, type ReleaseError } from "../src/domain/errors/index.ts";
import type { VersionPlace, VersionSettings } from "../src/domain/version-settings.ts";
import { parseVersion } from "../src/domain/version.ts";
import { type AgreementOptions, agreement } from "../src/engines/versions/agreement.ts";
import { memoryTree } from "./memory-tree.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function versionSettings(...places: readonly VersionPlace[]): VersionSettings {
  return { scheme: "semver", tagPrefix: "v", places, strict: false };
}

/** Each place in short: `file:line value role`, with `!` where it does not agree. */
export async function placesOf(
  files: Files,
  version: string,
  options: Partial<AgreementOptions> = {},
): Promise<readonly string[]> {
  const given = { settings: versionSettings(), ...options };
  const found = await agreement(memoryTree(files), parseVersion(version), given);
  return found.map(({ file, line, value, role, agrees }) => `${file}:${line} ${value} ${role}${agrees ? "" : " !"}`);
}

/** The failure that an act must end with. */
export async function refusalOf(act: () => unknown): Promise<ReleaseError> {
  try {
    await act();
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
