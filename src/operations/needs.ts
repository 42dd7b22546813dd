/**
 * What the programs of a release need to start, held against the release before: a library that a dependency brought is
 * seen by whoever releases, before users whose systems lack it see it. Invariant: what was not compared is said not to be.
 */
import { join } from "node:path";
import { ReleaseError, isReleaseError } from "../domain/errors/index.ts";
import type { Artifact } from "../domain/artifact.ts";
import type { Finding } from "../domain/finding.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import { expecting } from "../engines/hash.ts";
import type { Channel, ChannelContext, ReleaseName } from "../ports/channel.ts";
import type { Ports } from "../ports/index.ts";
import { newNeeds, readNeeds } from "../steps/build/needs.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { parseManifest, textOf } from "../steps/publish/staged.ts";
import type { Assembled } from "./assemble.ts";
import type { Release } from "./prepare.ts";

/** @param scratch folder for programs of the release before */
export async function compareNeeds(
  ports: Ports,
  { previous, channels }: Pick<Release, "previous" | "channels">,
  assembled: Assembled,
  scratch: string,
): Promise<readonly Finding[]> {
  if (previous === null) return [];
  const context = releaseContent({
    ports,
    release: previous,
    digests: new Map(),
    folders: [],
    channels,
    signer: null,
  });
  try {
    return await compare({ ports, context, previous, channels, scratch }, assembled);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return [notRun(previous, error.what)];
  }
}

interface Comparison {
  readonly ports: Ports;
  readonly context: ChannelContext;
  readonly previous: ReleaseName;
  readonly channels: readonly Channel[];
  readonly scratch: string;
}

async function compare(comparison: Comparison, { manifest, folder }: Assembled): Promise<readonly Finding[]> {
  const { ports, previous } = comparison;
  const before = await released(comparison);
  if (before === null) return [notRun(previous, `no channel that keeps releases holds ${previous.tag}.`)];
  const findings: Finding[] = [];
  for (const artifact of manifest.artifacts.filter(({ kind }) => kind === "binary")) {
    const earlier = before.manifest.artifacts.find(({ id }) => id === artifact.id);
    if (earlier === undefined) continue;
    const path = await fetched(comparison, before.store, earlier);
    const needs = newNeeds(
      await readNeeds({ name: earlier.file, path }, ports.files),
      await readNeeds({ name: artifact.file, path: join(folder, artifact.file) }, ports.files),
    );
    findings.push(needs.length === 0 ? same(artifact, previous) : more(artifact, previous, needs));
  }
  return findings;
}

async function released({
  context,
  previous,
  channels,
}: Comparison): Promise<{ readonly manifest: Manifest; readonly store: Channel } | null> {
  for (const store of channels.filter(({ stores }) => stores)) {
    const bytes = await store.read(previous, manifestFile, context);
    if (bytes !== null) return { manifest: parseManifest(await textOf(bytes), store.id, previous.tag), store };
  }
  return null;
}

/** A copy whose bytes are those of the manifest. */
async function fetched(
  { ports, context, previous, scratch }: Comparison,
  store: Channel,
  { file, sha256 }: Artifact,
): Promise<string> {
  const path = join(scratch, "released", file);
  const bytes = await store.read(previous, file, context);
  if (bytes === null) {
    throw new ReleaseError("STORE_DAMAGED", {
      what: `${store.id} has the manifest of ${previous.tag}, and not ${file}.`,
      next: `Bring ${file} back; its digest stands in the manifest.`,
    });
  }
  await ports.files.write(path, expecting(bytes, file, sha256));
  return path;
}

function same({ file }: Artifact, { tag }: ReleaseName): Finding {
  return { id: "needs", verdict: "pass", message: `${file} needs no library that it did not need in ${tag}` };
}

function more({ file }: Artifact, { tag }: ReleaseName, needs: readonly string[]): Finding {
  return {
    id: "needs",
    verdict: "warn",
    message: `${file} needs ${needs.join(", ")}, and did not in ${tag}`,
    next: "Find the dependency that brought it (cargo tree, ldd), or tell users: without it the program does not start.",
  };
}

function notRun({ tag }: ReleaseName, why: string): Finding {
  return { id: "needs", verdict: "not-run", message: `whether programs need more than in ${tag}: ${why}` };
}
