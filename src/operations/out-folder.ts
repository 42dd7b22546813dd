/**
 * The folder that `build` fills. Invariant: no file in it is replaced or removed that is not of a build of ours, as a
 * manifest, or the list that a run which was killed has left, tells by name.
 */
import { join } from "node:path";
import * as v from "valibot";
import { ReleaseError } from "../domain/errors/index.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { quoted } from "../domain/quoted.ts";
import { readManifest } from "../engines/manifest-text.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import type { Files } from "../ports/files.ts";

/** What a part's manifest is called: `build --merge` looks for it. */
export const partFile = "part.json";
export const outLock = ".ggen-release.lock";
/** Names of the files that a run may have written, as long as it has not come to its end. */
const unfinishedFile = ".ggen-release.unfinished";

const manifests = [manifestFile, partFile];
const unfinishedList = v.pipe(v.string(), v.parseJson(), v.object({ project: v.string(), files: v.array(v.string()) }));

/** What a build of the plan writes below the folder. */
function namesOf({ artifacts }: Pick<Plan, "artifacts">): readonly string[] {
  return [...artifacts.map(({ file }) => file), ...manifests];
}

/**
 * Throws BUILD_FOLDER_FOREIGN where the folder holds a release, another project's build, or files but no build of ours;
 * and where a file of the plan's names is there that no build of ours made. Nothing is written.
 */
export async function requireOutFolder(files: Files, folder: string, plan: Plan): Promise<void> {
  const names = (await files.list(folder)).filter((name) => !isTransient(name));
  if (names.length === 0) return;
  const released = ["ledger.jsonl", "plan.json", `${manifestFile}.asc`].find((name) => names.includes(name));
  if (released !== undefined) throw foreign(`${folder} holds a release, not a build: ${released} is in it`);
  const before = await earlierBuilds(files, folder);
  if (before.projects.length === 0) throw foreign(`${folder} holds ${listed(names)}, and no build of ggen-release`);
  const other = before.projects.find((project) => project !== plan.project);
  if (other !== undefined) throw foreign(`${folder} holds a build of ${quoted(other)}, not of ${plan.project}`);
  const wanted = new Set(namesOf(plan));
  const strange = names.filter((name) => wanted.has(name) && !before.files.has(name));
  if (strange.length > 0)
    throw foreign(`${folder} holds ${listed(strange)}, which this build would write and no build before it made`);
}

export interface OutFolder {
  /** Writes the manifest, and removes what builds before this one left and it did not make again. */
  finish(name: string, manifest: Manifest): Promise<void>;
}

/** Marks the folder as being filled: whole is only what its manifest comes after. */
export async function openOutFolder(files: Files, folder: string, plan: Plan): Promise<OutFolder> {
  const before = await earlierBuilds(files, folder);
  const mayBeThere = new Set([...before.files, ...namesOf(plan)]);
  const unfinished = join(folder, unfinishedFile);
  await files.write(unfinished, canonicalJson({ project: plan.project, files: [...mayBeThere].sort() }));
  for (const name of manifests) await files.remove(join(folder, name));
  return {
    async finish(name, manifest) {
      await files.write(join(folder, name), canonicalJson(manifest));
      const made = new Set([...manifest.artifacts.map(({ file }) => file), name]);
      for (const old of mayBeThere) if (!made.has(old)) await removeFile(files, join(folder, old));
      await files.remove(unfinished);
    },
  };
}

interface Earlier {
  readonly projects: readonly string[];
  /** Names of files that are ours. */
  readonly files: ReadonlySet<string>;
}

async function earlierBuilds(files: Files, folder: string): Promise<Earlier> {
  const projects: string[] = [];
  const ours = new Set<string>();
  for (const name of manifests) {
    const manifest = readManifest(await textIn(files, join(folder, name)));
    if (manifest === null) continue;
    projects.push(manifest.project);
    for (const { file } of manifest.artifacts) ours.add(file);
    ours.add(name);
  }
  const unfinished = v.safeParse(unfinishedList, await textIn(files, join(folder, unfinishedFile)));
  if (unfinished.success) {
    projects.push(unfinished.output.project);
    for (const file of unfinished.output.files) if (isBareName(file)) ours.add(file);
  }
  return { projects, files: ours };
}

async function textIn(files: Files, path: string): Promise<string> {
  return (await files.status(path))?.kind === "file" ? files.readText(path) : "";
}

/** No folder is ours, whatever it is called. */
async function removeFile(files: Files, path: string): Promise<void> {
  if ((await files.status(path))?.kind === "file") await files.remove(path);
}

function isBareName(name: string): boolean {
  return /^[A-Za-z0-9][^/\\\p{Cc}]*$/u.test(name);
}

/** What a run has for as long as it runs, or was killed before it wrote anything else. */
function isTransient(name: string): boolean {
  return name === unfinishedFile || name.startsWith(outLock) || /^\..*\.\d+\.\d+\.part$/.test(name);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => quoted(name));
  return shown.join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
}

function foreign(what: string): ReleaseError {
  return new ReleaseError("BUILD_FOLDER_FOREIGN", {
    what: `${what}.`,
    next: "Name a folder that is empty or not there yet: --out DIR; or move what is in this one away.",
  });
}
