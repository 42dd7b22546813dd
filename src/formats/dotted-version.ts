/** Versions that are numbers between dots, as symbol versions and libraries have them; `2.4` comes before `2.17`. */

/** Negative when `a` comes before `b`. Missing numbers count as 0. */
export function compareDotted(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
