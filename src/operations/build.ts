/** `build`: builds and packages without touching a channel; whole, a snapshot, a part, or the parts joined. */
import { join, resolve } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { manifestFile, type Manifest, type PartialManifest } from "../domain/manifest.ts";
import { parseTarget } from "../domain/target.ts";
import { expecting } from "../engines/hash.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import type { Ports } from "../ports/index.ts";
import { joinParts } from "../steps/freeze/index.ts";
import { assemble } from "./assemble.ts";
import { prepare, type Release, type ReleaseOptions } from "./prepare.ts";
import { snapshotTag } from "./snapshot.ts";
import { announce, inStep } from "./step.ts";
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

/** What a part's manifest is called: `build --merge` looks for it. */
const partFile = "part.json";

const steps = { plan: "Read the tag, compare versions, plan", build: "Build and package" } as const;

export async function build(world: OperationWorld, options: BuildOptions): Promise<BuildResult> {
  const { ports } = world;
  announce(ports.reporter, steps);
  const release = await inStep(ports.reporter, "plan", steps.plan, async () =>
    prepare(world, { ...options, unsigned: true, tag: await tagOf(ports, options) }),
  );
  const folder = resolve(ports.environment.folder, options.out ?? buildFolder(release));
  const work = join(release.workFolder, "work", release.plan.tag.replaceAll("/", "-"));
  const manifest = await inStep(ports.reporter, "build", steps.build, async () => {
    const given = joinParts(release.plan, await readParts(ports, options.merge));
    const only = options.only.map((target) => parseTarget(target).id);
    requireTargets(release, only);
    for (const { file, sha256 } of given) await copyPart(ports, options.merge, file, sha256, folder);
    const assembled = await assemble(ports, release, {
      work,
      cache: release.cacheFolder,
      artifacts: folder,
      given,
      only,
    });
    return assembled.manifest;
  });
  await ports.files.write(join(folder, "targets" in manifest ? partFile : manifestFile), canonicalJson(manifest));
  return { manifest, folder };
}

/** Where `build` leaves a whole release that `cut` then goes on with. */
export function buildFolder(release: Release): string {
  return join(release.workFolder, "build", release.plan.tag.replaceAll("/", "-"));
}

async function tagOf(ports: Ports, { tag, snapshot }: BuildOptions): Promise<string> {
  if (snapshot) return snapshotTag(ports);
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

async function readParts(ports: Ports, folders: readonly string[]): Promise<readonly PartialManifest[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const path = join(resolve(ports.environment.folder, folder), partFile);
      const part = JSON.parse(await ports.files.readText(path)) as PartialManifest;
      return part;
    }),
  );
}

/** A file of a part comes over with the digest that its manifest names, or not at all. */
async function copyPart(
  ports: Ports,
  folders: readonly string[],
  file: string,
  sha256: string,
  to: string,
): Promise<void> {
  for (const folder of folders) {
    const path = join(resolve(ports.environment.folder, folder), file);
    const status = await ports.files.status(path);
    if (status?.kind !== "file") continue;
    await ports.files.write(join(to, file), expecting(ports.files.open(path), file, sha256), status.mode & 0o755);
    return;
  }
  throw new ReleaseError("FILE_MISSING", {
    what: `${file} is named by a part's manifest and is in none of ${folders.join(", ")}.`,
    next: "Copy the part's folder again, with everything in it.",
  });
}
