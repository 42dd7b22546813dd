/** A file that a build names, followed through links as the kernel would (path_resolution(7)), and held inside the clone. */
import { dirname, isAbsolute, join, relative } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { FileStatus, Files } from "../../ports/files.ts";

const mostLinks = 40;

export interface FileInside {
  readonly path: string;
  readonly status: FileStatus;
}

/** The file at `path` under `folder`, or null where nothing is; CONFIG_PATH_ESCAPES where a link leads out of `root`. */
export async function fileInside(files: Files, root: string, folder: string, path: string): Promise<FileInside | null> {
  let at = root;
  let rest = [...partsOf(relative(root, folder)), ...partsOf(path)];
  let links = 0;
  let status: FileStatus | null = null;
  while (rest.length > 0) {
    const [part = "", ...after] = rest;
    at = join(at, part);
    rest = after;
    if (!isWithin(root, at)) throw escapes(path);
    status = await files.status(at);
    if (status === null) return null;
    if (status.kind !== "symlink") continue;
    const target = await files.readLink(at);
    if (isAbsolute(target) || ++links > mostLinks) throw escapes(path);
    rest = [...partsOf(target), ...rest];
    at = dirname(at);
  }
  return status?.kind === "file" ? { path: at, status } : null;
}

function partsOf(path: string): readonly string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function escapes(path: string): ReleaseError {
  return new ReleaseError("CONFIG_PATH_ESCAPES", {
    what: `${quoted(path)} leads through a link out of the clean clone.`,
    next: "Let the build copy the file into the tree (cp -L), and name the copy.",
  });
}
