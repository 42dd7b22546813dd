/**
 * What every command that concerns one release does first: read the tag, the configuration and the repository, compare
 * the versions, open key and channels, and make the plan. Nothing is written, nothing is built.
 */
import { basename, join, resolve } from "node:path";
import { localStore } from "../channels/folder.ts";
import type { Sha256 } from "../domain/digest.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Plan } from "../domain/plan.ts";
import type { Project } from "../domain/project.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import { parseTag } from "../domain/version.ts";
import { requireEpoch } from "../engines/archive/epoch.ts";
import { contentOf } from "../engines/hash.ts";
import { digestOfPlan } from "../engines/plan-digest.ts";
import type { Channel, ReleaseName } from "../ports/channel.ts";
import type { Environment } from "../ports/environment.ts";
import type { Ports } from "../ports/index.ts";
import type { Signer, SigningKey } from "../ports/signer.ts";
import type { Tree } from "../ports/tree.ts";
import { allowedNames } from "../steps/build/environment.ts";
import { makeProject } from "../steps/config/project.ts";
import { versionSettings } from "../steps/config/version-settings.ts";
import { makePlan } from "../steps/plan/make.ts";
import { admitSigner } from "../steps/sign/index.ts";
import { checkSource } from "../steps/source/check.ts";
import { requireOwnFolders } from "../steps/source/own-folders.ts";
import { openRepository, requireTag, resolveSource, type Source } from "../steps/source/resolve.ts";
import { checkVersions } from "./agreement.ts";
import { builders } from "./builders.ts";
import { channelKinds } from "./channels.ts";
import { kinds } from "./kinds.ts";
import { missingFromRelease } from "./missing.ts";
import { packagers } from "./packagers.ts";
import { readConfig } from "./read-config.ts";
import { showAndRefuse } from "./refuse.ts";
import type { OperationWorld } from "./world.ts";

export interface ReleaseOptions {
  /** The tag, or a version to which the configured prefix is put. */
  readonly tag: string;
  /** Another configuration than the tag's, relative to the caller's folder. */
  readonly config?: string;
  /** Folder of releases; `releases` in the repository by default. */
  readonly releases?: string;
  readonly allowBackport: boolean;
  /** The tag must exist: in CI nothing makes it. */
  readonly tagRequired: boolean;
  /** A build that is not a release: the version is made up, and places that name another are right to. */
  readonly snapshot?: boolean;
  /** Whether origin is asked for its tag of that name: costs a connection. */
  readonly askRemote?: boolean;
  /** A build that is not published needs no key. */
  readonly unsigned?: boolean;
  /** A release that was signed before is looked at: its plan names the signatures, and no key is opened. */
  readonly signedElsewhere?: boolean;
}

export interface Release {
  readonly source: Source;
  /** The tag's tree with the overlay laid over it: what is built from. */
  readonly tree: Tree;
  readonly project: Project;
  readonly plan: Plan;
  readonly planDigest: Sha256;
  readonly signer: Signer | null;
  readonly key: SigningKey | null;
  /** The local store first, then the configured ones. */
  readonly channels: readonly Channel[];
  /** Path in the tree → absolute path of the file to lay over it. */
  readonly overlay: ReadonlyMap<string, string>;
  /** Name, without its folder, of the file that `--config` put in the place of the tag's own; null where none did. */
  readonly override: string | null;
  readonly findings: readonly Finding[];
  /** The release before, of which users come to this one. */
  readonly previous: ReleaseName | null;
  readonly releasesFolder: string;
  /** In the repository: what this release is made in, and what `build` left for `cut`. */
  readonly workFolder: string;
  /** Of the user: what earlier builds and downloads left, shared by all repositories, outside of every one of them. */
  readonly cacheFolder: string;
}

export async function prepare(world: OperationWorld, options: ReleaseOptions): Promise<Release> {
  const { ports } = world;
  const { source, tree, project: released, settings, override, overlay, dirty } = await readRelease(ports, options);
  await requireOwnFolders(ports, source);
  const project = options.snapshot === true ? withoutVersionCheck(released) : released;
  requireEpoch(source.epoch);
  const root = source.repository.folder;
  const releasesFolder = resolve(ports.environment.folder, options.releases ?? join(root, "releases"));
  // Written once the tag is made.
  const begun = (await ports.files.status(join(releasesFolder, project.tag, "plan.json"))) !== null;
  const check = {
    // What strict asks is asked of a release; a pull request has neither tag nor protected branch.
    spec: options.snapshot === true ? { ...project.source, strict: false } : project.source,
    askRemote: options.askRemote === true,
    begun,
    toRelease: options.unsigned !== true,
    dirty,
  };
  const [checked, compared] = await Promise.allSettled([
    checkSource(ports, source, check),
    options.snapshot === true
      ? { backport: false, previous: null, findings: [] }
      : checkVersions(ports, { source, project, settings, allowBackport: options.allowBackport }),
  ]);
  const findings = [...valueOf(checked)];
  showAndRefuse(ports.reporter, findings);
  const standing = valueOf(compared);
  const shown = findings.length;
  findings.push(...standing.findings);

  const keyless = options.unsigned === true || options.signedElsewhere === true;
  const signer = keyless ? null : await world.openSigner(project.signing);
  const key = signer === null ? null : await signer.key();
  if (signer !== null) findings.push(...(await admitSigner(signer, ports)));
  showAndRefuse(ports.reporter, findings.slice(shown));
  if (!keyless) requireKey(project, key);

  const channels = [localStore(releasesFolder), ...openChannels(project, root)];
  const overrides = await overridesOf(ports, override, overlay);
  const plan = makePlan({
    project,
    builders,
    packagers,
    channels,
    overrides,
    signer: options.signedElsewhere === true ? "unopened" : (key?.fingerprint ?? null),
    backport: standing.backport,
    environment: allowedNames,
  });
  return {
    source,
    tree,
    project,
    plan,
    planDigest: digestOfPlan(plan),
    signer,
    key,
    channels,
    overlay,
    override: override === null ? null : basename(override),
    findings,
    previous: standing.previous,
    releasesFolder,
    workFolder: join(root, ".ggen-release"),
    cacheFolder: cacheFolder(ports.environment) ?? join(root, ".ggen-release", "cache"),
  };
}

interface ReadRelease {
  readonly source: Source;
  readonly project: Project;
  readonly settings: VersionSettings;
  readonly override: string | null;
  readonly tree: Tree;
  readonly overlay: ReadonlyMap<string, string>;
  readonly dirty: Promise<readonly string[]>;
}

/** Of several things asked for at once, each failure is told in its turn. */
function valueOf<Value>(outcome: PromiseSettledResult<Value>): Value {
  if (outcome.status === "fulfilled") return outcome.value;
  throw outcome.reason;
}

/** The configuration is the tag's own, and the tag's prefix stands in the configuration: HEAD's is asked where only a version is given. */
async function readRelease(ports: Ports, options: ReleaseOptions): Promise<ReadRelease> {
  const repository = await openRepository(ports);
  // Git takes its time to compare a large working tree: it does so while the rest is read.
  const dirty = ports.git.dirty(repository);
  dirty.catch(() => undefined);
  const first = await resolveSource(ports, repository, options.tag);
  const { config, detected, override, tree, overlay } = await readConfig(ports, repository, first.tree, options.config);
  const settings = versionSettings(config);
  const tag = options.tag.startsWith(settings.tagPrefix) ? options.tag : `${settings.tagPrefix}${options.tag}`;
  const version = parseTag(tag, settings.tagPrefix, settings.scheme);
  const source = tag === options.tag ? first : await resolveSource(ports, repository, tag);
  // With a tag of its own the version may have another configuration than HEAD.
  if (source.commit !== first.commit) return readRelease(ports, { ...options, tag });
  if (options.tagRequired) await requireTag(ports, source);
  const [unusable] = overlay.refused;
  if (unusable !== undefined) throw unusable;
  const { project, notes } = makeProject({ config, detected, version, tag, commit: source.commit, kinds });
  showAndRefuse(ports.reporter, await missingFromRelease(config, project, tree));
  for (const { message, next } of notes)
    ports.reporter.report({ type: "note", message: next === undefined ? message : `${message} ${next}` });
  return { source, tree, project, settings, override, overlay: overlay.found, dirty };
}

/** XDG Base Directory Specification; null where the caller has no home. */
function cacheFolder(environment: Environment): string | null {
  const base = environment.get("XDG_CACHE_HOME") ?? "";
  if (base.startsWith("/")) return join(base, "ggen-release");
  return environment.home === null ? null : join(environment.home, ".cache", "ggen-release");
}

/** A program prints the version of its manifest; the made-up one of a snapshot is in no manifest. */
function withoutVersionCheck(project: Project): Project {
  const builds = project.builds.map((build) =>
    build.smoke === null ? build : { ...build, smoke: { ...build.smoke, version: false } },
  );
  return { ...project, builds };
}

/** Users of a channel expect signatures; leaving them out must have been said. */
function requireKey(project: Project, key: SigningKey | null): void {
  if (key !== null || project.channels.length === 0 || (project.signing.with === "none" && project.signing.said))
    return;
  throw new ReleaseError("KEY_MISSING", {
    what: `Channel ${project.channels[0]?.id ?? ""} is configured, and no key to sign with.`,
    next: "Make one with: ggen-release keys new, and name it under sign: in ggen-release.yaml; or write sign: none.",
  });
}

function openChannels(project: Project, root: string): readonly Channel[] {
  return project.channels.map(({ id, channel, section }) => {
    const kind = channelKinds.find((known) => known.channel === channel);
    if (kind === undefined) throw new Error(`channel ${channel} is not known`);
    const own = section as Readonly<Record<string, unknown>>;
    const path = own["path"];
    return kind.open(id, (typeof path === "string" ? { ...own, path: resolve(root, path) } : own) as never);
  });
}

/** Digests of what replaces or adds to the tag's tree, so that the plan names them. */
async function overridesOf(
  ports: Ports,
  config: string | null,
  overlay: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, Sha256>>> {
  const overrides: Record<string, Sha256> = {};
  if (config !== null) overrides["--config"] = (await contentOf(ports.files.open(config))).sha256;
  for (const [path, from] of overlay) {
    overrides[path] = (await contentOf(ports.files.open(from))).sha256;
  }
  return overrides;
}
