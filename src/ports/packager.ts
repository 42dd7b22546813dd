/** The extension point for package formats: one object literal in one file, and its line in src/operations/packagers.ts. */
import type { GenericSchema } from "valibot";
import type { Artifact, PlannedArtifact } from "../domain/artifact.ts";
import type { About, Project, Shell } from "../domain/project.ts";
import type { Bytes, Files } from "./files.ts";
import type { Processes } from "./processes.ts";

export interface Packager<Section = never> {
  /** Key under `packages:` in the configuration: `tar.gz`, `deb` … */
  readonly format: string;
  readonly section: GenericSchema;
  /** Fields of the project that it cannot do without; of an inner list, one suffices. Default: none. */
  readonly needs?: readonly (keyof About | readonly (keyof About)[])[];
  /** The section where the configuration says nothing; null where the format is only made when asked for or not possible. */
  defaults(project: Omit<Project, "packages" | "channels">): unknown;
  /** Files and folders of the tree that the section names: they are looked for before anything is built. Default: none. */
  sources?(section: Section): readonly string[];
  /** Why `defaults` is null, where somebody may miss the format; `plan` and `check` say it. */
  absence?(project: Omit<Project, "packages" | "channels">): string | undefined;
  /** Which files, from what. Pure; names are final. Refuses what could not be written. */
  plan(project: Project, section: Section): readonly PlannedArtifact[];
  /** The file's bytes. Streams: memory does not grow with the inputs. Same inputs, same bytes. */
  write(artifact: PlannedArtifact, section: Section, inputs: PackageInputs): Promise<Bytes>;
}

export interface PackageInputs {
  readonly project: Project;
  /** Committer time, seconds since 1970: the only time that may enter a package. */
  readonly epoch: number;
  /** The binaries of a planned build (`<build id>:<target id>`). */
  binaries(build: string): readonly InputFile[];
  /** README, licence, man pages, completions, in a fixed order. */
  readonly documents: readonly InputDocument[];
  /** An artifact that was written before (its id is in `from`). */
  artifact(id: string): Artifact;
  /** Reads one of the artifacts written before. */
  open(id: string): Bytes;
  /** The clean clone. */
  readonly source: string;
  readonly archiveSource: (prefix: string) => Bytes;
  /** Folder for intermediate files, shared by all packagers of a run: names must be unique. May not exist yet; goes with the run. */
  readonly scratch: string;
  readonly files: Files;
  readonly processes: Processes;
}

export interface InputFile {
  /** Name without folder. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

export interface InputDocument extends InputFile {
  readonly role: "document" | "license" | "man" | "completion";
  /** Of a completion. */
  readonly shell?: Shell;
}
