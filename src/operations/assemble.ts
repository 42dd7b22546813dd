/** From a plan to a frozen manifest: clean clone, builds, documents, packages. Everything is written below the work folder. */
import { join } from "node:path";
import type { Artifact } from "../domain/artifact.ts";
import type { Manifest, PartialManifest } from "../domain/manifest.ts";
import type { Ports } from "../ports/index.ts";
import { freeze, freezePart } from "../steps/freeze/index.ts";
import { buildAll } from "../steps/build/index.ts";
import { collectDocuments } from "../steps/package/documents.ts";
import { writeArtifacts } from "../steps/package/write.ts";
import { cloneSource } from "../steps/source/clone.ts";
import { builders } from "./builders.ts";
import { packagers } from "./packagers.ts";
import type { Release } from "./prepare.ts";

export interface AssembleOptions {
  /** For what is thrown away afterwards. */
  readonly work: string;
  /** For what is kept between runs. */
  readonly cache: string;
  /** Where artifacts are written; `artifacts/` in the work folder by default. */
  readonly artifacts?: string;
  /** Artifacts that are there already. */
  readonly given?: readonly Artifact[];
  /** Only these targets; all where empty. */
  readonly only?: readonly string[];
}

export interface Assembled {
  readonly manifest: Manifest | PartialManifest;
  /** Folder that holds the artifacts under their names. */
  readonly folder: string;
  /** Per planned build: what its smoke command said. */
  readonly smoke: ReadonlyMap<string, string>;
  /** Where they come from, in a few words. */
  readonly origin: string;
}

export async function assemble(ports: Ports, release: Release, options: AssembleOptions): Promise<Assembled> {
  const { plan, project, source } = release;
  const { work, cache, given = [], only = [] } = options;
  const folder = options.artifacts ?? join(work, "artifacts");
  const clone = join(work, "source");
  await cloneSource(ports, { source, overlay: release.overlay, folder: clone });

  const wanted = plan.builds.filter((build) =>
    only.length === 0 ? !isGiven(build.id, given) : only.includes(build.target),
  );
  const built = await buildAll({
    plan: { ...plan, builds: wanted },
    project,
    builders,
    ports,
    source: clone,
    work,
    cache,
    epoch: source.epoch,
  });
  const documents = await collectDocuments({
    spec: project.documents,
    tree: release.tree,
    source: clone,
    printed: built.completions,
    files: ports.files,
  });

  const artifacts = await writeArtifacts({
    plan,
    project,
    packagers,
    epoch: source.epoch,
    folder,
    scratch: join(work, "packages"),
    source: clone,
    // In the clone, since git archive heeds attributes that stand in the user's own .git and nowhere else.
    archiveSource: (prefix) => ports.git.archive({ ...source.repository, folder: clone }, plan.commit, prefix),
    binaries: built.binaries,
    documents,
    ports,
    given,
    ...(only.length === 0 ? {} : { only: ({ target }) => target !== undefined && only.includes(target) }),
  });
  await ports.files.remove(clone);
  return {
    manifest: only.length === 0 ? freeze(plan, artifacts) : freezePart(plan, artifacts, only),
    folder,
    smoke: built.smoke,
    origin: `${built.smoke.size} ${built.smoke.size === 1 ? "build" : "builds"}`,
  };
}

/** A build whose every artifact another machine has made needs not be made again. */
function isGiven(build: string, given: readonly Artifact[]): boolean {
  return given.some(({ from }) => from.includes(build));
}
