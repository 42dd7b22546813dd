/** The extension point for places that are found by themselves: one object literal in one file, and its line in readers.ts. */
import type { Mention } from "./place.ts";
import type { SourceText } from "./source-text.ts";
import type { Survey } from "./survey.ts";

export interface Reader {
  /** The kind of file, as the documentation names it. */
  readonly id: string;
  /** Paths of the files of this kind that belong to the root. */
  find(survey: Survey): readonly string[];
  /** Whether a file that the configuration names is of this kind. */
  reads(path: string): boolean;
  /** Every place in the file that names a version of ours. Throws VERSION_PLACE_UNREADABLE. */
  read(source: SourceText, survey: Survey): Promise<readonly Mention[]>;
}

/** For `reads` by the file's own name. */
export function isNamed(...names: readonly string[]): (path: string) => boolean {
  return (path) => names.includes(path.split("/").at(-1) ?? "");
}
