/**
 * The changes that a release makes in a folder, and what each of them is about. Pure. Invariant: `manifest.json` comes
 * after every file that it names, the release's appearance after that, and `latest` last.
 */
import type { Mutation } from "../../domain/mutation.ts";
import type { PlannedRelease } from "../../ports/channel.ts";

/** Name of the pointer to the newest release, and value of the change that lets a release appear. */
export const latest = "latest";
export const published = "published";

/** `hidden`: the files are staged out of sight, and appear by a change of their own. */
export function mutationsOf(id: string, release: PlannedRelease, hidden: boolean): readonly Mutation[] {
  const { tag, files } = release;
  const creates = files.map((file): Mutation => ({
    key: `${id}:create:${tag}/${file.file}`,
    channel: id,
    phase: "stage",
    after: [],
    change: {
      kind: "create",
      content: file.signs === undefined ? { file: file.file } : { file: file.file, signs: file.signs },
    },
    object: { kind: "file", tag, file: file.file, executable: file.executable ? "yes" : "no" },
    does: `write ${tag}/${file.file}`,
    reversal: "delete",
  }));
  // What names the other files comes when they are all there.
  const last = creates.at(-1);
  const staged =
    last === undefined ? [] : [...creates.slice(0, -1), { ...last, after: creates.slice(0, -1).map(({ key }) => key) }];
  const before = last === undefined ? [] : [last.key];
  const publish: Mutation = {
    key: `${id}:move:${tag}`,
    channel: id,
    phase: "publish",
    after: before,
    change: { kind: "move", to: published, from: null },
    object: { kind: "folder", tag },
    does: `let ${tag}/ appear`,
    reversal: "delete",
  };
  const promote: Mutation = {
    key: `${id}:move:${latest}`,
    channel: id,
    phase: "promote",
    after: hidden ? [publish.key] : before,
    change: { kind: "move", to: tag },
    object: { kind: "latest", tag },
    does: `point ${latest} to ${tag}`,
    reversal: "supersede",
  };
  const pointers = release.prerelease || release.backport || tag.includes("/") ? [] : [promote];
  return [...staged, ...(hidden ? [publish] : []), ...pointers];
}

export type ThingKind = "file" | "folder" | "latest";

/** What a mutation's `object` says: which of the three kinds of thing, of which release, and the file's name and mode. */
export interface Thing {
  readonly kind: ThingKind;
  readonly tag: string;
  /** Empty but for files. */
  readonly file: string;
  readonly mode: number;
}

export function thingOf({ key, object }: Mutation): Thing {
  const { kind, tag = "", file = "", executable } = object;
  if (kind !== "file" && kind !== "folder" && kind !== "latest") throw new Error(`${key} is no change of a folder`);
  return { kind, tag, file, mode: executable === "yes" ? 0o755 : 0o644 };
}
