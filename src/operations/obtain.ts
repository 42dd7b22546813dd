/**
 * The artifacts of a release, from where they are: staged in a store, left whole by `build`, or else made now. Invariant:
 * what was made before is never made again, and every byte of it is compared with its manifest.
 */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import { contentOf, digestOfValue } from "../engines/hash.ts";
import { isWhole, readManifest } from "../engines/manifest-text.ts";
import type { Ports } from "../ports/index.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { nameOf, type Staged } from "../steps/publish/staged.ts";
import { assemble, type Assembled } from "./assemble.ts";
import type { Release } from "./prepare.ts";
import { buildFolder } from "./work-folder.ts";

export async function obtain(ports: Ports, release: Release, staged: Staged | null, work: string): Promise<Assembled> {
  if (staged !== null) return fromStore(ports, release, staged, join(work, "artifacts"));
  return (await fromBuild(ports, release)) ?? assemble(ports, release, { work, cache: release.cacheFolder });
}

/** The local store's own folder where all of it is there; else copies, each from the first store that has it. */
async function fromStore(
  ports: Ports,
  { plan, channels, signer, releasesFolder }: Release,
  { manifest, store }: Staged,
  copies: string,
): Promise<Assembled> {
  const origin = `already staged in ${store.id}`;
  const local = join(releasesFolder, plan.tag);
  const assembled = { manifest, origin, smoke: new Map<string, string>() };
  if (store === channels[0] && (await holdsAll(ports, local, manifest))) return { ...assembled, folder: local };
  const digests = new Map(manifest.artifacts.map(({ file, sha256 }) => [file, sha256]));
  digests.set(manifestFile, digestOfValue(manifest));
  const stores = releaseContent({ ports, release: nameOf(plan), digests, folders: [], channels, signer });
  for (const { file, kind } of manifest.artifacts)
    await ports.files.write(join(copies, file), stores.content(file), kind === "binary" ? 0o755 : 0o644);
  return { ...assembled, folder: copies };
}

async function holdsAll({ files }: Ports, folder: string, { artifacts }: Manifest): Promise<boolean> {
  for (const { file } of artifacts) if ((await files.status(join(folder, file))) === null) return false;
  return true;
}

/** What `build` left, unless it was made by another plan: then the commit or the configuration has changed since. */
async function fromBuild({ files, reporter }: Ports, release: Release): Promise<Assembled | null> {
  const folder = buildFolder(release);
  if ((await files.status(join(folder, manifestFile))) === null) return null;
  const manifest = readManifest(await files.readText(join(folder, manifestFile)));
  if (manifest === null || manifest.plan !== release.planDigest || !isWhole(manifest, release.plan)) {
    const message = `What build left in ${folder} is not of this plan: the release is built anew.`;
    reporter.report({ type: "warning", message });
    return null;
  }
  for (const { file, sha256 } of manifest.artifacts) {
    const there = (await files.status(join(folder, file)))?.kind === "file";
    const seen = there ? (await contentOf(files.open(join(folder, file)))).sha256 : "nothing";
    if (seen === sha256) continue;
    throw new ReleaseError("ARTIFACT_CHANGED", {
      what: `${join(folder, file)} was built with sha256 ${sha256}; now it is ${seen}.`,
      next: `Build it again, or remove ${folder}; then run the same command again.`,
    });
  }
  const smoke = new Map(
    release.plan.builds.map(({ id }) => [id, `not run here: taken from ${folder}, as build left it`]),
  );
  return { manifest, folder, smoke, origin: `built before, in ${folder}` };
}
