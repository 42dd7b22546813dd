/** What readers need to know of a tree: its files, its packages with their roles, and the version to compare with. */
import { isReleaseError } from "../../domain/errors/index.ts";
import type { VersionRole, VersionSettings } from "../../domain/version-settings.ts";
import type { Version } from "../../domain/version.ts";
import type { Tree } from "../../ports/tree.ts";
import { matchGlob } from "../values/glob.ts";
import { cargoPackages } from "./cargo-packages.ts";
import { npmPackages } from "./npm-packages.ts";
import type { Package } from "./package.ts";
import type { PlaceRole } from "./place.ts";
import { pythonPackages } from "./python-packages.ts";
import { sourceTree, type SourceTree } from "./source-tree.ts";
import { rolesOf } from "./train.ts";

export interface AgreementOptions {
  readonly settings: VersionSettings;
  /** Folder of the configuration in the tree; "" (the default) is its top. */
  readonly root?: string;
  /** Names of the packages that are released, where the configuration names them. */
  readonly released?: readonly string[];
  /** The release before this one: tells a package that was left behind from one with versions of its own. */
  readonly previous?: { readonly version: Version; readonly tree: Tree };
}

export interface Survey {
  readonly tree: SourceTree;
  readonly root: string;
  readonly version: Version;
  readonly packages: readonly SurveyedPackage[];
}

export interface SurveyedPackage extends Package {
  readonly role: PlaceRole;
}

export async function survey(tree: SourceTree, version: Version, options: AgreementOptions): Promise<Survey> {
  const root = options.root ?? "";
  const packages = await allPackages(tree, root);
  const { previous } = options;
  const roles = await rolesOf(packages, tree, {
    version,
    released: options.released ?? [],
    declared: declaredRoles(options.settings, tree),
    ...(previous === undefined
      ? {}
      : { previous: { version: previous.version, versionOf: lookUp(previous.tree, root) } }),
  });
  return { tree, root, version, packages: packages.map((one) => ({ ...one, role: roles.get(one) ?? "placeholder" })) };
}

export async function allPackages(tree: SourceTree, root: string): Promise<readonly Package[]> {
  return [
    ...(await cargoPackages(tree, root)),
    ...(await npmPackages(tree, root)),
    ...(await pythonPackages(tree, root)),
  ];
}

/** Roles of whole files: places of the configuration without a pattern. */
export function declaredRoles(settings: VersionSettings, tree: SourceTree): ReadonlyMap<string, VersionRole> {
  const whole = settings.places.filter(({ pattern }) => pattern === undefined);
  return new Map(whole.flatMap(({ file, role }) => matchGlob(file, tree.paths).map((path) => [path, role] as const)));
}

/** Reads the earlier tree when it is first asked about, since most releases never ask. */
function lookUp(earlier: Tree, root: string): (one: Package) => Promise<string | null> {
  let known: Promise<readonly Package[]> | undefined;
  return async (one) => {
    known ??= earlierPackages(earlier, root);
    const same = (await known).find(({ file, name }) => file === one.file && name === one.name);
    return same?.version ?? null;
  };
}

/** An earlier tree that cannot be read says nothing about this one. */
async function earlierPackages(earlier: Tree, root: string): Promise<readonly Package[]> {
  try {
    return await allPackages(await sourceTree(earlier), root);
  } catch (error) {
    if (isReleaseError(error) && error.code === "VERSION_PLACE_UNREADABLE") return [];
    throw error;
  }
}
