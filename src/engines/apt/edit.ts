/**
 * Packages of a suite taken out, or described otherwise. Their files stay in the pool: clients that have an earlier state
 * of the suite still find them, and another suite may name them. `prune` removes what nobody names.
 */
import { nextState, updateSuite, type ComponentChange, type Repository } from "./change.ts";
import type { IndexChange } from "./chunks.ts";
import { suitePackages, type SuitePackage } from "./contents-of-suite.ts";
import type { PackageKey } from "./package-key.ts";
import type { OpenSuite } from "./packages-index.ts";

export interface Edit {
  /** Packages of the suite that go. */
  readonly drop: readonly SuitePackage[];
  /** Packages of the suite with another stanza. */
  readonly put: readonly SuitePackage[];
}

/** `edit` is told every package of the suite. Answers what was concerned; null where there is no such suite. */
export async function editPackages(
  repository: Repository,
  suite: string,
  edit: (packages: readonly SuitePackage[]) => Edit,
): Promise<readonly PackageKey[] | null> {
  let concerned: readonly SuitePackage[] = [];
  const after = await updateSuite(repository, suite, async (open) => {
    if (open === null) return null;
    const packages = await suitePackages(open);
    const { put, drop } = edit(packages);
    concerned = [...put.filter((one) => !packages.includes(one)), ...drop];
    return concerned.length === 0 ? null : nextState(repository, open, changesOf(open, { put, drop }));
  });
  return after === null ? null : concerned.map(({ key }) => key);
}

function changesOf(open: OpenSuite, { put, drop }: Edit): ReadonlyMap<string, ComponentChange> {
  const changes = new Map<string, Map<string, IndexChange>>();
  for (const component of open.suite.release.components) {
    const byArchitecture = new Map<string, IndexChange>();
    for (const architecture of open.suite.release.architectures) {
      const concerns = (one: SuitePackage): boolean =>
        one.component === component && one.listedFor.includes(architecture);
      const change = { put: put.filter(concerns), drop: drop.filter(concerns).map(({ key }) => key) };
      if (change.put.length + change.drop.length > 0) byArchitecture.set(architecture, change);
    }
    if (byArchitecture.size > 0) changes.set(component, byArchitecture);
  }
  return changes;
}
