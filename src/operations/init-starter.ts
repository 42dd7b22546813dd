/** What `init` writes: what the tree shows, with what git and this machine know beside it. */
import { basename } from "node:path";
import { isReleaseError } from "../domain/errors/index.ts";
import type { About } from "../domain/project.ts";
import { commonTargets } from "../domain/target.ts";
import { addressFrom, maintainerFrom } from "../engines/detect/about.ts";
import { ecosystems } from "../engines/detect/detect.ts";
import type { Detected } from "../engines/detect/detected.ts";
import { isPlaceholderVersion } from "../engines/detect/notes.ts";
import { projectNameFrom } from "../engines/values/names.ts";
import { parseWebAddress } from "../engines/values/web-address.ts";
import type { Repository } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import { missingFor } from "../steps/config/field-missing.ts";
import type { Starter } from "../steps/config/starter.ts";
import { tagPrefixOf } from "../steps/config/tag-prefix.ts";
import { type UnfitKey, fitSection } from "../steps/config/unfit-key.ts";
import { kinds } from "./kinds.ts";

export async function gatherStarter(
  ports: Ports,
  repository: Repository,
  detected: Detected,
  tags: readonly string[],
): Promise<Starter> {
  const found = await findFields(ports, repository, detected);
  const about: About = {
    ...detected,
    ...Object.fromEntries(Object.entries(found).map(([field, { value }]) => [field, value])),
  };
  const missing = kinds.packagers.flatMap((packager) => missingFor(packager, about));
  const tagPrefix = tagPrefixOf(tags);
  const unfit = unfitKeyOf(detected);
  return {
    name: detected.name ?? projectNameFrom(basename(repository.folder)) ?? "tool",
    detected,
    found,
    missing,
    ...(tagPrefix === undefined ? {} : { tagPrefix }),
    placeholders: placeholdersIn(detected),
    targets: targetsOf(detected, ports.environment.host),
    ...(unfit === undefined ? {} : { unfit }),
  };
}

function unfitKeyOf({ builds: [build] }: Detected): UnfitKey | undefined {
  const builder = kinds.builders.find(({ id }) => id === build?.builder);
  if (build === undefined || builder === undefined) return undefined;
  const fit = fitSection(build, builder);
  return fit.fits ? undefined : fit.unfit;
}

/** What no manifest says, git may: where the repository is, and who worked on it last. */
async function findFields({ git }: Ports, repository: Repository, detected: Detected): Promise<Starter["found"]> {
  const origin = detected.repository === undefined ? realAddress(await git.originAddress(repository)) : undefined;
  const author =
    detected.maintainer === undefined && repository.head !== null
      ? maintainerFrom(await git.author(repository, repository.head))
      : undefined;
  return {
    ...(origin === undefined ? {} : { repository: { value: origin, from: "where git's origin is" } }),
    ...(author === undefined || /\[bot\]|noreply/i.test(author)
      ? {}
      : { maintainer: { value: author, from: "the author of the last commit" } }),
  };
}

function realAddress(origin: string | null): string | undefined {
  try {
    const address = addressFrom(origin ?? undefined);
    return address === undefined ? undefined : parseWebAddress(address);
  } catch (error) {
    if (isReleaseError(error)) return undefined;
    throw error;
  }
}

/** Manifest and lock file of a project whose version only git knows; a manifest without a version disagrees with nothing. */
function placeholdersIn({ ecosystem, version }: Detected): readonly string[] {
  if (version === undefined || !isPlaceholderVersion(version)) return [];
  return ecosystem === "cargo" ? ["**/Cargo.toml", "Cargo.lock"] : ["**/package.json", "package-lock.json"];
}

/** Cargo builds for the machine that it runs on; the others for any, or for one only. */
function targetsOf({ ecosystem, builds }: Detected, host: string): readonly string[] {
  if (builds.length === 0) return [];
  const usual = ecosystems.find(({ id }) => id === ecosystem)?.targets ?? [];
  return ecosystem === "cargo" && commonTargets.includes(host) ? [host] : usual;
}
