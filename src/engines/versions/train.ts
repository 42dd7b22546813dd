/**
 * Which packages of a repository bear the release's version: those are "on the train" and must agree with it. The first
 * rule that fits counts:
 *  1. A manifest that the configuration gives a role has that role.
 *  2. 0.0.0 is a placeholder, filled in by whoever publishes.
 *  3. What is released is on the train: the packages that are named, and the root's; where there are neither, the
 *     members (without a workspace: the packages) that make a program.
 *  4. What inherits its version shares the role of the place that it inherits from; and a place from which something
 *     released inherits is on the train.
 *  5. Test data and examples are fixtures, whatever they say.
 *  6. A package with the version that is released, or that what is released has now, is on the train.
 *  7. What is published from the folder of such a package by another language's manifest is on the train.
 *  8. A package that had the previous release's version in the previous release's tree was left behind: on the train.
 *     One that had another is on a train of its own.
 *  9. A package that was not in that tree, or of which there is none: it has the previous release's version; or what is
 *     released is built with it, it is published, and it is of the same line of compatibility (equal major; below 1.0.0
 *     equal minor). On the train.
 * 10. Everything else is on a train of its own: shown, never compared.
 */
import type { VersionRole } from "../../domain/version-settings.ts";
import type { Version } from "../../domain/version.ts";
import { type Package, workspacePackage } from "./package.ts";
import { isPlaceholderVersion, type PlaceRole } from "./place.ts";
import { folderOf, inTree, isTestData, type SourceTree } from "./source-tree.ts";

export interface TrainOptions {
  readonly version: Version;
  /** Names of the packages that are released, as far as the configuration names them. */
  readonly released: readonly string[];
  /** Roles that the configuration gives to whole files, by path. */
  readonly declared: ReadonlyMap<string, VersionRole>;
  readonly previous?: PreviousRelease;
}

interface PreviousRelease {
  readonly version: Version;
  /** The version that this package had in that release's tree; null where it was not there. */
  versionOf(one: Package): Promise<string | null>;
}

export type Roles = ReadonlyMap<Package, PlaceRole>;

export async function rolesOf(packages: readonly Package[], tree: SourceTree, options: TrainOptions): Promise<Roles> {
  const released = releasedPackages(packages, tree, options);
  const current = new Set([options.version.text, ...released.map(({ version }) => version)]);
  const builtWith = dependenciesOf(released, packages);
  const roleOf = async (one: Package): Promise<PlaceRole> => {
    const declared = options.declared.get(one.file);
    if (declared !== undefined) return declared;
    if (one.version === null || isPlaceholderVersion(one.version)) return "placeholder";
    if (released.includes(one)) return "manifest";
    const source = packages.find(({ file, name }) => name === workspacePackage && file === one.inheritsFrom);
    if (source !== undefined) return roleOf(source);
    if (one.name === workspacePackage && released.some(({ inheritsFrom }) => inheritsFrom === one.file))
      return "manifest";
    if (isTestData(one.file)) return "fixture";
    if (current.has(one.version) || (!one.isPrivate && hasTwin(one, packages, current))) return "manifest";
    const { previous } = options;
    const before = (await previous?.versionOf(one)) ?? null;
    const wasReleased = (before ?? one.version) === previous?.version.text;
    if (before !== null || wasReleased) return wasReleased ? "manifest" : "other-train";
    return builtWith.has(one) && !one.isPrivate && isSameLine(one.version, options.version)
      ? "manifest"
      : "other-train";
  };
  const roles = new Map<Package, PlaceRole>();
  for (const one of packages) roles.set(one, await roleOf(one));
  return roles;
}

/** The version that the repository itself names for its next release: that of the first package that is released. */
export function releasedPackages(
  packages: readonly Package[],
  tree: SourceTree,
  { released, declared }: Pick<TrainOptions, "released" | "declared">,
): readonly Package[] {
  const named = packages.filter(({ name }) => released.includes(name));
  const roots = packages.filter(
    (one) =>
      one.standing === "root" &&
      !named.includes(one) &&
      !(isTooling(one, tree) || (named.length > 0 && isNpmFrame(one))),
  );
  const chosen = named.length + roots.length > 0 ? [...named, ...roots] : programs(packages);
  const roles = new Set<VersionRole | undefined>(["manifest", "lock"]);
  return [...chosen, ...packages.filter((one) => roles.has(declared.get(one.file)) && !chosen.includes(one))];
}

function programs(packages: readonly Package[]): readonly Package[] {
  const making = packages.filter(({ makesProgram, file }) => makesProgram && !isTestData(file));
  const members = making.filter(({ standing }) => standing === "member");
  return members.length > 0 ? members : making;
}

/** A package.json that only holds tools together: private, and no program in it. */
function isNpmFrame(one: Package): boolean {
  return one.ecosystem === "npm" && one.isPrivate && !one.makesProgram;
}

function isTooling(one: Package, tree: SourceTree): boolean {
  const others = ["Cargo.toml", "go.mod", "pyproject.toml"];
  return isNpmFrame(one) && others.some((name) => tree.has(inTree(folderOf(one.file), name)));
}

/** All that these packages are built with, directly or not. */
function dependenciesOf(released: readonly Package[], packages: readonly Package[]): ReadonlySet<Package> {
  const found = new Set<Package>();
  for (const queue = [...released]; queue.length > 0;) {
    const from = queue.pop();
    for (const one of packages) {
      if (one.ecosystem !== from?.ecosystem || !from.dependencies.includes(one.name) || found.has(one)) continue;
      found.add(one);
      queue.push(one);
    }
  }
  return found;
}

/** Whether another language's manifest in the same folder has one of these versions. */
function hasTwin(one: Package, packages: readonly Package[], current: ReadonlySet<string | null>): boolean {
  const isTwin = ({ ecosystem, file, version }: Package): boolean =>
    ecosystem !== one.ecosystem && folderOf(file) === folderOf(one.file) && version !== null && current.has(version);
  return packages.some((other) => isTwin(other) && other.name !== workspacePackage);
}

function isSameLine(text: string, version: Version): boolean {
  const [major, minor] = text.split(".");
  return major === version.major && (major !== "0" || minor === version.minor);
}
