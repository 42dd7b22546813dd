/**
 * `version set`: writes the version into every place that is ours to write, all or none. Everything is computed and read
 * again before the first write; a write that fails puts back what was written before it.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { Version } from "../domain/version.ts";
import type { FoundPlace } from "../engines/versions/agreement.ts";
import { requireHigher } from "../engines/versions/released.ts";
import { setVersion, type VersionChange } from "../engines/versions/set.ts";
import { workingTree } from "../engines/versions/working-tree.ts";
import type { Files } from "../ports/files.ts";
import type { Ports } from "../ports/index.ts";
import {
  agreementOptions,
  openVersions,
  readVersion,
  type VersionOptions,
  type VersionWorld,
} from "./version-options.ts";

export interface VersionSetOptions extends VersionOptions {
  /** Version or tag. */
  readonly version: string;
  /** A hotfix of an older line may be lower than what exists. */
  readonly allowBackport: boolean;
  /** Computes and writes nothing. */
  readonly dryRun: boolean;
}

export interface VersionSetResult {
  readonly version: string;
  /** Places with a new version, as they were: `value` became `wanted`. */
  readonly changed: readonly FoundPlace[];
  /** What a person has yet to write, or the release will. */
  readonly left: VersionChange["left"];
  readonly warnings: readonly string[];
  readonly written: boolean;
  /** How many places are compared with the version at all; 0 where the tag alone names it. */
  readonly compared: number;
}

export async function versionSet(ports: Ports, options: VersionSetOptions): Promise<VersionSetResult> {
  const world = await openVersions(ports, options);
  const version = readVersion(options.version, options.settings);
  const { warnings } = requireHigher(version, world.released, options.allowBackport);
  await requireFree(ports, world, version, options);
  const tree = await workingTree(ports, world.repository);
  const { edits, left, compared } = await setVersion(
    tree,
    version,
    await agreementOptions(ports, world, version, options),
  );
  if (!options.dryRun) {
    const writes = edits.map(({ file, after }) => ({ path: join(world.repository.folder, file), after }));
    await writeAll(ports.files, writes);
  }
  const changed = edits.flatMap(({ places }) => places);
  return { version: version.text, changed, left, warnings, written: !options.dryRun && edits.length > 0, compared };
}

/** The version of another commit's tag stands for that commit's content. */
async function requireFree(
  ports: Ports,
  { repository }: VersionWorld,
  version: Version,
  { settings }: VersionOptions,
): Promise<void> {
  const tag = await ports.git.tag(repository, settings.tagPrefix + version.text);
  if (tag === null || tag.commit === repository.head) return;
  throw new ReleaseError("VERSION_TAKEN", {
    what: `Tag ${tag.name} exists and stands for ${tag.commit.slice(0, 12)}, not for what is checked out.`,
    next: "Run: ggen-release version next",
  });
}

interface Write {
  readonly path: string;
  readonly after: Uint8Array;
}

/** Every write is atomic by itself (ports/files.ts); together they are by putting back. */
async function writeAll(files: Files, writes: readonly Write[]): Promise<void> {
  const originals: { readonly path: string; readonly content: Uint8Array; readonly mode: number }[] = [];
  for (const { path } of writes)
    originals.push({ path, content: await files.read(path), mode: (await files.status(path))?.mode ?? 0o644 });
  try {
    for (const [index, { path, after }] of writes.entries()) await files.write(path, after, originals[index]?.mode);
  } catch (error) {
    const stuck: string[] = [];
    for (const { path, content, mode } of originals)
      if (!(await isPutBack(files, path, content, mode))) stuck.push(path);
    throw stuck.length === 0 ? error : halfWritten(error, stuck);
  }
}

/** Whether the file holds its old content: still, or again. */
async function isPutBack(files: Files, path: string, content: Uint8Array, mode: number): Promise<boolean> {
  try {
    if (!Buffer.from(await files.read(path)).equals(content)) await files.write(path, content, mode);
    return true;
  } catch {
    return false;
  }
}

function halfWritten(error: unknown, stuck: readonly string[]): ReleaseError {
  const [code, what] = isReleaseError(error) ? [error.code, error.what] : ["IO" as const, String(error)];
  return new ReleaseError(code, {
    what: `${what} What was written before could not be put back everywhere.`,
    next: "Mend the cause, then run the same command again: it goes on where it stopped.",
    details: stuck.map((path) => `holds the new version: ${path}`),
  });
}
