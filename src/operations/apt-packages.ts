/** `apt list`, `apt show` and `apt diff`: what suites hold. They read what everybody reads, and need no key. */
import { ReleaseError } from "../domain/errors/index.ts";
import { keyOf } from "../engines/apt/chunks.ts";
import { suitePackages, type SuitePackage } from "../engines/apt/contents-of-suite.ts";
import { foreignSuites } from "../engines/apt/foreign-tree.ts";
import { compareKeys, keyText } from "../engines/apt/package-key.ts";
import { openSuite } from "../engines/apt/packages-index.ts";
import { readHead } from "../engines/apt/suite.ts";
import { suitesOf } from "../engines/apt/suites.ts";
import { stanzaField } from "../formats/index-stanzas.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Storage } from "../ports/storage.ts";
import type { AptWorld } from "./apt-repository.ts";

type ReadWorld = Pick<AptWorld, "openStorage" | "decompressor">;

export interface ListedPackage {
  readonly suite: string;
  readonly component: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** Path of its file in the repository. */
  readonly file: string;
  /** Percentage of machines that upgrade to it by themselves. */
  readonly phased: number;
}

export interface ListOptions {
  readonly repo: string;
  /** All suites where none is named. */
  readonly suite?: string;
  readonly name?: string;
}

export async function aptList(
  { openStorage, decompressor }: ReadWorld,
  { repo, suite, name }: ListOptions,
): Promise<{ readonly repo: string; readonly packages: readonly ListedPackage[] }> {
  const storage = await openStorage(repo);
  const suites = suite === undefined ? await suitesOf(storage) : [suite];
  const packages: ListedPackage[] = [];
  // A flat repository has packages, and no suite by whose name they could be asked for.
  for (const each of suites.length === 0 ? [flat] : suites) {
    const found = await packagesIn(storage, decompressor, each);
    packages.push(
      ...found
        .filter(({ key }) => name === undefined || key.name === name)
        .toSorted((a, b) => compareKeys(a.key, b.key))
        .map((one) => listed(each, one)),
    );
  }
  return { repo: storage.place, packages };
}

/** The stanzas of a package, as its indexes hold them. */
export async function aptShow(
  { openStorage, decompressor }: ReadWorld,
  {
    repo,
    suite,
    name,
    version,
  }: ListOptions & { readonly name: string; readonly suite: string; readonly version?: string },
): Promise<readonly string[]> {
  const storage = await openStorage(repo);
  const found = (await packagesIn(storage, decompressor, suite)).filter(
    ({ key }) => key.name === name && (version === undefined || key.version === version),
  );
  if (found.length === 0) {
    throw new ReleaseError("APT_PACKAGE_MISSING", {
      what: `The suite ${suite} has no package ${name}${version === undefined ? "" : ` of version ${version}`}.`,
      next: `See what it has: ggen-release apt list --repo ${storage.place} --suite ${suite}`,
    });
  }
  return found
    .toSorted((a, b) => compareKeys(a.key, b.key))
    .map(({ stanza }) => Buffer.from(stanza, "latin1").toString());
}

export interface SuiteDifference {
  /** In the second suite only. */
  readonly added: readonly ListedPackage[];
  /** In the first one only. */
  readonly removed: readonly ListedPackage[];
  /** In both, with other bytes or another stanza. */
  readonly changed: readonly ListedPackage[];
}

export async function aptDiff(
  { openStorage, decompressor }: ReadWorld,
  { repo, from, to }: { readonly repo: string; readonly from: string; readonly to: string },
): Promise<SuiteDifference> {
  const storage = await openStorage(repo);
  const [before, after] = await Promise.all([byKey(storage, decompressor, from), byKey(storage, decompressor, to)]);
  return {
    added: [...after].filter(([key]) => !before.has(key)).map(([, one]) => listed(to, one)),
    removed: [...before].filter(([key]) => !after.has(key)).map(([, one]) => listed(from, one)),
    changed: [...after]
      .filter(([key, { stanza }]) => (before.get(key)?.stanza ?? stanza) !== stanza)
      .map(([, one]) => listed(to, one)),
  };
}

async function byKey(
  storage: Storage,
  decompressor: Decompressor,
  suite: string,
): Promise<ReadonlyMap<string, SuitePackage>> {
  const found = await packagesIn(storage, decompressor, suite);
  return new Map(found.map((one) => [`${one.component} ${keyText(one.key)}`, one]));
}

/** What stands where others have a suite. */
const flat = "";

/** Of a suite, or, in a tree that has none, of the flat repository that it is, whatever it is asked for. */
async function packagesIn(
  storage: Storage,
  decompressor: Decompressor,
  suite: string,
): Promise<readonly SuitePackage[]> {
  const head = suite === flat ? null : await readHead(storage, suite);
  if (head !== null) return suitePackages(openSuite(storage, head.suite));
  const suites = await suitesOf(storage);
  const [only] = suites.length === 0 ? await foreignSuites(storage, decompressor) : [];
  const packages = (only?.packages ?? []).flatMap(({ stanza }) =>
    stanza === null ? [] : [{ key: keyOf(stanza), stanza, component: "", listedFor: [] }],
  );
  if (packages.length > 0 || suite === flat) return packages;
  throw new ReleaseError("APT_SUITE_MISSING", {
    what: `${storage.place} has no suite ${suite}.`,
    next:
      suites.length === 0
        ? `It has none at all. Make one: ggen-release apt init --repo ${storage.place} --origin NAME`
        : `It has ${suites.join(", ")}: name one of them with --suite.`,
  });
}

function listed(suite: string, { key, component, stanza }: SuitePackage): ListedPackage {
  return {
    suite,
    component,
    ...key,
    size: Number(stanzaField(stanza, "Size") ?? 0),
    sha256: stanzaField(stanza, "SHA256") ?? "",
    file: stanzaField(stanza, "Filename") ?? "",
    phased: Number(stanzaField(stanza, "Phased-Update-Percentage") ?? 100),
  };
}
