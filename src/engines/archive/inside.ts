/**
 * Finds the file that a path in the clean clone stands for. A link is followed as long as it stays in the clone: what
 * it names is what the tag holds. Invariant: the answer is a regular file, reached without leaving the clone.
 */
import { isAbsolute, join, relative, sep } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Files } from "../../ports/files.ts";

const mostLinks = 40;

/** `path` is absolute. Throws PACKAGE_FILE_MISSING, PACKAGE_PATH_INVALID, PACKAGE_SPECIAL_FILE. */
export async function regularFile(path: string, source: string, files: Files): Promise<string> {
  const inside = stepsInside(path, source);
  const found = inside === undefined ? path : await followed(inside, source, files);
  const status = await files.status(found);
  if (status?.kind === "file") return found;
  if (status?.kind === "symlink") throw leadsOut(path);
  if (status === null) {
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${quoted(path)} is not there.`,
      next: "Commit the file, or take it out of ggen-release.yaml.",
    });
  }
  throw new ReleaseError("PACKAGE_SPECIAL_FILE", {
    what: `${quoted(path)} is a ${status.kind === "folder" ? "folder" : "device, pipe or socket"}, not a file.`,
    next: "Name the files one by one, or with a pattern, in ggen-release.yaml.",
  });
}

/** Names from the clone's folder to the path, or undefined for what lies elsewhere (built files, printed completions). */
function stepsInside(path: string, source: string): readonly string[] | undefined {
  const way = relative(source, path);
  return way === "" || isAbsolute(way) || way.split(sep)[0] === ".." ? undefined : way.split(sep);
}

/** Walks name by name, since each folder on the way can be a link too. */
async function followed(steps: readonly string[], source: string, files: Files): Promise<string> {
  const named = join(source, ...steps);
  const ahead = [...steps];
  let at = source;
  let links = 0;
  for (let step = ahead.shift(); step !== undefined; step = ahead.shift()) {
    const next = join(at, step);
    if ((await files.status(next))?.kind !== "symlink") {
      at = next;
      continue;
    }
    const target = await files.readLink(next);
    const way = stepsInside(isAbsolute(target) ? target : join(at, target), source);
    if (way === undefined || ++links > mostLinks) throw leadsOut(named);
    ahead.unshift(...way);
    at = source;
  }
  return at;
}

function leadsOut(path: string): ReleaseError {
  return new ReleaseError("PACKAGE_PATH_INVALID", {
    what: `${quoted(path)} is a link that leads out of the tag's tree, or in a circle.`,
    next: "Commit the file itself in place of the link.",
  });
}
