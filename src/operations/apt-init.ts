/** `apt init`: a new suite, empty and signed. Who publishes it and what it is called is fixed from then on. */
import { ReleaseError } from "../domain/errors/index.ts";
import { nextState, updateSuite, type Repository } from "../engines/apt/change.ts";
import { entriesOf, type IndexChange } from "../engines/apt/chunks.ts";
import { companionsOf, noCompanions, type Companions } from "../engines/apt/companions.ts";
import { newSuite } from "../engines/apt/new-suite.ts";
import { packagesPath, type OpenSuite } from "../engines/apt/packages-index.ts";
import type { NewState } from "../engines/apt/publish.ts";
import type { ReleaseFile, SuiteIdentity } from "../formats/release-file.ts";
import { changeRepository, type AptWorld, type SuiteOptions } from "./apt-repository.ts";

export interface AptInitOptions extends SuiteOptions {
  readonly origin: string;
  readonly label: string;
  readonly codename: string;
  readonly description?: string;
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** For how long clients take a state; null for ever. */
  readonly validDays: number | null;
  /** What it has beside its Packages; a suite that is there gets what it has not. */
  readonly companions?: Companions;
}

export interface AptInitResult {
  readonly repo: string;
  readonly release: ReleaseFile;
  /** False where the suite was there already, with the same identity. */
  readonly made: boolean;
}

export async function aptInit(world: AptWorld, options: AptInitOptions): Promise<AptInitResult> {
  const { origin, label, suite, codename, description, components, architectures, validDays } = options;
  const wanted = options.companions ?? noCompanions;
  const identity: SuiteIdentity = {
    origin,
    label,
    suite,
    codename,
    ...(description === undefined ? {} : { description }),
  };
  return changeRepository(world, options, async (repository) => {
    let made = false;
    const published = await updateSuite(repository, suite, async (open) => {
      if (open !== null) {
        demandSame(identity, open.suite.release);
        return withCompanions(repository, open, wanted);
      }
      made = true;
      const scope = {
        components,
        architectures,
        companions: wanted,
        ...(validDays === null ? {} : { validSeconds: validDays * 86_400 }),
      };
      return newSuite(repository, suite, identity, scope);
    });
    if (published === null) throw new Error("a suite that was published is not there");
    return { repo: repository.storage.place, release: published.release, made };
  });
}

/** null where it has all of them: later changes keep them up to date. */
async function withCompanions(repository: Repository, open: OpenSuite, wanted: Companions): Promise<NewState | null> {
  const { release } = open.suite;
  const present = companionsOf(release);
  const all = {
    contents: wanted.contents || present.contents,
    translation: wanted.translation || present.translation,
    zstd: wanted.zstd || present.zstd,
  };
  if (all.contents === present.contents && all.translation === present.translation && all.zstd === present.zstd)
    return null;
  const changes = new Map<string, Map<string, IndexChange>>();
  for (const component of release.components) {
    const indexes = new Map<string, IndexChange>();
    for (const architecture of release.architectures) {
      const { chunks } = await open.packages(packagesPath(component, architecture));
      indexes.set(architecture, { put: chunks.flatMap(({ bytes }) => entriesOf(bytes)), drop: [] });
    }
    changes.set(component, indexes);
  }
  return nextState(repository, open, changes, all);
}

function demandSame(wanted: SuiteIdentity, present: SuiteIdentity): void {
  for (const field of ["origin", "label", "codename"] as const) {
    if (wanted[field] === present[field]) continue;
    throw new ReleaseError("APT_SUITE_FIXED", {
      what: `The suite ${present.suite} is there with ${field} ${JSON.stringify(present[field])}, not ${JSON.stringify(wanted[field])}.`,
      next: `Leave --${field} out, or make a suite of another name (--suite).`,
    });
  }
}
