/**
 * Packages out of a suite. Their files stay in the pool: clients that have an earlier state of the suite still find them,
 * and another suite may name them. `prune` removes what nobody names.
 */
import type { IndexChange } from "./chunks.ts";
import { nextState, updateSuite, type ComponentChange, type Repository } from "./change.ts";
import { suitePackages, type SuitePackage } from "./contents-of-suite.ts";
import type { PackageKey } from "./package-key.ts";
import type { NewState } from "./publish.ts";
import type { OpenSuite } from "./packages-index.ts";

export interface Removed {
  readonly removed: readonly PackageKey[];
}

/** `chosen` is asked of every package of the suite. */
export async function removePackages(
  repository: Repository,
  suite: string,
  chosen: (packages: readonly SuitePackage[]) => readonly SuitePackage[],
): Promise<Removed | null> {
  let removed: readonly SuitePackage[] = [];
  const after = await updateSuite(repository, suite, async (open): Promise<NewState | null> => {
    if (open === null) return null;
    removed = chosen(await suitePackages(open));
    return removed.length === 0 ? null : nextState(repository, open, dropped(open, removed));
  });
  return after === null ? null : { removed: removed.map(({ key }) => key) };
}

function dropped(open: OpenSuite, packages: readonly SuitePackage[]): ReadonlyMap<string, ComponentChange> {
  const changes = new Map<string, Map<string, IndexChange>>();
  for (const component of open.suite.release.components) {
    const byArchitecture = new Map<string, IndexChange>();
    for (const architecture of open.suite.release.architectures) {
      const drop = packages
        .filter((each) => each.component === component && each.listedFor.includes(architecture))
        .map(({ key }) => key);
      if (drop.length > 0) byArchitecture.set(architecture, { put: [], drop });
    }
    if (byArchitecture.size > 0) changes.set(component, byArchitecture);
  }
  return changes;
}
