/** Which suites a tree holds: every folder below dists/ with a Release or InRelease in it. */
import type { Storage } from "../../ports/storage.ts";

/** Sorted. An architecture's folder may have a Release file of its own, which names no index. */
export async function suitesOf(storage: Storage): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { path } of storage.list("dists")) {
    const suite = /^dists\/(.+)\/(?:In)?Release$/.exec(path)?.[1];
    if (suite !== undefined && !/\/(?:binary-[^/]+|source)$/.test(suite)) found.add(suite);
  }
  return [...found].sort();
}
