/** What a suite holds, for those who list it, take something out or carry it over. */
import { entriesOf, type PackageEntry } from "./chunks.ts";
import { packagesPath, type OpenSuite } from "./packages-index.ts";

export interface SuitePackage extends PackageEntry {
  readonly component: string;
  /** Architectures in whose indexes it stands: its own, or all for which it is. */
  readonly listedFor: readonly string[];
}

/** Every package once, by component and key. */
export async function suitePackages(open: OpenSuite): Promise<readonly SuitePackage[]> {
  const { components, architectures, indexes } = open.suite.release;
  const found = new Map<string, SuitePackage>();
  for (const component of components) {
    for (const architecture of architectures) {
      const path = packagesPath(component, architecture);
      if (!indexes.has(path) && !indexes.has(`${path}.gz`)) continue;
      for (const { bytes } of (await open.packages(path)).chunks) {
        for (const entry of entriesOf(bytes)) {
          const id = `${component} ${entry.key.name} ${entry.key.version} ${entry.key.architecture} ${entry.stanza}`;
          const listedFor = [...(found.get(id)?.listedFor ?? []), architecture];
          found.set(id, { ...entry, component, listedFor });
        }
      }
    }
  }
  return [...found.values()];
}
