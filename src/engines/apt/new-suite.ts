/** A suite that holds nothing yet. Who publishes it and what it is called is fixed from then on. */
import type { SuiteIdentity } from "../../formats/release-file.ts";
import { emptyCompanions, noCompanions, type Companions } from "./companions.ts";
import { newRelease, type Repository } from "./change.ts";
import { nothingCompressed } from "./index-files.ts";
import { packagesFiles, packagesPath } from "./packages-index.ts";
import type { NewState } from "./publish.ts";

export interface SuiteScope {
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  /** For how long clients take a state of it; for ever where nothing is said. */
  readonly validSeconds?: number;
  readonly companions?: Companions;
}

/** `name`: its folder below dists/, which need not be what it calls itself. */
export async function newSuite(
  repository: Repository,
  name: string,
  identity: SuiteIdentity,
  scope: SuiteScope,
): Promise<NewState> {
  const { architectures, components, companions = noCompanions } = scope;
  const { indexes: _, ...release } = await newRelease(identity, scope, repository);
  const files = new Map<string, Uint8Array>();
  for (const component of components) {
    for (const architecture of architectures) {
      const path = packagesPath(component, architecture);
      for (const [file, bytes] of await packagesFiles(path, [], nothingCompressed, companions, repository.ports))
        files.set(file, bytes);
    }
  }
  const more = await emptyCompanions(repository, components, architectures, companions);
  for (const [file, bytes] of more) files.set(file, bytes);
  return { suite: name, before: null, release, files };
}
