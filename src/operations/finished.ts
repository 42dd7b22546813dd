/**
 * A signed release that is out as a whole needs no secret key: nothing is left to sign. Invariant: every change is seen in
 * its channel with the digest that the run which made it wrote down; where one is not, the key is asked for after all.
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Sha256 } from "../domain/digest.ts";
import { isReleaseError } from "../domain/errors/index.ts";
import { manifestFile } from "../domain/manifest.ts";
import { digestOfText } from "../engines/hash.ts";
import { isWhole, readManifest } from "../engines/manifest-text.ts";
import type { Ports } from "../ports/index.ts";
import { bind } from "../steps/plan/bind.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { isThere } from "../steps/publish/publish.ts";
import { nameOf } from "../steps/publish/staged.ts";
import type { CutResult } from "./cut.ts";
import { prepare, type ReleaseOptions } from "./prepare.ts";
import type { OperationWorld } from "./world.ts";

/** What `plan.json` is read for: who signed, and the digests of the signatures, of which there is no other record. */
const recordedPlan = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    signer: v.string(),
    mutations: v.array(
      v.looseObject({
        change: v.looseObject({
          content: v.exactOptional(v.looseObject({ file: v.string(), sha256: v.exactOptional(v.string()) })),
        }),
      }),
    ),
  }),
);

/** The release, where all of it is there; null where something is left to do, or the failure is not the key's. */
export async function findFinished(
  { ports, openSigner }: OperationWorld,
  options: ReleaseOptions,
  failure: unknown,
): Promise<CutResult | null> {
  if (!isReleaseError(failure) || failure.code !== "KEY_UNREADABLE") return null;
  // What there is to say of the tag was said before the key was asked for.
  const silent = { ...ports, reporter: { ...ports.reporter, report: () => undefined } };
  const release = await prepare({ ports: silent, openSigner }, { ...options, signedElsewhere: true });
  const folder = join(release.releasesFolder, release.plan.tag);
  const manifestText = await textIn(ports, join(folder, manifestFile));
  const manifest = readManifest(manifestText);
  const recorded = v.safeParse(recordedPlan, await textIn(ports, join(folder, "plan.json")));
  if (manifest === null || !recorded.success || !isWhole(manifest, release.plan)) return null;
  const { signer, mutations } = recorded.output;
  const { signing } = release.project;
  if (manifest.plan !== release.planDigest || (signing.with === "openpgp" && !isOf(signer, signing.fingerprint)))
    return null;

  const digests = new Map<string, Sha256>();
  for (const { change } of mutations)
    if (change.content?.sha256 !== undefined) digests.set(change.content.file, change.content.sha256);
  for (const { file, sha256 } of manifest.artifacts) digests.set(file, sha256);
  digests.set(manifestFile, digestOfText(manifestText));
  const unbound = release.plan.mutations.some(
    ({ change }) => change.kind === "create" && !digests.has(change.content.file),
  );
  if (unbound) return null;
  const plan = { ...bind(release.plan, manifest, digests), signer };
  const { channels } = release;
  const context = releaseContent({ ports, release: nameOf(plan), digests, folders: [folder], channels, signer: null });
  for (const mutation of plan.mutations) {
    const channel = channels.find(({ id }) => id === mutation.channel);
    const seen = await channel?.observe(mutation, context);
    if (seen === undefined || !(await isThere(mutation, seen, context, channel))) return null;
  }
  return { manifest, plan, folder, signer, unchanged: true, pending: [] };
}

async function textIn({ files }: Ports, path: string): Promise<string> {
  return (await files.status(path))?.kind === "file" ? files.readText(path) : "";
}

/** Whether the key that signed is the pinned one, however that is written. */
function isOf(signer: string, pinned: string | undefined): boolean {
  return pinned === undefined || pinned.replaceAll(" ", "").replace(/^0x/i, "").toUpperCase() === signer;
}
