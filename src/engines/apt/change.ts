/**
 * Changes of a suite's packages, derived from what the suite holds and published; derived again where another writer was
 * quicker. Invariant: a change is made from the state that it is published over.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { ReleaseFile, SuiteIdentity } from "../../formats/release-file.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { Ports } from "../../ports/index.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Storage } from "../../ports/storage.ts";
import { signatureDate } from "../keys/signature-date.ts";
import { changed, entriesOf, keyOf, type IndexChange, type PackageEntry } from "./chunks.ts";
import { companionFiles, companionsOf, type Companions, type IndexEdit } from "./companions.ts";
import { openSuite, packagesFiles, packagesPath, type OpenSuite } from "./packages-index.ts";
import { dropOldGenerations, generationsOf } from "./generations.ts";
import { publishState, type NewState } from "./publish.ts";
import { readSuite, type Suite } from "./suite.ts";
import { withoutLongText } from "./translation-index.ts";

/** Everything that work on a repository needs. */
export interface Repository {
  readonly storage: Storage;
  /** null only where the user has said that the repository is not signed. */
  readonly signer: Signer | null;
  readonly ports: Pick<Ports, "files" | "processes" | "environment" | "clock" | "reporter">;
  readonly decompressor: Decompressor;
  /** Files of this machine by what they hold: what was just brought in is not fetched again. */
  readonly local?: ReadonlyMap<Sha256, string>;
}

/** Beyond this, somebody writes all the time. */
const attempts = 10;

/** `derive` answers null where nothing is to be changed. Answers the suite as it is then. */
export async function updateSuite(
  { storage, signer, ports }: Repository,
  name: string,
  derive: (suite: OpenSuite | null) => Promise<NewState | null>,
): Promise<Suite | null> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const suite = await readSuite(storage, name, signer);
    const state = await derive(suite === null ? null : openSuite(storage, suite));
    if (state === null) {
      // A run that was stopped behind its last step may have left what it was to clear away.
      if (suite !== null) await dropOldGenerations(storage, name, suite.release, await generationsOf(storage, name));
      return suite;
    }
    const published = await publishState(storage, state, signer);
    if (published !== null) return published;
    await ports.clock.sleep(50 * (attempt + 1));
  }
  throw new ReleaseError("APT_BUSY", {
    what: `${storage.place}: ${attempts} times another writer changed ${name} while this change of it was being made.`,
    next: "Run the same command again when the others are done.",
  });
}

/** A change of one component's indexes, by architecture. */
export type ComponentChange = ReadonlyMap<string, IndexChange>;

/** The suite's next state with these changes of its indexes, by component. */
export async function nextState(
  repository: Repository,
  open: OpenSuite,
  changes: ReadonlyMap<string, ComponentChange>,
  wanted: Companions = companionsOf(open.suite.release),
): Promise<NewState> {
  const { signer, ports } = repository;
  const { suite } = open;
  const components = union(suite.release.components, [...changes.keys()]);
  const added = [...changes.values()].flatMap((change) => [...change.keys()]);
  const architectures = union(suite.release.architectures, added);
  const files = new Map<string, Uint8Array>();
  const edits: IndexEdit[] = [];
  for (const component of components) {
    for (const architecture of architectures) {
      const path = packagesPath(component, architecture);
      const change = changes.get(component)?.get(architecture);
      const isThere = suite.release.indexes.has(path);
      if (isThere && change === undefined) continue;
      const { chunks, compressed } = await open.packages(path);
      // An architecture that is new to the component gets the packages that are for all of them.
      const shared = isThere ? [] : await sharedEntries(open, component);
      const put = [...shared, ...(change?.put ?? [])];
      const drop = change?.drop ?? [];
      const next = changed(chunks, { put: wanted.translation ? put.map(withoutLongText) : put, drop });
      for (const [file, bytes] of await packagesFiles(path, next, compressed, wanted, ports)) files.set(file, bytes);
      edits.push({ component, architecture, before: chunks, next, put, drop });
    }
  }
  for (const [file, bytes] of await companionFiles(repository, open, edits, wanted)) files.set(file, bytes);
  const release = await nextRelease(suite.release, signer, ports);
  return { suite: suite.name, before: suite, release: { ...release, components, architectures }, files };
}

/** Packages of architecture `all`, which stand in every index of the component. */
async function sharedEntries(open: OpenSuite, component: string): Promise<readonly PackageEntry[]> {
  const { suite } = open;
  const [other] = suite.release.architectures.filter((architecture) =>
    suite.release.indexes.has(packagesPath(component, architecture)),
  );
  if (other === undefined) return [];
  const { chunks } = await open.packages(packagesPath(component, other));
  return chunks.flatMap(({ bytes }) => entriesOf(bytes)).filter(({ stanza }) => keyOf(stanza).architecture === "all");
}

/** Everything but the indexes of the state that follows. */
export async function nextRelease(
  before: ReleaseFile,
  signer: Signer | null,
  { clock }: Pick<Ports, "clock">,
): Promise<Omit<ReleaseFile, "indexes">> {
  const date = laterDate(before.date, await dateOf(signer, { clock }), Math.floor(clock.now() / 1000));
  const { indexes: _, ...rest } = before;
  const validUntil = before.validUntil === undefined ? {} : { validUntil: date + before.validUntil - before.date };
  return { ...rest, date, ...validUntil };
}

/**
 * After the state that it follows, so that their order shows; in the future only where that one is already, since clients
 * refuse an older state as they refuse one that is to come.
 */
function laterDate(before: number, usual: number, now: number): number {
  return Math.max(before, Math.min(Math.max(usual, before + 1), now));
}

/** What a new suite says of itself before it holds anything. */
export async function newRelease(
  identity: SuiteIdentity,
  {
    architectures,
    components,
    validSeconds,
  }: {
    readonly architectures: readonly string[];
    readonly components: readonly string[];
    readonly validSeconds?: number;
  },
  { signer, ports }: Repository,
): Promise<ReleaseFile> {
  const date = await dateOf(signer, ports);
  return {
    ...identity,
    architectures,
    components,
    date,
    ...(validSeconds === undefined ? {} : { validUntil: date + validSeconds }),
    byHash: true,
    indexes: new Map(),
  };
}

async function dateOf(signer: Signer | null, { clock }: Pick<Ports, "clock">): Promise<number> {
  return signatureDate(signer === null ? { created: 0 } : await signer.key(), clock);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
