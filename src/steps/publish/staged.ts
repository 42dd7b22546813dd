/**
 * What a store already holds of a release. A stage with a manifest is gone on with, never built again; one without it
 * is work that was not finished, and is done again.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { manifestFile, type Manifest } from "../../domain/manifest.ts";
import type { Plan } from "../../domain/plan.ts";
import { isWhole, readManifest } from "../../engines/manifest-text.ts";
import { digestOfPlan } from "../../engines/plan-digest.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Channel, ChannelContext, ReleaseName } from "../../ports/channel.ts";

const manifestLimit = 16 * 1024 * 1024;

export interface Staged {
  readonly manifest: Manifest;
  readonly store: Channel;
}

/** The first store that holds a whole stage of this plan, or null. Another plan's stage is a conflict. */
export async function findStaged(
  plan: Plan,
  channels: readonly Channel[],
  context: ChannelContext,
): Promise<Staged | null> {
  for (const store of channels.filter(({ stores }) => stores)) {
    const bytes = await store.read(nameOf(plan), manifestFile, context);
    if (bytes === null) continue;
    const place = store.place ?? store.id;
    const manifest = parseManifest(await textOf(bytes), place, plan.tag);
    requireSamePlan(plan, manifest, place);
    return { manifest, store };
  }
  return null;
}

function requireSamePlan(plan: Plan, manifest: Manifest, store: string): void {
  if (manifest.commit !== plan.commit) {
    throw new ReleaseError("GIT_TAG_MOVED", {
      what: `Tag ${plan.tag} names commit ${plan.commit.slice(0, 12)}; ${store} holds a release of it made from ${manifest.commit.slice(0, 12)}.`,
      next: `Release under the next version, or set the tag back: git tag -f -a ${plan.tag} ${manifest.commit.slice(0, 12)}`,
    });
  }
  const wanted = digestOfPlan(plan);
  if (manifest.plan === wanted) {
    if (isWhole(manifest, plan)) return;
    throw damaged(store, plan.tag, "does not name the files of the plan that it was made by");
  }
  throw new ReleaseError("STORE_OTHER_PLAN", {
    what: `${store} holds ${plan.tag} made by plan ${manifest.plan.slice(0, 12)}; the plan is now ${wanted.slice(0, 12)}.`,
    next: `Use the configuration, key and version of ggen-release that it was staged with, or, if nobody has it yet, move ${plan.tag} out of ${store}: it is built anew.`,
  });
}

export function nameOf(plan: Plan): ReleaseName {
  return { project: plan.project, version: plan.version, tag: plan.tag };
}

export function parseManifest(text: string, store: string, tag: string): Manifest {
  const manifest = readManifest(text);
  if (manifest !== null) return manifest;
  throw damaged(store, tag, "is not a manifest");
}

function damaged(store: string, tag: string, how: string): ReleaseError {
  return new ReleaseError("STORE_DAMAGED", {
    what: `${manifestFile} of ${tag} in ${store} ${how}.`,
    next: `Move the damaged ${tag} out of ${store}, then run the same command again: it is built anew.`,
  });
}

export async function textOf(bytes: Bytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > manifestLimit)
      throw new ReleaseError("STORE_DAMAGED", {
        what: `A text file in the store is larger than ${manifestLimit} bytes.`,
        next: "Look at the store: something else lies there.",
      });
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
