/**
 * Old versions out of the suites, and out of the pool what nobody names any more: no suite, no generation that is kept,
 * and no writer that has just brought its files in. Invariant: a file that a client can still be told of stays.
 */
import { bytesText, splitStanzas, stanzaField } from "../../formats/index-stanzas.ts";
import type { ReleaseFile } from "../../formats/release-file.ts";
import { compareKeys } from "./package-key.ts";
import type { Repository } from "./change.ts";
import type { SuitePackage } from "./contents-of-suite.ts";
import { generationsOf, readGeneration } from "./generations.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import { openSuite } from "./packages-index.ts";
import { readSuite, type Suite } from "./suite.ts";
import { suitesOf } from "./suites.ts";

/** Of each package and architecture, all but the newest `keep` versions. */
export function olderVersions(packages: readonly SuitePackage[], keep: number): readonly SuitePackage[] {
  const groups = Map.groupBy(packages, ({ component, key }) => `${component} ${key.name} ${key.architecture}`);
  return [...groups.values()].flatMap((group) => group.toSorted((a, b) => compareKeys(b.key, a.key)).slice(keep));
}

export interface Unnamed {
  readonly path: string;
  readonly size: number;
}

/**
 * Files of the pool and indexes by digest that nothing names. `before`: seconds since 1970; what was written later may
 * belong to a run that has not come to its end.
 */
export async function unnamedFiles(repository: Repository, before: number): Promise<readonly Unnamed[]> {
  const { storage, signer } = repository;
  const named = new Set<string>();
  const folders = ["pool"];
  for (const name of await suitesOf(storage)) {
    const suite = await readSuite(storage, name, signer);
    if (suite === null) continue;
    const generations = await Promise.all(
      (await generationsOf(storage, name)).map((generation) => readGeneration(storage, generation)),
    );
    for (const release of [suite.release, ...generations]) {
      if (release !== null) for (const path of await namesOf(repository, { ...suite, release })) named.add(path);
    }
    for (const folder of byHashFolders(suite)) folders.push(folder);
  }
  const unnamed: Unnamed[] = [];
  for (const folder of folders) {
    for await (const { path, size, modified } of storage.list(folder)) {
      if (!named.has(path) && modified < before) unnamed.push({ path, size });
    }
  }
  return unnamed.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Indexes by digest, and every file that they name. */
async function namesOf({ storage }: Repository, suite: Suite): Promise<readonly string[]> {
  const open = openSuite(storage, suite);
  const names: string[] = [];
  for (const [path, { sha256 }] of suite.release.indexes) {
    names.push(`${suiteFolder(suite.name)}/${byHashPath(path, sha256)}`);
    if (!path.endsWith("/Packages")) continue;
    for (const { bytes } of (await open.packages(path)).chunks) {
      for (const stanza of splitStanzas(bytesText(bytes))) names.push(stanzaField(stanza, "Filename") ?? "");
    }
  }
  return names;
}

function byHashFolders({ name, release }: { readonly name: string; readonly release: ReleaseFile }): readonly string[] {
  const folders = [...release.indexes.keys()].map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  return [...new Set(folders)].map((folder) => `${suiteFolder(name)}/${folder}by-hash`);
}
