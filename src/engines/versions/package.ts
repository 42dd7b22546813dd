/** A package as its manifest describes it: what decides whether it takes part in a release's version. */
export interface Package {
  readonly ecosystem: "cargo" | "npm" | "python";
  /** Path of the manifest. */
  readonly file: string;
  /** As registries know it; `[workspace.package]` for what a Cargo workspace lets its members inherit. */
  readonly name: string;
  /** The version that holds for it, its own or inherited; null where it has none. */
  readonly version: string | null;
  /** The manifest of the workspace that the version comes from, where it is not its own. */
  readonly inheritsFrom?: string;
  /** `root` stands where the configuration does; a `stray` is in the tree and in no workspace of the root. */
  readonly standing: "root" | "member" | "stray" | "workspace";
  /** Never published by itself. */
  readonly isPrivate: boolean;
  readonly makesProgram: boolean;
  /** Names of what it is built with. */
  readonly dependencies: readonly string[];
}

export const workspacePackage = "[workspace.package]";
