/** What every `apt` command begins with: the repository's tree and the key that signs it. */
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import { parseRepositoryAddress } from "../engines/apt/archive-lines.ts";
import type { Repository } from "../engines/apt/change.ts";
import { writePages } from "../engines/apt/pages/write-pages.ts";
import { parseComponentName, parseSuiteName } from "../engines/apt/layout.ts";
import { demandFitKey } from "../engines/keys/examine.ts";
import { withLock } from "../engines/lock.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Ports } from "../ports/index.ts";
import type { OpenSigner, Signer } from "../ports/signer.ts";
import type { OpenStorage, Storage } from "../ports/storage.ts";
import { projectApt, projectSigning } from "./project-config.ts";

export interface AptWorld {
  readonly ports: Ports;
  readonly openSigner: OpenSigner;
  readonly openStorage: OpenStorage;
  readonly decompressor: Decompressor;
}

export interface RepositoryOptions {
  /** Folder, `s3://bucket/prefix` or `ssh://host/folder`. */
  readonly repo: string;
  /** Configuration that names the key, in the place of the repository's own. */
  readonly config?: string;
  /** File of the key that signs. */
  readonly signKey?: string;
  readonly unsigned: boolean;
  /** Where users read it, for its pages; what these say already where nothing is said. */
  readonly url?: string;
}

export interface SuiteOptions extends RepositoryOptions {
  readonly suite: string;
}

/** Opens the tree for a change, alone among the writers of this machine. Failures: LOCKED, KEY_MISSING and those of the key. */
export async function changeRepository<Result>(
  world: AptWorld,
  options: RepositoryOptions,
  act: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  const storage = await world.openStorage(options.repo);
  const signer = await repositorySigner(world, options);
  const { ports, decompressor } = world;
  const changed = new Set<string>();
  const run = async (): Promise<Result> => {
    const repository = { storage: noting(storage, changed), signer, ports, decompressor };
    const result = await act(repository);
    if (changed.size > 0 || options.url !== undefined) await showChange(repository, changed, options.url);
    return result;
  };
  return storage.lock === null ? run() : withLock(world.ports, storage.lock, run);
}

/** Remembers the suites that became another: the file that is swapped is the one by which clients see it. */
function noting(storage: Storage, changed: Set<string>): Storage {
  return {
    ...storage,
    async swap(path, content, from) {
      const revision = await storage.swap(path, content, from);
      const suite = /^dists\/(.+)\/(?:In)?Release$/.exec(path)?.[1];
      if (revision !== null && suite !== undefined) changed.add(suite);
      return revision;
    },
  };
}

/** What clients install is public by now: a page that cannot be written is told of, and fails nothing. */
async function showChange(
  repository: Repository,
  changed: ReadonlySet<string>,
  url: string | undefined,
): Promise<void> {
  try {
    await writePages(repository, changed, url);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    const message = `The change is made, but not the pages about it: ${error.what}`;
    repository.ports.reporter.report({ type: "warning", message, next: "They come with the next change." });
  }
}

/** What the user has written, of which the configuration completes what is missing. */
export interface AptFlags {
  readonly repo?: string | undefined;
  readonly suite?: string | undefined;
  readonly component?: string | undefined;
  readonly signKey?: string | undefined;
  readonly config?: string | undefined;
  readonly url?: string | undefined;
  readonly unsigned: boolean;
}

export interface AptSettings extends SuiteOptions {
  readonly component: string;
}

/** Throws USAGE where no repository is named, APT_NAME_INVALID. */
export async function aptSettings(ports: Ports, flags: AptFlags): Promise<AptSettings> {
  const { config, signKey, unsigned } = flags;
  const complete = flags.repo !== undefined && flags.suite !== undefined && flags.component !== undefined;
  const configured = complete ? {} : await projectApt(ports, config);
  const repo = flags.repo ?? configured.repo;
  const url = flags.url === undefined ? configured.url : parseRepositoryAddress(flags.url);
  if (repo === undefined) {
    throw new ReleaseError("USAGE", {
      what: "No repository is named.",
      next: "Say which, as apt.repo in ggen-release.yaml or here: --repo ./public/apt, s3://bucket/apt or ssh://host/srv/apt",
    });
  }
  return {
    repo,
    suite: parseSuiteName(flags.suite ?? configured.suite ?? "stable"),
    component: parseComponentName(flags.component ?? configured.component ?? "main"),
    unsigned,
    ...(url === undefined ? {} : { url }),
    ...(signKey === undefined ? {} : { signKey }),
    ...(config === undefined ? {} : { config }),
  };
}

/** Throws APT_NAME_INVALID. */
export function suiteNamed(text: string): string {
  return parseSuiteName(text);
}

/** Throws APT_NAME_INVALID. */
export function componentNamed(text: string): string {
  return parseComponentName(text);
}

/** null only where the user says so: apt refuses a repository without signature, and users would have to switch that off. */
async function repositorySigner({ ports, openSigner }: AptWorld, options: RepositoryOptions): Promise<Signer | null> {
  if (options.unsigned) {
    if (options.signKey === undefined) return null;
    throw new ReleaseError("USAGE", {
      what: "--sign-key and --unsigned say opposite things.",
      next: "Leave out one of them.",
    });
  }
  const spec =
    options.signKey === undefined
      ? await projectSigning(ports, options.config)
      : ({ with: "openpgp", key: { from: "file", path: options.signKey } } as const);
  const signer = await openSigner(spec);
  if (signer === null) {
    throw new ReleaseError("KEY_MISSING", {
      what: "No key is given for the repository, and apt refuses one that is not signed.",
      next: "Name one: --sign-key FILE. Make one with: ggen-release keys new. For a trial: --unsigned.",
    });
  }
  const { certificate } = await signer.key();
  const warnings = demandFitKey(certificate, Math.floor(ports.clock.now() / 1000));
  for (const { message, next } of warnings) {
    ports.reporter.report({ type: "warning", message, ...(next === undefined ? {} : { next }) });
  }
  return signer;
}
