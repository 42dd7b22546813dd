/** `apt init`: a new suite, empty and signed. Who publishes it and what it is called is fixed from then on. */
import { ReleaseError } from "../domain/errors/index.ts";
import { updateSuite } from "../engines/apt/change.ts";
import { newSuite } from "../engines/apt/new-suite.ts";
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
}

export interface AptInitResult {
  readonly repo: string;
  readonly release: ReleaseFile;
  /** False where the suite was there already, with the same identity. */
  readonly made: boolean;
}

export async function aptInit(world: AptWorld, options: AptInitOptions): Promise<AptInitResult> {
  const { origin, label, suite, codename, description, components, architectures, validDays } = options;
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
        return null;
      }
      made = true;
      const scope = { components, architectures, ...(validDays === null ? {} : { validSeconds: validDays * 86_400 }) };
      return newSuite(repository, suite, identity, scope);
    });
    if (published === null) throw new Error("a suite that was published is not there");
    return { repo: repository.storage.place, release: published.release, made };
  });
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
