/** A tree of files by relative path: a commit's, or a folder's. What detection, configuration and version places read. */
export interface TreeEntry {
  /** Relative path with forward slashes. */
  readonly path: string;
  readonly kind: "file" | "executable" | "symlink" | "submodule";
}

export interface Tree {
  /** All entries, sorted by path. */
  entries(): Promise<readonly TreeEntry[]>;
  /** Content of a file (a symlink's target text), or null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  readText(path: string): Promise<string | null>;
  /** Contents of these files, those that are there: for trees in which many reads are cheaper at once. */
  readMany?(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}
