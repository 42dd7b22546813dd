/**
 * The Release files that a suite has had, kept below it with the indexes that they name: a client that has read one finds
 * what it promises, and a rollback has something to go back to. Invariant: what is kept has been public.
 */
import { parseRelease, type ReleaseFile } from "../../formats/release-file.ts";
import type { Storage } from "../../ports/storage.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import type { Suite } from "./suite.ts";
import { digestOf } from "../hash.ts";

/** How many are kept beside the present one: a mirror or a proxy may be as many changes behind. */
export const generationsKept = 3;

export interface Generation {
  readonly path: string;
  /** Seconds since 1970, from its Release. */
  readonly date: number;
  /** Its place among those of one second, from 0. */
  readonly place: number;
}

function generationsFolder(suite: string): string {
  return `${suiteFolder(suite)}/generations`;
}

/** Where the suite's present Release is kept once it is followed by another; `kept`: what generationsOf answered. */
export function nextGeneration({ name, release, text }: Suite, kept: readonly Generation[]): Generation {
  const { date } = release;
  const digest = digestOf(Buffer.from(text)).slice(0, 16);
  // A run that was stopped, or another writer, has kept it already.
  const present = kept.find(({ path }) => path.endsWith(`-${digest}`));
  if (present !== undefined) return present;
  const place = Math.max(-1, ...kept.filter((each) => each.date === date).map((each) => each.place)) + 1;
  const numbers = `${String(date).padStart(12, "0")}-${String(place).padStart(4, "0")}`;
  return { path: `${generationsFolder(name)}/${numbers}-${digest}`, date, place };
}

/** The newest first. */
export async function generationsOf(storage: Storage, suite: string): Promise<readonly Generation[]> {
  const found: Generation[] = [];
  for await (const { path } of storage.list(generationsFolder(suite))) {
    const [, date, place] = /\/(\d{12})-(\d{4,9})-[0-9a-f]{16}$/.exec(path) ?? [];
    if (date !== undefined) found.push({ path, date: Number(date), place: Number(place) });
  }
  return found.sort(newestFirst);
}

function newestFirst(a: Generation, b: Generation): number {
  return b.date - a.date || b.place - a.place || (a.path < b.path ? 1 : -1);
}

export async function readGeneration(storage: Storage, { path }: Generation): Promise<ReleaseFile | null> {
  const stored = await storage.read(path);
  return stored === null ? null : parseRelease(Buffer.from(stored.bytes).toString());
}

/** Removes generations beyond those kept, and the indexes that no kept one names. `all`: in any order. */
export async function dropOldGenerations(
  storage: Storage,
  suite: string,
  present: ReleaseFile,
  all: readonly Generation[],
): Promise<void> {
  const generations = all.toSorted(newestFirst);
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
