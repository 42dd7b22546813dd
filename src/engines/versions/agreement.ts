/**
 * Version agreement: every place of a tree that names a version, compared with the version of a release. Invariant:
 * what cannot be read is a failure, so every place that is listed as agreeing was compared.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Version } from "../../domain/version.ts";
import { plainText } from "../../formats/plain-text.ts";
import type { Tree } from "../../ports/tree.ts";
import { findMentions } from "./mentions.ts";
import { type FoundPlace, isCompared, mustAgree, placeOf } from "./place.ts";
import { sourceTree } from "./source-tree.ts";
import type { AgreementOptions } from "./survey.ts";

export type { FoundPlace } from "./place.ts";
export type { AgreementOptions } from "./survey.ts";

/** All places, those that matter most first. Throws VERSION_PLACE_UNREADABLE, CONFIG_INVALID (a place's pattern). */
export async function agreement(
  tree: Tree,
  version: Version,
  options: AgreementOptions,
): Promise<readonly FoundPlace[]> {
  const mentions = await findMentions(await sourceTree(tree), version, options);
  return mentions.map(placeOf);
}

export interface Disagreements {
  /** These stop the release. */
  readonly failing: readonly FoundPlace[];
  /** These are told and stop nothing. */
  readonly warned: readonly FoundPlace[];
}

/** `strict`: packaging and documents must agree as manifests and lock files must. */
export function disagreements(places: readonly FoundPlace[], strict: boolean): Disagreements {
  const differing = places.filter(({ agrees, role }) => !agrees && isCompared(role));
  return {
    failing: differing.filter(({ role }) => mustAgree(role, strict)),
    warned: differing.filter(({ role }) => !mustAgree(role, strict)),
  };
}

/** Throws VERSION_DISAGREES with the table of what differs; answers the places that only warn. */
export function requireAgreement(
  places: readonly FoundPlace[],
  version: Version,
  strict: boolean,
): readonly FoundPlace[] {
  const { failing, warned } = disagreements(places, strict);
  if (failing.length === 0) return warned;
  throw new ReleaseError("VERSION_DISAGREES", {
    what: `${failing.length === 1 ? "One place names" : `${failing.length} places name`} another version than ${version.text}.`,
    next: `Run: ggen-release version set ${version.text}, commit, then run the same command again.`,
    details: agreementTable([...failing, ...warned]),
  });
}

/** Aligned lines: file:line, value, wanted, role, and what the version is of. */
export function agreementTable(places: readonly FoundPlace[]): readonly string[] {
  const rows = places.map(({ file, line, value, wanted, role, what }) =>
    [`${file}:${line}`, value, wanted, role, what].map(cell),
  );
  const table = [["place", "value", "wanted", "role", "what"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** One line of bounded length, whatever the tree holds. */
function cell(text: string): string {
  const plain = plainText(text).replace(/\s+/g, " ");
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
