/** What tells one package of an index from another, and their order in it. */
import { compareDebianVersions, parseDebianVersion } from "../../formats/debian-version.ts";

export interface PackageKey {
  readonly name: string;
  /** As the control file writes it, with epoch and revision. */
  readonly version: string;
  readonly architecture: string;
}

/** By name, then by age (oldest first), then by architecture; names and architectures by their bytes. */
export function compareKeys(a: PackageKey, b: PackageKey): number {
  return byBytes(a.name, b.name) || byVersion(a.version, b.version) || byBytes(a.architecture, b.architecture);
}

export function keyText({ name, version, architecture }: PackageKey): string {
  return `${name} ${version} ${architecture}`;
}

/** Two spellings of one version (`1.0` and `1.00`) are two packages all the same, always in the same order. */
function byVersion(a: string, b: string): number {
  if (a === b) return 0;
  return compareDebianVersions(parseDebianVersion(a), parseDebianVersion(b)) || byBytes(a, b);
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
