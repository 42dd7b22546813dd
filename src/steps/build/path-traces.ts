/** Looks for the folders of a build inside what it made: a program that holds them differs at every build. */
import type { Files } from "../../ports/files.ts";

/** Those of the folders whose path the file holds. One pass; memory does not grow with the file. */
export async function pathTraces(files: Files, path: string, folders: readonly string[]): Promise<readonly string[]> {
  const needles = folders.map((folder) => Buffer.from(folder));
  const overlap = Math.max(0, ...needles.map(({ length }) => length - 1));
  const found = new Set<string>();
  let tail = Buffer.alloc(0);
  for await (const chunk of files.open(path)) {
    const window = Buffer.concat([tail, chunk]);
    for (const [index, needle] of needles.entries()) if (window.includes(needle)) found.add(folders[index] ?? "");
    tail = window.subarray(Math.max(0, window.length - overlap));
  }
  return [...found];
}
