/** What .tar.gz and .zip have in common: one archive per target with everything that its builds make, and the documents. */
import { array, boolean, description, optional, picklist, pipe, strictObject, type InferOutput } from "valibot";
import type { PlannedArtifact } from "../../domain/artifact.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import { parseTarget, type System } from "../../domain/target.ts";
import { archiveContents } from "../../engines/archive/contents.ts";
import type { ArchiveEntry } from "../../engines/archive/entry.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Packager } from "../../ports/packager.ts";
import { targetBuilds } from "./targets.ts";

const systems = ["linux", "darwin", "windows", "freebsd"] as const satisfies readonly System[];

const archiveSection = strictObject({
  systems: optional(
    pipe(
      array(picklist(systems)),
      description("Systems whose targets get this archive. Default: Windows a .zip, others a .tar.gz."),
    ),
  ),
  "wrap-in-folder": optional(
    pipe(
      boolean(),
      description(
        "Everything in one folder, <name>-<version>-<target>/, so that unpacking spills nothing. Default: true.",
      ),
    ),
    true,
  ),
});
export type ArchiveSection = InferOutput<typeof archiveSection>;

interface ArchiveFormat {
  readonly format: "tar.gz" | "zip";
  /** Systems whose users expect this format. */
  readonly home: readonly System[];
  readonly write: (entries: readonly ArchiveEntry[], epoch: number) => Bytes;
}

export function archivePackager({ format, home, write }: ArchiveFormat): Packager<ArchiveSection> {
  return {
    format,
    section: archiveSection,
    defaults: (project) =>
      targetBuilds(project).some(({ target }) => home.includes(target.system)) ? { "wrap-in-folder": true } : null,
    plan: (project, section) => planArchives(project, section, format, home),
    async write(artifact, section, inputs) {
      const target = parseTarget(artifact.target ?? "");
      const folder = section["wrap-in-folder"] ? artifact.file.slice(0, -`.${format}`.length) : "";
      return write(await archiveContents(target, artifact.from, folder, inputs), inputs.epoch);
    },
  };
}

function planArchives(
  project: Project,
  section: ArchiveSection,
  format: string,
  home: readonly System[],
): readonly PlannedArtifact[] {
  const all = targetBuilds(project);
  const athome = all.filter(({ target }) => (section.systems ?? home).includes(target.system));
  // Asked for by name where no system is at home with it: then for all there are.
  const wanted = athome.length === 0 && section.systems === undefined ? all : athome;
  if (wanted.length === 0) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `packages.${format}.systems names ${(section.systems ?? []).join(", ") || "nothing"}; the builds are for ${all.map(({ target }) => target.id).join(", ")}.`,
      next: `Name a system that is built for, or write "${format}: false".`,
    });
  }
  return wanted.map(({ target, builds }) => ({
    id: `${format}:${target.id}`,
    kind: "archive",
    format,
    file: `${project.name}-${project.version.text}-${target.id}.${format}`,
    target: target.id,
    from: builds,
  }));
}
