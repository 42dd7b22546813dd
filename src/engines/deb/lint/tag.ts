/**
 * One thing that can be wrong with a package. Names are those of lintian 2.116 where it has the tag, and so is the text
 * behind the name (the context): overrides that a package ships are written against both.
 * Invariant: a tag is one entry of an array; nothing else knows of it.
 */
import type { Subject, SubjectEntry } from "./subject.ts";

export type Severity = "error" | "warning" | "info";

export interface LintTag {
  readonly tag: string;
  readonly severity: Severity;
  /** What it means for who installs the package. */
  readonly explain: string;
  /** How to mend it: in ggen-release.yaml, in the sources, or in the package's override file. */
  readonly next: string;
  /** lintian has no such tag. */
  readonly own?: true;
  /** The context of each place, as lintian writes it; an empty one where it writes none. */
  readonly find: (deb: Subject) => Iterable<string>;
}

/** `[usr/bin/tool]`, `0600 != 0644 [usr/bin/tool]`. */
export function at(entry: Pick<SubjectEntry, "shown">, context = ""): string {
  return `${context}${context === "" ? "" : " "}[${entry.shown}]`;
}

/** `check` of each entry gives the words before its path, true for none, undefined or false where nothing is wrong. */
export function ofEntries(
  check: (entry: SubjectEntry, deb: Subject) => string | boolean | undefined,
): (deb: Subject) => Iterable<string> {
  return function* (deb) {
    for (const entry of deb.entries) {
      const found = check(entry, deb);
      if (found !== undefined && found !== false) yield at(entry, found === true ? "" : found);
    }
  };
}

/** For what is said once of a package. */
export function once(check: (deb: Subject) => string | boolean | undefined): (deb: Subject) => Iterable<string> {
  return (deb) => {
    const found = check(deb);
    return found === undefined || found === false ? [] : [found === true ? "" : found];
  };
}
