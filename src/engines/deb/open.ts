/** A .deb on the disk, opened to be read here and there. */
import { basename, dirname, resolve } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { paged, type RandomAccess } from "../../formats/random-access.ts";
import type { Files } from "../../ports/files.ts";

/** As many links as Linux follows. */
const mostLinks = 40;

/** `path` is absolute; a symbolic link, as people keep to the latest package, is followed. Throws FILE_MISSING. */
export async function openDeb(path: string, files: Files): Promise<RandomAccess> {
  let [found, status] = [path, await files.status(path)];
  for (let links = 0; status?.kind === "symlink" && links < mostLinks; links++) {
    found = resolve(dirname(found), await files.readLink(found));
    status = await files.status(found);
  }
  if (status?.kind === "file") {
    const { size } = status;
    return paged(basename(path), size, (offset, length) => files.readAt(found, offset, length));
  }
  throw new ReleaseError("FILE_MISSING", {
    what: status === null ? `${path} is not there.` : `${path} is no regular file.`,
    next: "Name a .deb file.",
  });
}
