/** What a tree says about itself without a configuration. Absent is unknown; nothing is made up. */
import type { About, DocumentSpec } from "../../domain/project.ts";

export interface Detected extends About {
  /** Id of the ecosystem that was recognised, or `none`. */
  readonly ecosystem: string;
  /** The file that most of it was read from; null where there is none. */
  readonly manifest: string | null;
  /** A valid project name. */
  readonly name?: string;
  /** As the manifest says it, whatever that is. */
  readonly version?: string;
  readonly builds: readonly DetectedBuild[];
  readonly documents: DocumentSpec;
  /** Arguments by which the program may print its completions, `{shell}` for the shell: a guess, for people to look at. */
  readonly completionCommand?: readonly string[];
  readonly notes: readonly Note[];
}

export interface DetectedBuild {
  /** The ecosystem's id. */
  readonly builder: string;
  /** Keys of that builder. */
  readonly section: Readonly<Record<string, unknown>>;
  /** Names of the programs that it makes. */
  readonly binaries: readonly string[];
}

/** Something that a user should know, and what to do about it where there is something to do. */
export interface Note {
  readonly message: string;
  readonly next?: string;
  /** What in the configuration settles it: builds, version.places or source.overlay. */
  readonly until?: "builds" | "places" | "overlay";
}

/** One kind of repository: one file, and its line in `ecosystems`. */
export interface Ecosystem {
  /** Also the id of its builder. */
  readonly id: string;
  /** Ids of the targets that its programs are usually built for. Not the machine's own: two machines make one plan. */
  readonly targets: readonly string[];
  /** Whether the tree has this ecosystem's manifest at its top. */
  recognises(tree: TreeView): boolean;
  detect(tree: TreeView): Promise<Detection>;
}

/** What an ecosystem knows; documents and a licence's text are read alike for all. */
export type Detection = Omit<Detected, "ecosystem" | "documents">;

/** A tree as detection reads it: regular files, and links by their names alone. */
export interface TreeView {
  /** Sorted. */
  readonly paths: readonly string[];
  /** Paths of symbolic links, which may lead anywhere. Sorted. */
  readonly links: readonly string[];
  has(path: string): boolean;
  /** Names in a folder ("" is the top), files and folders, sorted. */
  list(folder: string): readonly string[];
  /** The text, or null where there is no such file or it is larger than any manifest. */
  text(path: string): Promise<string | null>;
  /** A manifest as data; null where there is none. Throws MANIFEST_INVALID. */
  toml(path: string): Promise<Table | null>;
  json(path: string): Promise<Table | null>;
}

export type Table = Readonly<Record<string, unknown>>;
