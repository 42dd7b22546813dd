/** Every place in a tree that names a version: those found by themselves, then those that the configuration names. */
import { isReleaseError, ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { VersionPlace } from "../../domain/version-settings.ts";
import type { Version } from "../../domain/version.ts";
import { matchGlob } from "../values/glob.ts";
import { readPattern } from "./pattern.ts";
import { isCompared, type Mention, type PlaceRole } from "./place.ts";
import { readers } from "./readers.ts";
import type { SourceText } from "./source-text.ts";
import { isTestData, type SourceTree } from "./source-tree.ts";
import { type AgreementOptions, declaredRoles, type Survey, survey } from "./survey.ts";

/** In the order in which they are shown: by weight, then by file. One place is found once; what is declared counts. */
export async function findMentions(
  tree: SourceTree,
  version: Version,
  options: AgreementOptions,
): Promise<readonly Mention[]> {
  const surveyed = await survey(tree, version, options);
  const declared = await declaredMentions(surveyed, options);
  const roles = declaredRoles(options.settings, tree);
  const found: Mention[] = [];
  for (const reader of readers) {
    for (const path of new Set(reader.find(surveyed))) {
      const source = await tree.read(path);
      if (roles.has(path) || source === null) continue;
      found.push(...(await reader.read(source, surveyed)));
    }
  }
  return [...declared, ...found.filter((one) => !declared.some((other) => overlap(one, other)))].sort(inOrder);
}

async function declaredMentions(surveyed: Survey, { settings }: AgreementOptions): Promise<readonly Mention[]> {
  const found: Mention[] = [];
  for (const place of settings.places) {
    const here: Mention[] = [];
    for (const path of matchGlob(place.file, surveyed.tree.paths)) {
      const source = await surveyed.tree.read(path);
      if (source !== null) here.push(...(await mentionsIn(source, place, surveyed)));
    }
    if (here.length === 0 && place.role !== "placeholder") throw nothingFound(place, surveyed.tree);
    found.push(...here.filter((one) => !found.some((other) => overlap(one, other))));
  }
  return found;
}

async function mentionsIn(source: SourceText, place: VersionPlace, surveyed: Survey): Promise<readonly Mention[]> {
  const role = isMatchedTestData(place, source.path) ? "fixture" : place.role;
  const mentions =
    place.pattern === undefined
      ? await readWhole(source, place, surveyed)
      : readPattern(source, place.pattern, surveyed.version);
  // A lock file's entries of packages with versions of their own stay what they are.
  return mentions.map((one) => (isCompared(one.role) ? { ...one, role } : one));
}

/** A file that is only to be left alone need not be readable. */
async function readWhole(source: SourceText, { role }: VersionPlace, surveyed: Survey): Promise<readonly Mention[]> {
  const reader = readers.find((one) => one.reads(source.path));
  if (reader === undefined) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `Nothing is known of files like ${quoted(source.path)}, which stands under version.places without a pattern.`,
      next: 'Add a pattern with {version} in the version\'s place, for example "version: {version}".',
    });
  }
  try {
    return await reader.read(source, surveyed);
  } catch (error) {
    if (role === "placeholder" && isReleaseError(error)) return [];
    throw error;
  }
}

/** Test data that a wildcard of the configuration happens to reach. */
function isMatchedTestData({ file }: VersionPlace, path: string): boolean {
  const named = file.replace(/[*?].*$/s, "");
  return isTestData(path) && !isTestData(named) && file !== path;
}

function nothingFound({ file, pattern }: VersionPlace, tree: SourceTree): ReleaseError {
  const isThere = matchGlob(file, tree.paths).length > 0;
  return new ReleaseError("VERSION_PLACE_UNREADABLE", {
    what: isThere
      ? `${quoted(file)}: nothing in it fits ${pattern === undefined ? "its kind" : quoted(pattern)}.`
      : `${quoted(file)}, named under version.places, is not a file of the tree.`,
    next: "Correct the place under version.places, or take it out.",
  });
}

function overlap(a: Mention, b: Mention): boolean {
  return a.source.path === b.source.path && a.span.start < b.span.end && b.span.start < a.span.end;
}

const weights: readonly PlaceRole[] = [
  "manifest",
  "lock",
  "packaging",
  "document",
  "other-train",
  "placeholder",
  "fixture",
];

function inOrder(a: Mention, b: Mention): number {
  const byPath = a.source.path < b.source.path ? -1 : a.source.path > b.source.path ? 1 : 0;
  return weights.indexOf(a.role) - weights.indexOf(b.role) || byPath || a.span.start - b.span.start;
}
