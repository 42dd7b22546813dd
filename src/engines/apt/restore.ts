/**
 * An earlier state of a suite made its present one again, and a state kept under a name of its own. The old indexes come
 * back under a new date and signature: clients refuse a Release that is older than the one they have.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { ReleaseFile, SuiteIdentity } from "../../formats/release-file.ts";
import { newRelease, nextRelease, updateSuite, type Repository } from "./change.ts";
import type { NewState } from "./publish.ts";
import { digestOf } from "../hash.ts";
import { readIndexFile, type Suite } from "./suite.ts";

/** The suite with the indexes of an earlier state of it, or of a snapshot. null where there is no such suite. */
export async function restoreState(
  repository: Repository,
  suite: string,
  from: { readonly suite: string; readonly release: ReleaseFile },
): Promise<Suite | null> {
  return updateSuite(repository, suite, async (open): Promise<NewState | null> => {
    if (open === null || sameIndexes(open.suite.release, from.release)) return null;
    const before = open.suite;
    const { components, architectures } = from.release;
    const files = await indexesOf(repository, { ...before, name: from.suite, release: from.release });
    const dropped = [...before.release.indexes.keys()].filter((path) => !from.release.indexes.has(path));
    const release = await nextRelease(before.release, repository.signer, repository.ports);
    return { suite, before, release: { ...release, components, architectures }, files, dropped };
  });
}

/** A new suite with what another holds now. Refuses a name that is taken by another state. */
export async function keepSnapshot(repository: Repository, from: Suite, name: string): Promise<Suite | null> {
  return updateSuite(repository, name, async (open): Promise<NewState | null> => {
    if (open !== null && sameIndexes(open.suite.release, from.release)) return null;
    if (open !== null) {
      throw new ReleaseError("APT_SUITE_FIXED", {
        what: `There is a suite ${name} already, and it holds something else.`,
        next: "Choose another name for the snapshot.",
      });
    }
    const { components, architectures, origin, label } = from.release;
    const identity: SuiteIdentity = { origin, label, suite: name, codename: name };
    const { indexes: _, ...release } = await newRelease(identity, { components, architectures }, repository);
    return { suite: name, before: null, release, files: await indexesOf(repository, from) };
  });
}

export function sameIndexes(a: ReleaseFile, b: ReleaseFile): boolean {
  return (
    a.indexes.size === b.indexes.size &&
    [...a.indexes].every(([path, { sha256 }]) => b.indexes.get(path)?.sha256 === sha256)
  );
}

async function indexesOf({ storage }: Repository, suite: Suite): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [path, { sha256 }] of suite.release.indexes) {
    const bytes = await readIndexFile(storage, suite, path);
    if (bytes !== null && digestOf(bytes) === sha256) files.set(path, bytes);
  }
  return files;
}
