/**
 * Packages into a suite. Invariant: a file name that is in the repository never gets other bytes, and nothing is written
 * when one of the packages is refused.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { rawFields, stanzaField, stanzaOf } from "../../formats/index-stanzas.ts";
import type { NewPoolFile } from "../../ports/storage.ts";
import { entriesWith, keyOf, type IndexChange, type PackageEntry } from "./chunks.ts";
import { nextState, updateSuite, type ComponentChange, type Repository } from "./change.ts";
import { parseArchitectureName, poolPath } from "./layout.ts";
import { packagesPath, type OpenSuite } from "./packages-index.ts";
import { keyText, type PackageKey } from "./package-key.ts";
import { packageStanza, type StanzaOptions } from "./package-stanza.ts";
import type { Suite } from "./suite.ts";

/** A .deb of this machine that was read. */
export interface ReadPackage {
  /** Absolute path. */
  readonly from: string;
  readonly size: number;
  readonly sha256: Sha256;
  /** Of the file when it was read (Files.see). */
  readonly stamp?: string;
  /** Its control file, one character a byte. */
  readonly control: string;
}

export interface AddOptions extends StanzaOptions {
  readonly suite: string;
  readonly component: string;
  readonly link: boolean;
}

export interface Added {
  readonly suite: Suite;
  /** What was not there before. */
  readonly added: readonly PackageKey[];
  /** What was there already, with the same bytes. */
  readonly present: readonly PackageKey[];
}

/** Failures: APT_SUITE_MISSING, APT_FILE_CONFLICT, APT_BUSY, ARTIFACT_CHANGED, and those of reading the suite. */
export async function addPackages(
  repository: Repository,
  packages: readonly ReadPackage[],
  options: AddOptions,
): Promise<Added> {
  return addPooled(
    repository,
    packages.map((read) => pooled(read, options)),
    options,
  );
}

/** The same for packages of which no more is held than the index needs. */
export async function addPooled(
  repository: Repository,
  files: readonly PooledPackage[],
  options: Omit<AddOptions, keyof StanzaOptions>,
): Promise<Added> {
  const { storage } = repository;
  demandOneFileEach(files);
  let [added, present]: [readonly PooledPackage[], readonly PooledPackage[]] = [[], []];
  const suite = await updateSuite(repository, options.suite, async (open) => {
    if (open === null) throw suiteMissing(options.suite, storage.place);
    const listedFor = architecturesOf(files, open.suite);
    const indexes = await presentEntries(open, files, new Set(files.flatMap(listedFor)), options.component);
    const isThere = (file: PooledPackage): boolean =>
      listedFor(file).every((architecture) => indexes.get(architecture)?.has(keyText(file.entry.key)));
    demandSameBytes(files, indexes, storage.place);
    [added, present] = [files.filter((file) => !isThere(file)), files.filter(isThere)];
    if (added.length === 0) return null;
    const changes = new Map([[options.component, changesOf(added, listedFor)]]);
    // Compressed by programs while the files are brought in and reach the disk.
    const state = nextState(repository, open, changes);
    state.catch(() => undefined);
    const conflicts = await storage.admit(added.map(poolFile), { link: options.link });
    if (conflicts.length > 0) throw conflict(conflicts, storage.place);
    await storage.settle();
    return state;
  });
  if (suite === null) throw suiteMissing(options.suite, storage.place);
  return { suite, added: added.map(({ entry }) => entry.key), present: present.map(({ entry }) => entry.key) };
}

export interface PooledPackage {
  readonly read: Omit<ReadPackage, "control">;
  /** In the pool. */
  readonly path: string;
  readonly entry: PackageEntry;
}

function poolFile({ read: { from, size, sha256, stamp }, path }: PooledPackage): NewPoolFile {
  return { path, from, size, sha256, ...(stamp === undefined ? {} : { stamp }) };
}

/** Failures: APT_NAME_INVALID and those of a name that has no place in the pool. */
export function pooled({ control: text, ...read }: ReadPackage, { component, ...options }: AddOptions): PooledPackage {
  const control = stanzaOf(rawFields(text));
  const key = keyOf(control);
  if (key.architecture !== "all") parseArchitectureName(key.architecture);
  const source = (stanzaField(control, "Source") || key.name).replace(/\s*\(.*$/, "");
  const path = poolPath(component, source, key);
  const stanza = packageStanza(control, { path, ...read }, options);
  // A part of a text keeps all of it in memory: so the key is a part of the text that is kept anyway.
  return { read, path, entry: { key: keyOf(stanza), stanza } };
}

/** The packages of these names that stand in the indexes already, by architecture. Only these indexes are read. */
async function presentEntries(
  open: OpenSuite,
  files: readonly PooledPackage[],
  architectures: ReadonlySet<string>,
  component: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, PackageEntry>>> {
  const present = new Map<string, ReadonlyMap<string, PackageEntry>>();
  for (const architecture of architectures) {
    const { chunks } = await open.packages(packagesPath(component, architecture));
    present.set(
      architecture,
      entriesWith(
        chunks,
        files.map(({ entry }) => entry.key),
      ),
    );
  }
  return present;
}

type ListedFor = (file: PooledPackage) => readonly string[];

/** A package for all architectures stands in the index of each that the suite has or gets by the same command. */
function architecturesOf(files: readonly PooledPackage[], suite: Suite): ListedFor {
  const own = files.map((file) => file.entry.key.architecture).filter((name) => name !== "all");
  const every = [...new Set([...suite.release.architectures, ...own])];
  return ({ entry }) => {
    if (entry.key.architecture !== "all") return [entry.key.architecture];
    if (every.length > 0) return every;
    throw new ReleaseError("APT_SUITE_MISSING", {
      what: `${entry.key.name} is for all architectures, and the suite ${suite.name} has none in whose index it could stand.`,
      next: "Name them when the suite is made: ggen-release apt init --architecture amd64 --architecture arm64",
    });
  };
}

function changesOf(added: readonly PooledPackage[], listedFor: ListedFor): ComponentChange {
  const puts = new Map<string, PackageEntry[]>();
  for (const file of added) {
    for (const architecture of listedFor(file)) {
      const put = puts.get(architecture);
      if (put === undefined) puts.set(architecture, [file.entry]);
      else put.push(file.entry);
    }
  }
  return new Map([...puts].map(([architecture, put]): [string, IndexChange] => [architecture, { put, drop: [] }]));
}

/** Two of the given files that would have one name. */
function demandOneFileEach(files: readonly PooledPackage[]): void {
  const seen = new Map<string, PooledPackage>();
  for (const other of files) {
    const { path } = other;
    const first = seen.get(path);
    if (first === undefined) seen.set(path, other);
    if (first === undefined || first.read.sha256 === other.read.sha256) continue;
    throw new ReleaseError("APT_FILE_CONFLICT", {
      what: `${first.read.from} and ${other.read.from} are one package, ${path}, and differ.`,
      next: "Add the one that was released. If both were, give one another version or Debian revision.",
    });
  }
}

function demandSameBytes(
  files: readonly PooledPackage[],
  indexes: ReadonlyMap<string, ReadonlyMap<string, PackageEntry>>,
  place: string,
): void {
  const conflicts = files.filter(({ read, entry }) =>
    [...indexes.values()].some((entries) => {
      const stanza = entries.get(keyText(entry.key))?.stanza;
      return stanza !== undefined && stanzaField(stanza, "SHA256")?.toLowerCase() !== read.sha256;
    }),
  );
  if (conflicts.length > 0)
    throw conflict(
      conflicts.map(({ path }) => path),
      place,
    );
}

function conflict(paths: readonly string[], place: string): ReleaseError {
  return new ReleaseError("APT_FILE_CONFLICT", {
    what: `${place} has ${paths.length === 1 ? "another file" : "other files"} of the name ${paths[0]}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""}. Nothing was written.`,
    next: "Give the package another version or Debian revision (packages.deb.revision), build it again, and add that.",
    details: paths.slice(1, 20),
  });
}

function suiteMissing(suite: string, place: string): ReleaseError {
  return new ReleaseError("APT_SUITE_MISSING", {
    what: `${place} has no suite ${suite}.`,
    next: `Make it first: ggen-release apt init --repo ${place} --suite ${suite} --origin NAME`,
  });
}
