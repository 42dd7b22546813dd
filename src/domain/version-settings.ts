/** How a project counts its versions, and the further places that name one (`version:` in ggen-release.yaml). */
import type { VersionScheme } from "./version.ts";

export interface VersionSettings {
  readonly scheme: VersionScheme;
  /** What stands before the version in a tag: `v`, `app/v`, or nothing. */
  readonly tagPrefix: string;
  /** Places beside those that are found by themselves (Cargo.toml, package.json, …). */
  readonly places: readonly VersionPlace[];
  /** Packaging and documents must agree like manifests, instead of a warning. */
  readonly strict: boolean;
}

export interface VersionPlace {
  /** Path or glob in the tree. */
  readonly file: string;
  /**
   * The text around the version, with `{version}` in its place: `image: tool:{version}`. Without it the file is read as
   * what its name says (package.json, VERSION …): so a file that is found by itself gets another role.
   */
  readonly pattern?: string;
  readonly role: VersionRole;
}

/**
 * What a disagreement means: manifests and lock files must agree with the tag; packaging and documents warn unless
 * `strict`; a placeholder (a fixture, an example) is shown and never compared.
 */
export const versionRoles = ["manifest", "lock", "packaging", "document", "placeholder"] as const;
export type VersionRole = (typeof versionRoles)[number];
