/** From what a user writes after --repo to the storage behind it. */
import { isAbsolute, join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Ports } from "../../ports/index.ts";
import type { Storage } from "../../ports/storage.ts";
import { folderStorage } from "./folder.ts";

export async function openStorage(place: string, { processes, environment }: Ports): Promise<Storage> {
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(place) ?? [];
  if (scheme === undefined && place !== "" && !/[\u0000-\u001f]/.test(place)) {
    return folderStorage(isAbsolute(place) ? place : join(environment.folder, place), processes);
  }
  throw new ReleaseError("USAGE", {
    what: `${quoted(place)} is no place for a repository.`,
    next: "Name a folder, s3://bucket/prefix or ssh://host/folder.",
  });
}
