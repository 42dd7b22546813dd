/**
 * A folder of releases: `<path>/<tag>/<file>`, and `latest`, a symbolic link to the newest. It is the store of a local
 * release and a target that any web server can serve. A target's files are staged out of sight in `.staged/<tag>/` and
 * appear by one rename of the folder; the local store is worked on in place, and is whole once `manifest.json` is there.
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Finding } from "../domain/finding.ts";
import { manifestFile } from "../domain/manifest.ts";
import type { Mutation, Observation } from "../domain/mutation.ts";
import { compareVersions, parseVersion } from "../domain/version.ts";
import { contentOf } from "../engines/hash.ts";
import type { Channel, ChannelContext, ChannelKind, PlannedRelease, ReleaseName } from "../ports/channel.ts";
import type { Files } from "../ports/files.ts";

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

/** Written before anything is staged: it tells our own unfinished work from files that somebody else put there. */
const mark = "plan.json";
const latest = "latest";
const published = "published";

function folderChannel(id: string, root: string, stagedIn: string | null): Channel {
  const placesOf = (tag: string, file: string): readonly string[] =>
    stagedIn === null ? [join(root, tag, file)] : [join(root, tag, file), join(root, stagedIn, tag, file)];

  return {
    id,
    stores: true,
    preflight: ({ ports }) => preflight(id, root, ports.files),
    prepare: (release) => prepare(id, release, stagedIn !== null),
    observe: (mutation, { ports }) => observe(mutation, ports.files, root, placesOf),
    async apply(mutation, context) {
      const { files } = context.ports;
      const { kind, tag, file, mode } = thingOf(mutation);
      if (kind === "file") await files.write(stagePlace(placesOf(tag, file)), context.content(file), mode);
      else if (kind === "folder") await files.rename(join(root, stagedIn ?? "", tag), join(root, tag));
      else await files.link(tag, join(root, latest));
    },
    async hasUnfinished({ tag }: ReleaseName, { ports: { files } }: ChannelContext) {
      if (stagedIn !== null) return (await files.status(join(root, stagedIn, tag))) !== null;
      const marked = (await files.status(join(root, tag, mark))) !== null;
      return marked && (await files.status(join(root, tag, manifestFile))) === null;
    },
    concedes: (mutation, value) => isNewer(value, thingOf(mutation).tag),
    async undo(mutation, { ports: { files } }) {
      const { kind, tag, file } = thingOf(mutation);
      if (kind === "file") for (const place of placesOf(tag, file)) await files.remove(place);
      else if (kind === "folder") await files.rename(join(root, tag), join(root, stagedIn ?? "", tag));
      else if (mutation.change.kind === "move" && mutation.change.from)
        await files.link(mutation.change.from, join(root, latest));
      else await files.remove(join(root, latest));
    },
    async read(release: ReleaseName, file: string, { ports: { files } }: ChannelContext) {
      for (const place of placesOf(release.tag, file)) {
        if ((await files.status(place))?.kind === "file") return files.open(place);
      }
      return null;
    },
  };
}

function prepare(id: string, release: PlannedRelease, hidden: boolean): readonly Mutation[] {
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

async function observe(
  mutation: Mutation,
  files: Files,
  root: string,
  placesOf: (tag: string, file: string) => readonly string[],
): Promise<Observation> {
  const { kind, tag, file } = thingOf(mutation);
  if (kind === "latest") {
    const pointer = join(root, latest);
    const status = await files.status(pointer);
    return {
      state: "at",
      value:
        status === null
          ? null
          : status.kind === "symlink"
            ? await files.readLink(pointer)
            : "something that is no link",
    };
  }
  if (kind === "folder")
    return { state: "at", value: (await files.status(join(root, tag))) === null ? null : published };
  for (const place of placesOf(tag, file)) {
    const status = await files.status(place);
    if (status?.kind === "file") return { state: "present", sha256: (await contentOf(files.open(place))).sha256 };
    if (status !== null) return { state: "present", sha256: `a ${status.kind}` };
  }
  return { state: "absent" };
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

/** What a mutation's `object` says: which of the three kinds of thing, of which release, and the file's name and mode. */
interface Thing {
  readonly kind: string;
  readonly tag: string;
  readonly file: string;
  readonly mode: number;
}

function thingOf({ object }: Mutation): Thing {
  return {
    kind: object["kind"] ?? "",
    tag: object["tag"] ?? "",
    file: object["file"] ?? "",
    mode: object["executable"] === "yes" ? 0o755 : 0o644,
  };
}

/** New files go to the last place: the staged one where there is one. */
function stagePlace(places: readonly string[]): string {
  const place = places.at(-1);
  if (place === undefined) throw new Error("a file has no place");
  return place;
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
