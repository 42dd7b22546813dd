/** `build`: builds and packages without touching a channel; whole, a snapshot, a part, or the parts joined. */
import { join, resolve } from "node:path";
import type { Artifact, PlannedArtifact } from "../domain/artifact.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { manifestFile, type Manifest, type PartialManifest } from "../domain/manifest.ts";
import { parseTarget } from "../domain/target.ts";
import { expecting } from "../engines/hash.ts";
import { readPart } from "../engines/manifest-text.ts";
import type { Ports } from "../ports/index.ts";
import { joinParts, requireEveryTarget } from "../steps/freeze/index.ts";
import { withLock } from "../engines/lock.ts";
import { assemble } from "./assemble.ts";
import { openOutFolder, outLock, partFile, requireOutFolder } from "./out-folder.ts";
import { prepare, type Release, type ReleaseOptions } from "./prepare.ts";
import { snapshotVersion } from "./snapshot.ts";
import { announce, inStep } from "./step.ts";
import { buildFolder, inWorkFolder } from "./work-folder.ts";
import type { OperationWorld } from "./world.ts";

export interface BuildOptions extends Omit<ReleaseOptions, "tag" | "snapshot"> {
  readonly tag: string | null;
  readonly snapshot: boolean;
  /** Targets of a part; empty for all. */
  readonly only: readonly string[];
  /** Folders of parts to join. */
  readonly merge: readonly string[];
  readonly out?: string;
}

export interface BuildResult {
  readonly manifest: Manifest;
  readonly folder: string;
}

const steps = { plan: "Read the tag, compare versions, plan", build: "Build and package" } as const;

/** What `build` would make, and where. Nothing is written. */
export async function planBuild(
  world: OperationWorld,
  options: BuildOptions,
): Promise<{ readonly folder: string; readonly artifacts: readonly PlannedArtifact[] }> {
  const { release, folder, only } = await begin(world, options);
  const artifacts = release.plan.artifacts.filter(({ target = "" }) => only.length === 0 || only.includes(target));
  return { folder, artifacts };
}

export async function build(world: OperationWorld, options: BuildOptions): Promise<BuildResult> {
  const { ports } = world;
  announce(ports.reporter, steps);
  const begun = await inStep(ports.reporter, "plan", steps.plan, () => begin(world, options));
  const { release, folder, only } = begun;
  const manifest = await inStep(ports.reporter, "build", steps.build, () =>
    inWorkFolder(ports, release, only, (work) =>
      withLock(ports, join(folder, outLock), () => make(ports, begun, work)),
    ),
  );
  return { manifest, folder };
}

async function make(ports: Ports, { release, folder, only, parts, given }: Begun, work: string): Promise<Manifest> {
  const { files } = ports;
  const out = await openOutFolder(files, folder, release.plan);
  for (const part of parts) await copyPart(ports, part, folder);
  const { manifest } = await assemble(ports, release, {
    work,
    cache: release.cacheFolder,
    artifacts: folder,
    given,
    only,
  });
  await out.finish("targets" in manifest ? partFile : manifestFile, manifest);
  await files.remove(work);
  return manifest;
}

interface Begun {
  readonly release: Release;
  readonly folder: string;
  /** Ids of the targets of a part; empty for all. */
  readonly only: readonly string[];
  readonly parts: readonly GivenPart[];
  /** Artifacts of the parts. */
  readonly given: readonly Artifact[];
}

async function begin(world: OperationWorld, options: BuildOptions): Promise<Begun> {
  const { ports } = world;
  requireOneTask(options);
  const release = await prepare(world, { ...options, unsigned: true, tag: await tagOf(ports, options) });
  const only = options.only.map((target) => parseTarget(target).id);
  requireTargets(release, only);
  const parts = await Promise.all(options.merge.map((path) => readGivenPart(ports, path)));
  const given = joinParts(
    release.plan,
    parts.map(({ part }) => part),
  );
  if (parts.length > 0) requireEveryTarget(release.plan, given);
  return { release, folder: await folderFor(ports, release, options, only, parts), only, parts, given };
}

async function folderFor(
  { files, environment }: Ports,
  release: Release,
  { out }: BuildOptions,
  only: readonly string[],
  parts: readonly GivenPart[],
): Promise<string> {
  if (out === undefined) return buildFolder(release, only);
  const folder = resolve(environment.folder, out);
  if (parts.some((part) => part.folder === folder)) {
    throw new ReleaseError("USAGE", {
      what: `${folder} is named as a part and as the folder to put the whole in.`,
      next: "Name another folder with --out, or leave it out.",
    });
  }
  await requireOutFolder(files, folder, release.plan);
  return folder;
}

function requireOneTask({ only, merge }: BuildOptions): void {
  if (only.length === 0 || merge.length === 0) return;
  throw new ReleaseError("USAGE", {
    what: "--only makes a part, and --merge joins parts: one run does one of the two.",
    next: "Run build with --only and --out PART first, then build with --merge PART for every part.",
  });
}

async function tagOf(ports: Ports, { tag, snapshot, config }: BuildOptions): Promise<string> {
  if (snapshot) return snapshotVersion(ports, config);
  if (tag !== null) return tag;
  throw new ReleaseError("USAGE", {
    what: "build needs a version, or --snapshot.",
    next: "Run: ggen-release build --snapshot",
  });
}

function requireTargets(release: Release, only: readonly string[]): void {
  const known = release.plan.builds.map(({ target }) => target);
  const unknown = only.find((target) => !known.includes(target));
  if (unknown === undefined) return;
  throw new ReleaseError("USAGE", {
    what: `No build makes ${unknown}.`,
    next: `Name one of: ${[...new Set(known)].join(", ")}.`,
  });
}

interface GivenPart {
  readonly folder: string;
  readonly part: PartialManifest;
}

async function readGivenPart({ files, environment }: Ports, path: string): Promise<GivenPart> {
  const folder = resolve(environment.folder, path);
  const part = readPart(await files.readText(join(folder, partFile)));
  if (part !== null) return { folder, part };
  throw new ReleaseError("MERGE_PART_DAMAGED", {
    what: `${join(folder, partFile)} is not what build --only writes.`,
    next: "Copy the part's folder again, with everything in it.",
  });
}

/** Its files come over with the digests that its manifest names, or not at all. */
async function copyPart({ files }: Ports, { folder, part }: GivenPart, to: string): Promise<void> {
  for (const { file, sha256, kind } of part.artifacts) {
    const path = join(folder, file);
    if ((await files.status(path))?.kind !== "file") {
      throw new ReleaseError("FILE_MISSING", {
        what: `${path} is named by ${partFile} beside it, and is not there.`,
        next: "Copy the part's folder again, with everything in it.",
      });
    }
    // Not the mode that it has here: archives of CI services keep none.
    await files.write(join(to, file), expecting(files.open(path), file, sha256), kind === "binary" ? 0o755 : 0o644);
  }
}
