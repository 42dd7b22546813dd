/** The data tree of a package as values: what an entry is apart from its content, and what is odd about it. */
import { posix } from "node:path";
import type { ReadEntry, ReadKind } from "../../formats/tar-reader.ts";

export interface TreeEntry {
  readonly kind: ReadKind;
  /** Absolute. */
  readonly path: string;
  /** Four digits, octal. */
  readonly mode: string;
  /** `root:root`; numbers where there is no name. */
  readonly owner: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly target?: string;
  readonly device?: string;
}

export function treeEntry(entry: ReadEntry): TreeEntry {
  const { kind, path, mode, size, mtime, uid, gid, user, group, target, device } = entry;
  return {
    kind,
    path: `/${path}`,
    mode: mode.toString(8).padStart(4, "0"),
    owner: `${owner(user, uid)}:${owner(group, gid)}`,
    size,
    time: mtime,
    ...(target === undefined ? {} : { target: kind === "hardlink" ? `/${target}` : target }),
    ...(device === undefined ? {} : { device: `${device.major}:${device.minor}` }),
  };
}

/** A name that does not belong to the number is told with it: the one counts here, the other there. */
function owner(name: string, id: number): string {
  if (name === "") return String(id);
  return name === "root" && id !== 0 ? `root(${id})` : name;
}

/** What deserves a second look; undefined for what packages usually hold. */
export function oddity(entry: TreeEntry): string | undefined {
  const { kind, mode, target } = entry;
  if (kind === "symlink") return climbs(entry) ? `points out of the root: ${target}` : undefined;
  if (kind.endsWith("device") || kind === "fifo") return `is a ${kind}`;
  const bits = Number.parseInt(mode, 8);
  if (kind === "file" && (bits & 0o4000) !== 0) return "is setuid: it runs as its owner, whoever starts it";
  if (kind === "file" && (bits & 0o2000) !== 0) return "is setgid: it runs as its group, whoever starts it";
  if ((bits & 0o0002) !== 0 && (bits & 0o1000) === 0) return "may be written by everybody";
  return undefined;
}

function climbs({ path, target = "" }: TreeEntry): boolean {
  if (target.startsWith("/")) return false;
  return posix.join(posix.dirname(path).slice(1), target).startsWith("..");
}
