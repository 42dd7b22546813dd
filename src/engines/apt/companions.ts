/**
 * What a suite has beside its Packages, on request: Contents, translations, Packages.zst. That its Release names them is
 * the request: each later change keeps them up to date. Invariant: they say what Packages says.
 */
import type { ReleaseFile } from "../../formats/release-file.ts";
import type { Repository } from "./change.ts";
import type { Chunk, IndexChange } from "./chunks.ts";
import { contentsFiles, contentsPath } from "./contents-index.ts";
import { indexFiles, nothingCompressed } from "./index-files.ts";
import type { OpenSuite } from "./packages-index.ts";
import { translationFiles, translationPath } from "./translation-index.ts";

export interface Companions {
  /** Contents-ARCHITECTURE.gz: which package holds a file. */
  readonly contents: boolean;
  /** Long descriptions in i18n/Translation-en, their first lines in Packages. */
  readonly translation: boolean;
  /** Packages.zst beside the other forms. */
  readonly zstd: boolean;
}

export const noCompanions: Companions = { contents: false, translation: false, zstd: false };

export function companionsOf({ indexes }: Pick<ReleaseFile, "indexes">): Companions {
  const has = (pattern: RegExp): boolean => [...indexes.keys()].some((path) => pattern.test(path));
  return {
    contents: has(/^[^/]+\/Contents-[^/]+\.gz$/),
    translation: has(/^[^/]+\/i18n\/Translation-en(?:\.|$)/),
    zstd: has(/\/Packages\.zst$/),
  };
}

/** One Packages index before and after a change. */
export interface IndexEdit extends IndexChange {
  readonly component: string;
  readonly architecture: string;
  readonly before: readonly Chunk[];
  readonly next: readonly Chunk[];
}

/** The files of a suite's companions after these edits, by path below its folder. */
export async function companionFiles(
  repository: Repository,
  open: OpenSuite,
  edits: readonly IndexEdit[],
  wanted: Companions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  if (wanted.contents) {
    const lists = new Map<string, Promise<readonly string[]>>();
    for (const edit of edits) {
      for (const [file, bytes] of await contentsFiles(repository, open, edit, lists)) files.set(file, bytes);
    }
  }
  if (!wanted.translation) return files;
  for (const [component, group] of Map.groupBy(edits, (edit) => edit.component)) {
    for (const [file, bytes] of await translationFiles(repository, open, component, group)) files.set(file, bytes);
  }
  return files;
}

/** Those of a suite that holds nothing. */
export async function emptyCompanions(
  { ports }: Repository,
  components: readonly string[],
  architectures: readonly string[],
  wanted: Companions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const empty = await indexFiles([], nothingCompressed, ports);
  const files = new Map<string, Uint8Array>();
  for (const component of components) {
    for (const architecture of wanted.contents ? architectures : []) {
      const path = contentsPath(component, architecture);
      for (const form of ["", ".gz"] as const) files.set(`${path}${form}`, empty.get(form) ?? new Uint8Array());
    }
    for (const [form, bytes] of wanted.translation ? empty : [])
      files.set(`${translationPath(component)}${form}`, bytes);
  }
  return files;
}
