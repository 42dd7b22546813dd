/**
 * A folder of releases: `<path>/<tag>/<file>`, and `latest`, a symbolic link to the newest. It is the store of a local
 * release and a target that any web server can serve. A target's files are staged out of sight, in
 * `.staged/<tag>/<digest of the manifest>/`, and appear by one rename of the folder; the local store is worked on in
 * place. Either is whole once `manifest.json` is there.
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Finding } from "../domain/finding.ts";
import { manifestFile } from "../domain/manifest.ts";
import type { Mutation } from "../domain/mutation.ts";
import { compareVersions, parseVersion } from "../domain/version.ts";
import type { Channel, ChannelContext, ChannelKind } from "../ports/channel.ts";
import type { Files } from "../ports/files.ts";
import { mutationsOf, thingOf, type ThingKind } from "./folder/mutations.ts";
import { handlings, isShown, type At, type Place } from "./folder/things.ts";
import { removeUnfinished } from "./folder/unfinished.ts";

export interface FolderSection {
  readonly path: string;
}

const entries = {
  path: v.pipe(
    v.string(),
    v.minLength(1),
    v.description("Folder that holds a folder per release; relative to the repository."),
  ),
};

export const folder: ChannelKind<FolderSection> = {
  channel: "folder",
  entries,
  open: (id, section) => folderChannel(id, section.path, ".staged"),
};

/** The local store: `releases/` beside the repository's files. */
export function localStore(path: string): Channel {
  return folderChannel("local", path, null);
}

function folderChannel(id: string, root: string, stagedIn: string | null): Channel {
  // Of each manifest a folder of its own: two machines that made different bytes never fill the same one.
  const placeOf = (tag: string, { manifest }: ChannelContext): Place => ({
    root,
    shown: join(root, tag),
    hidden: stagedIn === null || manifest === null ? null : join(root, stagedIn, tag, manifest),
  });
  const at = (mutation: Mutation, context: ChannelContext): At => {
    const thing = thingOf(mutation);
    return { ...placeOf(thing.tag, context), thing, mutation, context, files: context.ports.files };
  };
  const handling = (mutation: Mutation): (typeof handlings)[ThingKind] => handlings[thingOf(mutation).kind];

  return {
    id,
    stores: true,
    place: root,
    preflight: ({ ports }) => preflight(id, root, ports.files),
    prepare: (release) => mutationsOf(id, release, stagedIn !== null),
    observe: (mutation, context) => handling(mutation).observe(at(mutation, context)),
    apply: (mutation, context) => handling(mutation).apply(at(mutation, context)),
    undo: (mutation, context) => handling(mutation).undo(at(mutation, context)),
    concedes: (mutation, value) => isNewer(value, thingOf(mutation).tag),
    async tidy({ tag }, context) {
      const { shown } = placeOf(tag, context);
      if (stagedIn === null) await removeUnfinished(id, shown, context.ports.files);
      // What others staged of a release that is out can never be published.
      else if (await isShown(shown, context)) await context.ports.files.remove(join(root, stagedIn, tag));
    },
    async read({ tag }, file, context) {
      const { files } = context.ports;
      const { shown, hidden } = placeOf(tag, context);
      const staged = hidden === null && stagedIn !== null ? await wholeIn(join(root, stagedIn, tag), files) : [hidden];
      for (const folder of [shown, ...staged]) {
        if (folder !== null && (await files.status(join(folder, file)))?.kind === "file")
          return files.open(join(folder, file));
      }
      return null;
    },
  };
}

/** Stages that are whole: any machine may go on with one of them. */
async function wholeIn(folder: string, files: Files): Promise<readonly string[]> {
  const whole: string[] = [];
  for (const name of await files.list(folder))
    if ((await files.status(join(folder, name, manifestFile))) !== null) whole.push(join(folder, name));
  return whole;
}

async function preflight(id: string, root: string, files: Files): Promise<readonly Finding[]> {
  const status = await files.status(root);
  if (status !== null && status.kind !== "folder" && status.kind !== "symlink") {
    return [
      {
        id: `${id}:folder`,
        verdict: "fail",
        code: "PERMISSION",
        message: `${root} is a ${status.kind}, not a folder`,
        next: `Move ${root} away, or name another path.`,
      },
    ];
  }
  return [
    { id: `${id}:folder`, verdict: "pass", message: status === null ? `${root} will be made` : `${root} is a folder` },
  ];
}

/** Whether `latest` names a higher version than ours; a name that is no version does not. */
function isNewer(value: string, tag: string): boolean {
  const versionOf = (name: string): ReturnType<typeof parseVersion> => parseVersion(name.replace(/^[^0-9]*/, ""));
  try {
    return compareVersions(versionOf(value), versionOf(tag)) > 0;
  } catch {
    return false;
  }
}
