/**
 * The Release files that a suite has had, kept below it with the indexes that they name: a client that has read one finds
 * what it promises, and a rollback has something to go back to. Invariant: what is kept has been public.
 */
import { parseRelease, type ReleaseFile } from "../../formats/release-file.ts";
import type { Storage } from "../../ports/storage.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import type { Suite } from "./suite.ts";
import { digestOf } from "./suite.ts";

/** How many are kept beside the present one: a mirror or a proxy may be as many changes behind. */
export const generationsKept = 3;

export interface Generation {
  readonly path: string;
  /** Seconds since 1970, from its Release. */
  readonly date: number;
}

function generationsFolder(suite: string): string {
  return `${suiteFolder(suite)}/generations`;
}

/** Where the suite's present Release is kept once it is followed by another. */
export function generationPath({ name, release, text }: Suite): string {
  const date = String(release.date).padStart(12, "0");
  return `${generationsFolder(name)}/${date}-${digestOf(Buffer.from(text)).slice(0, 16)}`;
}

/** The newest first. */
export async function generationsOf(storage: Storage, suite: string): Promise<readonly Generation[]> {
  const found: Generation[] = [];
  for await (const { path } of storage.list(generationsFolder(suite))) {
    const date = /\/(\d{12})-[0-9a-f]{16}$/.exec(path)?.[1];
    if (date !== undefined) found.push({ path, date: Number(date) });
  }
  return found.sort((a, b) => b.date - a.date || (a.path < b.path ? 1 : -1));
}

export async function readGeneration(storage: Storage, { path }: Generation): Promise<ReleaseFile | null> {
  const stored = await storage.read(path);
  return stored === null ? null : parseRelease(Buffer.from(stored.bytes).toString());
}

/** Removes generations beyond those kept, and the indexes that no kept one names. */
export async function dropOldGenerations(storage: Storage, suite: string, present: ReleaseFile): Promise<void> {
  const generations = await generationsOf(storage, suite);
  const old = generations.slice(generationsKept);
  if (old.length === 0) return;
  const kept = new Set<string>(byHashPaths(suite, present));
  for (const generation of generations.slice(0, generationsKept)) {
    const release = await readGeneration(storage, generation);
    if (release !== null) for (const path of byHashPaths(suite, release)) kept.add(path);
  }
  for (const generation of old) {
    const release = await readGeneration(storage, generation);
    const gone = release === null ? [] : byHashPaths(suite, release).filter((path) => !kept.has(path));
    // The record goes last: while it is there, what it names is still to be removed.
    await storage.remove(gone);
    await storage.remove([generation.path]);
  }
}

function byHashPaths(suite: string, { indexes }: ReleaseFile): readonly string[] {
  return [...indexes].map(([path, { sha256 }]) => `${suiteFolder(suite)}/${byHashPath(path, sha256)}`);
}
