/**
 * The three kinds of thing that a release changes in a folder: its files, its own folder where that is to appear, and
 * `latest`. Invariant: what stands in the place of one of them and is not ours is told, and never written over.
 */
import { dirname, join } from "node:path";
import { manifestFile } from "../../domain/manifest.ts";
import type { Mutation, Observation } from "../../domain/mutation.ts";
import { contentOf, digestOfValue } from "../../engines/hash.ts";
import type { ChannelContext } from "../../ports/channel.ts";
import type { Files } from "../../ports/files.ts";
import { latest, published, type Thing, type ThingKind } from "./mutations.ts";

export interface Place {
  readonly root: string;
  /** Where users see the release. */
  readonly shown: string;
  /** Where this release lies until it is whole; null where it is made in place. */
  readonly hidden: string | null;
}

export interface At extends Place {
  readonly thing: Thing;
  readonly mutation: Mutation;
  readonly context: ChannelContext;
  readonly files: Files;
}

interface Handling {
  observe(at: At): Promise<Observation>;
  apply(at: At): Promise<void>;
  undo(at: At): Promise<void>;
}

const file: Handling = {
  async observe({ shown, hidden, thing, files }) {
    const seen = await contentAt(join(shown, thing.file), files);
    return seen.state === "absent" && hidden !== null ? contentAt(join(hidden, thing.file), files) : seen;
  },
  async apply({ shown, hidden, thing, context, files }) {
    const write = (folder: string): Promise<void> =>
      files.write(join(folder, thing.file), context.content(thing.file), thing.mode);
    // What is missing in a release that users see is put back there.
    if (hidden === null || (await isShown(shown, context))) return write(shown);
    // Not in the stage itself: another machine may let that appear at this moment, with what is half written in it.
    const incoming = join(dirname(hidden), "incoming", digestOfValue(context.ports.environment.process));
    await write(incoming);
    await files.makeFolder(hidden);
    await files.rename(join(incoming, thing.file), join(hidden, thing.file));
  },
  undo: ({ shown, hidden, thing, files }) => files.remove(join(hidden ?? shown, thing.file)),
};

const folder: Handling = {
  async observe({ shown, context, files }) {
    if ((await files.status(shown)) === null) return { state: "at", value: null };
    if (await isShown(shown, context)) return { state: "at", value: published };
    return { state: "present", sha256: "something that is not this release" };
  },
  apply: (at) => moveFolder(at, at.hidden, at.shown),
  undo: (at) => moveFolder(at, at.shown, at.hidden),
};

const pointer: Handling = {
  async observe({ root, files }) {
    const path = join(root, latest);
    const status = await files.status(path);
    if (status === null) return { state: "at", value: null };
    if (status.kind === "symlink") return { state: "at", value: await files.readLink(path) };
    return { state: "present", sha256: `a ${status.kind} that is no link` };
  },
  apply: ({ root, thing, files }) => files.link(thing.tag, join(root, latest)),
  async undo({ root, mutation: { change }, files }) {
    if (change.kind === "move" && change.from) await files.link(change.from, join(root, latest));
    else await files.remove(join(root, latest));
  },
};

export const handlings: Readonly<Record<ThingKind, Handling>> = { file, folder, latest: pointer };

/** Whether users see this very release, and not another of the same tag. */
export async function isShown(shown: string, { manifest, ports }: ChannelContext): Promise<boolean> {
  const seen = await contentAt(join(shown, manifestFile), ports.files);
  return seen.state === "present" && seen.sha256 === manifest;
}

export async function contentAt(path: string, files: Files): Promise<Observation> {
  const status = await files.status(path);
  if (status === null) return { state: "absent" };
  return {
    state: "present",
    sha256: status.kind === "file" ? (await contentOf(files.open(path))).sha256 : `a ${status.kind}`,
  };
}

async function moveFolder({ files }: At, from: string | null, to: string | null): Promise<void> {
  if (from === null || to === null) throw new Error("a release that is made in place does not appear");
  await files.makeFolder(dirname(to));
  await files.rename(from, to);
}
