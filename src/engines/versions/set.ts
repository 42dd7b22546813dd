/**
 * `version set`: the tree's files with the release's version in every place that is ours to write. Pure; nothing but
 * the characters of versions changes. Invariant: the edited tree was read again, and every such place agrees in it.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Version } from "../../domain/version.ts";
import type { Tree } from "../../ports/tree.ts";
import { findMentions } from "./mentions.ts";
import { type FoundPlace, isCompared, type Mention, placeOf } from "./place.ts";
import { encodeEdited } from "./source-text.ts";
import { sourceTree } from "./source-tree.ts";
import type { AgreementOptions } from "./survey.ts";

export interface VersionChange {
  readonly edits: readonly Edit[];
  /** What only a person can write, and what to do about it. */
  readonly left: readonly (FoundPlace & { readonly toDo: string })[];
  /** How many places were compared, right ones included. */
  readonly compared: number;
}

interface Edit {
  readonly file: string;
  readonly after: Uint8Array;
  /** The places that change, as they were. */
  readonly places: readonly FoundPlace[];
}

/** Throws VERSION_PLACE_UNREADABLE, CONFIG_INVALID (a place's pattern), and BUG when an edit would not do. */
export async function setVersion(tree: Tree, version: Version, options: AgreementOptions): Promise<VersionChange> {
  const mentions = await findMentions(await sourceTree(tree), version, options);
  const differing = mentions.filter(isWrong);
  const ours = Map.groupBy(
    differing.filter(({ byHand }) => byHand === undefined),
    ({ source }) => source,
  );
  const edits = [...ours].map(([source, mentions]) => ({
    file: source.path,
    after: encodeEdited(
      source,
      mentions.map(({ span, wanted }) => ({ ...span, text: wanted })),
    ),
    places: mentions.map(placeOf),
  }));
  const rest = (await findMentions(await sourceTree(edited(tree, edits)), version, options)).filter(isWrong);
  const failed = rest.find(({ byHand }) => byHand === undefined);
  if (failed !== undefined) throw editFailed(placeOf(failed));
  const compared = mentions.filter(({ role }) => isCompared(role)).length;
  return { edits, left: rest.map((one) => ({ ...placeOf(one), toDo: one.byHand ?? "" })), compared };
}

function isWrong({ agrees, role }: Mention): boolean {
  return !agrees && isCompared(role);
}

function edited(tree: Tree, edits: readonly Edit[]): Tree {
  const contents = new Map(edits.map(({ file, after }) => [file, after]));
  return {
    entries: () => tree.entries(),
    read: async (path) => contents.get(path) ?? tree.read(path),
    async readText(path) {
      const content = await this.read(path);
      return content === null ? null : new TextDecoder().decode(content);
    },
  };
}

function editFailed({ file, line, value, wanted }: FoundPlace): ReleaseError {
  return new ReleaseError("BUG", {
    what: `${file}:${line} would still say ${value} instead of ${wanted} after the edit; nothing was written.`,
    next: `Write ${wanted} there by hand, run the same command again, and report what happened.`,
  });
}
