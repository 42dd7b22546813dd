/**
 * The bytes of a release, wherever they lie: in the work folder of this run, in the release on disk, or in the store
 * that another machine filled. Invariant: what is handed out has the bound digest, or the stream fails at its end.
 */
import { join } from "node:path";
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { manifestFile } from "../../domain/manifest.ts";
import type { Mutation } from "../../domain/mutation.ts";
import { expecting } from "../../engines/hash.ts";
import type { Channel, ChannelContext, ReleaseName } from "../../ports/channel.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Ports } from "../../ports/index.ts";
import type { Signer } from "../../ports/signer.ts";
import { textOf } from "./staged.ts";

export interface ContentJob {
  readonly ports: Ports;
  readonly release: ReleaseName;
  /** Digest of every file of the release. */
  readonly digests: ReadonlyMap<string, Sha256>;
  /** Folders to look in, in order. */
  readonly folders: readonly string[];
  readonly channels: readonly Channel[];
  readonly signer: Signer | null;
}

export function releaseContent(job: ContentJob): ChannelContext {
  const context: ChannelContext = {
    ports: job.ports,
    manifest: job.digests.get(manifestFile) ?? null,
    content: (file) => locate(job, context, file),
    async verifies(mutation: Mutation, signs: string) {
      if (mutation.change.kind !== "create" || job.signer === null) return false;
      const channel = job.channels.find(({ id }) => id === mutation.channel);
      const signature = await channel?.read(job.release, mutation.change.content.file, context);
      return signature === null || signature === undefined
        ? false
        : job.signer.verify(locate(job, context, signs), await textOf(signature));
    },
  };
  return context;
}

async function* locate(job: ContentJob, context: ChannelContext, file: string): Bytes {
  const wanted = job.digests.get(file);
  if (wanted === undefined) throw new Error(`${file} is not part of the release`);
  for (const folder of job.folders) {
    const path = join(folder, file);
    if ((await job.ports.files.status(path))?.kind !== "file") continue;
    yield* expecting(job.ports.files.open(path), file, wanted);
    return;
  }
  const stores = job.channels.filter((channel) => channel.stores);
  for (const store of stores) {
    const bytes = await store.read(job.release, file, context);
    if (bytes === null) continue;
    yield* expecting(bytes, file, wanted);
    return;
  }
  const { tag } = job.release;
  const copies = stores.map(({ id, place }) => (place === undefined ? `${tag} in ${id}` : join(place, tag)));
  throw new ReleaseError("STORE_DAMAGED", {
    what: `${file} is named by the manifest of ${job.release.tag}, and no copy of the release has it: looked in ${stores.map(({ id, place }) => place ?? id).join(" and ")}.`,
    next: `Move ${copies.join(" and ")} away as a whole, then run the same command again: it is built anew.`,
  });
}
