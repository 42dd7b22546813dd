/** What every ecosystem has to say alike: a lock file that is not committed, a version that only git knows. */
import type { Note, TreeView } from "./detected.ts";

/** A lock file that git ignores is the usual reason for its absence, so the line is looked for. */
export async function lockNote(tree: TreeView, lock: string, make: string): Promise<readonly Note[]> {
  if (tree.has(lock)) return [];
  const lines = ((await tree.text(".gitignore")) ?? "").split(/\r?\n/);
  const ignored = lines.findIndex((line) => [lock, `/${lock}`, "*.lock", `**/${lock}`].includes(line.trim())) + 1;
  const add = `git add ${ignored > 0 ? "-f " : ""}${lock} && git commit -m "Commit ${lock}"`;
  return [
    {
      message: `${lock} is not in the commit${ignored > 0 ? `: line ${ignored} of .gitignore keeps it out` : ""}. Builds of one tag would differ.`,
      until: "overlay",
      next: `${make} && ${add}; for a tag that exists already: source: { overlay: { ${lock}: path/to/${lock} } }`,
    },
  ];
}

/** Manifests of projects whose version only git knows hold zeros, or nothing. */
export function isPlaceholderVersion(version: string | undefined): boolean {
  return version === undefined || /^0\.0\.0(?:$|[-+])/.test(version);
}

export function versionNote(manifest: string, version: string | undefined): readonly Note[] {
  if (!isPlaceholderVersion(version)) return [];
  return [
    {
      message: `${manifest} says ${version === undefined ? "no version" : `version ${version}`}: the tag alone will say it.`,
      until: "places",
      next: "See to it that the build stamps the version into the program: its --version must print it.",
    },
  ];
}
