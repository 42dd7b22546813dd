/**
 * Whether what a program prints names a version. Invariant: the version is a word of its own, so 5.0.2 is found neither
 * in 15.0.21 nor in 5.0.2-rc.1 nor in 5.0.2-3-gabc123 of `git describe`.
 */

/** The version alone, or after the program's name and a `v`: `5.0.2`, `v5.0.2`, `ggen-5.0.2`, `go1.26.8`, `2to3-v5.0.2`. */
export function namesVersion(output: string, version: string): boolean {
  // Words of the characters that versions and names are made of. A full stop at the end is the sentence's.
  const words = output.match(/[\p{L}\p{N}.+~_-]+/gu) ?? [];
  return words.some((word) => {
    const trimmed = word.replace(/[.]+$/, "");
    return trimmed.endsWith(version) && isPrefix(trimmed.slice(0, trimmed.length - version.length));
  });
}

/** A name: no version of its own in it, and no digit that would belong to the number that follows. */
function isPrefix(prefix: string): boolean {
  if (prefix === "") return true;
  return /\p{L}/u.test(prefix) && !/\d\./.test(prefix) && !/[\d.+~]$/.test(prefix);
}
