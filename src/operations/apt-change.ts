/** `apt remove`, `prune`, `promote`, `phase`, `snapshot`, `rollback` and `sign`: changes of suites that are there. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Repository } from "../engines/apt/change.ts";
import type { SuitePackage } from "../engines/apt/contents-of-suite.ts";
import { editPackages, type Edit } from "../engines/apt/edit.ts";
import { generationsOf, readGeneration } from "../engines/apt/generations.ts";
import type { PackageKey } from "../engines/apt/package-key.ts";
import { withPhase } from "../engines/apt/package-stanza.ts";
import { promotePackages } from "../engines/apt/promote.ts";
import { olderVersions, unnamedFiles } from "../engines/apt/prune.ts";
import { keepSnapshot, restoreState, sameIndexes } from "../engines/apt/restore.ts";
import { signSuite } from "../engines/apt/sign.ts";
import { readSuite, type Suite } from "../engines/apt/suite.ts";
import type { ReleaseFile } from "../formats/release-file.ts";
import { changeRepository, type AptWorld, type RepositoryOptions, type SuiteOptions } from "./apt-repository.ts";

export interface PackageChoice {
  readonly name: string;
  /** All versions where none is named. */
  readonly version?: string;
  readonly architecture?: string;
}

/** Out of the suite; the files stay in the pool until they are pruned. */
export async function aptRemove(
  world: AptWorld,
  options: SuiteOptions & PackageChoice,
): Promise<readonly PackageKey[]> {
  return changeRepository(world, options, async (repository) => {
    const edited = await editPackages(repository, options.suite, (packages) => ({
      put: [],
      drop: chosen(packages, options),
    }));
    return demandThere(edited, options.suite, repository);
  });
}

/** How many machines upgrade to a package by themselves; 100 is all. */
export async function aptPhase(
  world: AptWorld,
  options: SuiteOptions & PackageChoice & { readonly percent: number },
): Promise<readonly PackageKey[]> {
  return changeRepository(world, options, async (repository) => {
    const edited = await editPackages(repository, options.suite, (packages) => ({
      put: chosen(packages, options).map((one) => ({ ...one, stanza: withPhase(one.stanza, options.percent) })),
      drop: [],
    }));
    return demandThere(edited, options.suite, repository);
  });
}

export interface Pruned {
  readonly removed: readonly PackageKey[];
  /** Files of the pool, and indexes, that nothing named. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** What a run that has not come to its end may have written in this time, in seconds. */
const grace = 24 * 3600;

export async function aptPrune(
  world: AptWorld,
  options: SuiteOptions & { readonly keep: number | null; readonly dryRun: boolean },
): Promise<Pruned> {
  return changeRepository(world, options, async (repository) => {
    const { storage } = repository;
    const { suite, keep, dryRun } = options;
    let removed: readonly PackageKey[] = [];
    if (keep !== null && !dryRun) {
      const edit = (packages: readonly SuitePackage[]): Edit => ({ put: [], drop: olderVersions(packages, keep) });
      removed = demandThere(await editPackages(repository, suite, edit), suite, repository);
    }
    const unnamed = await unnamedFiles(repository, world.ports.clock.now() / 1000 - grace);
    const files = unnamed.map(({ path }) => path);
    if (!dryRun) await storage.remove(files);
    return { removed, files, bytes: unnamed.reduce((sum, { size }) => sum + size, 0) };
  });
}

export async function aptPromote(
  world: AptWorld,
  options: RepositoryOptions & {
    readonly name: string;
    readonly version: string;
    readonly from: string;
    readonly to: string;
  },
): Promise<readonly PackageKey[]> {
  return changeRepository(world, options, async (repository) => {
    const from = await suiteThere(repository, options.from);
    const { to, name, version } = options;
    return demandThere(await promotePackages(repository, { from, to, name, version }), to, repository);
  });
}

export async function aptSnapshot(world: AptWorld, options: SuiteOptions & { readonly name: string }): Promise<string> {
  return changeRepository(world, options, async (repository) => {
    await keepSnapshot(repository, await suiteThere(repository, options.suite), options.name);
    return options.name;
  });
}

export interface RolledBack {
  /** What the suite is again: a snapshot's name, or the date of the state, in seconds since 1970. */
  readonly to: string | number;
  /** False where the suite held just that already. */
  readonly changed: boolean;
}

/** To a snapshot, or to the state before the present one. */
export async function aptRollback(
  world: AptWorld,
  options: SuiteOptions & { readonly to?: string },
): Promise<RolledBack> {
  return changeRepository(world, options, async (repository) => {
    const present = await suiteThere(repository, options.suite);
    const from =
      options.to === undefined
        ? { suite: options.suite, release: await stateBefore(repository, present) }
        : { suite: options.to, release: (await suiteThere(repository, options.to)).release };
    const after = await restoreState(repository, options.suite, from);
    return { to: options.to ?? from.release.date, changed: after?.revision !== present.revision };
  });
}

/** Signs a suite as it stands: before it expires, with a new key, or after somebody looked at a tree and found it right. */
export async function aptSign(
  world: AptWorld,
  options: SuiteOptions & { readonly validDays?: number },
): Promise<Suite> {
  if (options.unsigned) {
    throw new ReleaseError("USAGE", {
      what: "--unsigned leaves nothing to sign.",
      next: "Leave it out, and name the key: --sign-key FILE",
    });
  }
  return changeRepository(world, options, async (repository) => {
    const seconds = options.validDays === undefined ? undefined : options.validDays * 86_400;
    return demandThere(await signSuite(repository, options.suite, seconds), options.suite, repository);
  });
}

async function stateBefore({ storage }: Repository, present: Suite): Promise<ReleaseFile> {
  for (const generation of await generationsOf(storage, present.name)) {
    const release = await readGeneration(storage, generation);
    if (release !== null && generation.date <= present.release.date && !sameIndexes(release, present.release))
      return release;
  }
  throw new ReleaseError("APT_SUITE_MISSING", {
    what: `No earlier state of ${present.name} is kept.`,
    next: `Go back to a snapshot (--to NAME), or take the package out: ggen-release apt remove NAME --suite ${present.name}`,
  });
}

function chosen(
  packages: readonly SuitePackage[],
  { name, version, architecture }: PackageChoice,
): readonly SuitePackage[] {
  const found = packages.filter(
    ({ key }) =>
      key.name === name &&
      (version === undefined || key.version === version) &&
      (architecture === undefined || key.architecture === architecture),
  );
  if (found.length > 0) return found;
  throw new ReleaseError("APT_PACKAGE_MISSING", {
    what: `The suite has no ${[name, version, architecture].filter((part) => part !== undefined).join(" ")}.`,
    next: "See what it has: ggen-release apt list",
  });
}

async function suiteThere(repository: Repository, name: string): Promise<Suite> {
  const suite = await readSuite(repository.storage, name, repository.signer);
  if (suite === null) throw missing(name, repository);
  return suite;
}

function demandThere<Result>(result: Result | null, suite: string, repository: Repository): Result {
  if (result === null) throw missing(suite, repository);
  return result;
}

function missing(suite: string, { storage }: Repository): ReleaseError {
  return new ReleaseError("APT_SUITE_MISSING", {
    what: `${storage.place} has no suite ${suite}.`,
    next: `Make it first: ggen-release apt init --repo ${storage.place} --suite ${suite} --origin NAME`,
  });
}
