/**
 * Globs over the paths of a tree: `*` and `?` within a name, `**` for any folders. Invariant: matching takes at most
 * |glob| × |path| steps, whatever the glob.
 */

/** The paths that a glob stands for, in the order given. A glob without wildcards stands for the path of that name. */
export function matchGlob(glob: string, paths: readonly string[]): readonly string[] {
  const folders = glob.split("/");
  return paths.filter((path) => matches(folders, path.split("/"), (part) => part === "**", matchesName));
}

/** Whether it stands for more than the path of its name. */
export function isGlob(path: string): boolean {
  return /[*?]/.test(path);
}

function matchesName(glob: string, name: string): boolean {
  return matches(
    Array.from(glob),
    Array.from(name),
    (character) => character === "*",
    (wanted, found) => wanted === "?" || wanted === found,
  );
}

/** Goes back to the last star only: what an earlier star could take instead, the last one can take as well. */
function matches(
  pattern: readonly string[],
  parts: readonly string[],
  isStar: (part: string) => boolean,
  matchesOne: (wanted: string, found: string) => boolean,
): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let index = 0; index < parts.length;) {
    const wanted = pattern[at];
    if (wanted !== undefined && isStar(wanted)) {
      star = at++;
      from = index;
    } else if (wanted !== undefined && matchesOne(wanted, parts[index] ?? "")) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++from;
    } else return false;
  }
  return pattern.slice(at).every(isStar);
}
