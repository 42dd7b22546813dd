/** The version that a tree gives to what it releases: what the next release is counted from, beside the tags. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { compareVersions, parseVersion, type Version, type VersionScheme } from "../../domain/version.ts";
import type { Tree } from "../../ports/tree.ts";
import { isPlaceholderVersion } from "./place.ts";
import { type SourceText, unreadable } from "./source-text.ts";
import { sourceTree, type SourceTree } from "./source-tree.ts";
import { type AgreementOptions, allPackages, declaredRoles } from "./survey.ts";
import { releasedPackages } from "./train.ts";
import { versionFiles, versionIn } from "./version-file.ts";

export interface DeclaredVersion {
  readonly file: string;
  readonly version: Version;
  /** False for a version that the scheme does not allow; it is read as SemVer then. */
  readonly lawful: boolean;
}

/**
 * The highest among the packages that are released, else what VERSION says; null where neither is there, as in a
 * project whose version only git knows. Throws VERSION_PLACE_UNREADABLE.
 */
export async function declaredVersion(tree: Tree, options: AgreementOptions): Promise<DeclaredVersion | null> {
  const sources = await sourceTree(tree);
  const texts = await packageVersions(sources, options);
  if (texts.length === 0) texts.push(...(await fileVersions(sources, options)));
  const found = texts.map(({ source, offset, text }) => read(source, offset, text, options.settings.scheme));
  return found.sort((a, b) => compareVersions(b.version, a.version))[0] ?? null;
}

interface VersionText {
  readonly source: SourceText;
  readonly offset: number;
  readonly text: string;
}

async function packageVersions(tree: SourceTree, options: AgreementOptions): Promise<VersionText[]> {
  const packages = await allPackages(tree, options.root ?? "");
  const declared = declaredRoles(options.settings, tree);
  const found: VersionText[] = [];
  for (const one of releasedPackages(packages, tree, { released: options.released ?? [], declared })) {
    const source = await tree.read(one.inheritsFrom ?? one.file);
    if (source === null || one.version === null || isPlaceholderVersion(one.version)) continue;
    if (isLeftAlone(declared.get(one.file))) continue;
    found.push({ source, offset: Math.max(0, source.text.indexOf(one.version)), text: one.version });
  }
  return found;
}

async function fileVersions(
  tree: SourceTree,
  { root = "", settings }: AgreementOptions,
): Promise<readonly VersionText[]> {
  const declared = declaredRoles(settings, tree);
  const found: VersionText[] = [];
  for (const path of versionFiles(tree, root).filter((one) => !isLeftAlone(declared.get(one)))) {
    const source = await tree.read(path);
    if (source === null) continue;
    const { value, span } = versionIn(source);
    found.push({ source, offset: span.start, text: value });
  }
  return found;
}

/** A file to which the configuration gives a role that binds nobody. */
function isLeftAlone(role: string | undefined): boolean {
  return role !== undefined && role !== "manifest" && role !== "lock";
}

function read(source: SourceText, offset: number, text: string, scheme: VersionScheme): DeclaredVersion {
  const file = source.path;
  try {
    return { file, version: parseVersion(text, scheme), lawful: true };
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    if (error.code === "VERSION_CALENDAR_INVALID") return { file, version: parseVersion(text), lawful: false };
    throw unreadable(source, offset, error.what.replace(/\.$/, ""), error.next);
  }
}
