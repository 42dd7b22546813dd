/**
 * `cut`: a release from its tag to its channels. This file is the table of contents: the steps in their order, each told
 * to the reporter, none doing its own work here.
 */
import { join, sep } from "node:path";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import type { Mutation } from "../domain/mutation.ts";
import type { Plan } from "../domain/plan.ts";
import { digestOfValue } from "../engines/hash.ts";
import { readableJson } from "../formats/canonical-json.ts";
import { shellWords } from "../formats/shell-words.ts";
import type { ChannelContext } from "../ports/channel.ts";
import type { Ports } from "../ports/index.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { withLock } from "../engines/lock.ts";
import { publish } from "../steps/publish/publish.ts";
import { findStaged, nameOf, type Staged } from "../steps/publish/staged.ts";
import { pipelineLog } from "../steps/record/log.ts";
import { renderReport, withChecksOf } from "../steps/record/report.ts";
import { assemble } from "./assemble.ts";
import { findFinished } from "./finished.ts";
import { tellingOfOverride } from "./made-with.ts";
import { compareNeeds } from "./needs.ts";
import { obtain } from "./obtain.ts";
import { pendingChanges } from "./pending.ts";
import { sign } from "./sign.ts";
import { prepare, type Release, type ReleaseOptions } from "./prepare.ts";
import { showAndRefuse } from "./refuse.ts";
import { announce, inStep } from "./step.ts";
import { inWorkFolder } from "./work-folder.ts";
import type { OperationWorld } from "./world.ts";

export interface CutOptions extends ReleaseOptions {
  /** All local work in a scratch folder; the repository and the channels stay as they are. */
  readonly dryRun: boolean;
  /** The words, after the program's name, that go on after a failure. */
  readonly resume: readonly string[];
}

export interface CutResult {
  readonly manifest: Manifest;
  readonly plan: Plan;
  /** Folder that holds the release; null after a dry run. */
  readonly folder: string | null;
  readonly signer: string | null;
  /** Whether everything was there already. */
  readonly unchanged: boolean;
  /** The changes that are left to do: after a dry run those that the release would make, otherwise none. */
  readonly pending: readonly Mutation[];
}

const steps = {
  plan: "Read the tag, compare versions, plan",
  preflight: "Check the channels",
  build: "Build and package",
  sign: "Sign",
  tag: "Make the tag",
  publish: "Stage, publish, read back",
  record: "Record",
} as const;

export async function cut(world: OperationWorld, options: CutOptions): Promise<CutResult> {
  const { ports } = world;
  announce(ports.reporter, steps);
  const log = pipelineLog(ports);
  try {
    const prepared = await inStep(
      ports.reporter,
      "plan",
      steps.plan,
      () => prepareOrFind(world, options),
      ({ plan }) => `${plan.artifacts.length} files, ${plan.mutations.length} changes`,
    );
    if ("unchanged" in prepared) return prepared;
    const release = prepared;
    if (options.dryRun) return await dryRun(ports, release);
    const folder = join(release.releasesFolder, release.plan.tag);
    return await withLock(ports, join(release.releasesFolder, ".lock"), () =>
      inWorkFolder(ports, release, [], (work) => {
        log.writeTo(join(folder, "PIPELINE.log"));
        return make(ports, release, { folder, work, resume: shellWords(["ggen-release", ...options.resume]) });
      }),
    );
  } catch (error) {
    const told = await tellingOfOverride(ports, options, error);
    log.fail(told);
    throw told;
  } finally {
    await log.end();
  }
}

/** What is to be made; or the release itself, where nothing is left of it for which the key that is not here is needed. */
async function prepareOrFind(world: OperationWorld, options: CutOptions): Promise<Release | CutResult> {
  try {
    return await prepare(world, { ...options, askRemote: true });
  } catch (error) {
    const finished = options.dryRun ? null : await findFinished(world, options, error);
    if (finished === null) throw error;
    return finished;
  }
}

interface Places {
  /** Where the release comes to lie. */
  readonly folder: string;
  /** Where it is made. */
  readonly work: string;
  /** What goes on after a failure, as the user would type it. */
  readonly resume: string;
}

async function make(ports: Ports, release: Release, { folder, work, resume }: Places): Promise<CutResult> {
  const { reporter, files } = ports;
  const { plan, channels, source } = release;
  const looking = releaseContent({
    ports,
    release: nameOf(plan),
    digests: new Map(),
    folders: [],
    channels,
    signer: release.signer,
  });

  // Every channel is asked whether it can be written before anything is built, and git whether it can make the tag.
  await inStep(reporter, "preflight", steps.preflight, async () => {
    if (source.tag === null) await ports.git.requireIdentity(source.repository, plan.tag);
    for (const channel of channels) showAndRefuse(reporter, await channel.preflight(looking));
  });
  for (const channel of channels) await channel.tidy(nameOf(plan), looking);
  const staged = await findStaged(plan, channels, looking);
  if (staged !== null && release.key !== null && (await endedUnsigned(ports, staged, folder, looking)))
    reporter.report({
      type: "warning",
      message: `${plan.tag} was released without signatures; those by ${release.key.fingerprint} are added to it now`,
    });

  // What is staged, or was built before, is gone on with and never built again.
  const assembled = await inStep(
    reporter,
    "build",
    steps.build,
    () => obtain(ports, release, staged, work),
    ({ origin }) => origin,
  );

  // A library that a dependency brought is told while nobody has the release.
  const needs = staged === null ? await compareNeeds(ports, release, assembled, work) : [];
  showAndRefuse(reporter, needs);

  // Signatures that are staged and verify are adopted; the others are made.
  const { content, bound } = await inStep(
    reporter,
    "sign",
    steps.sign,
    () => sign(ports, release, assembled, work),
    () => release.key?.fingerprint ?? "unsigned: no key was configured",
  );

  // The tag is made when all is built: a failure up to here is mended by a commit and the same command. Pushing it is a
  // channel's change.
  await inStep(
    reporter,
    "tag",
    steps.tag,
    async () => {
      if (source.tag === null)
        await ports.git.createTag(source.repository, plan.tag, plan.commit, `${plan.project} ${plan.version}\n`);
    },
    () => (source.tag === null ? plan.tag : `${plan.tag} exists`),
  );

  await files.write(join(folder, "plan.json"), readableJson(bound));
  const result = await inStep(reporter, "publish", steps.publish, () =>
    publish({
      plan: bound,
      manifest: assembled.manifest,
      channels,
      context: content,
      ledger: join(folder, "ledger.jsonl"),
      resume,
    }),
  );

  await inStep(reporter, "record", steps.record, async () => {
    for (const channel of channels) await channel.tidy(nameOf(plan), content);
    const { manifest, smoke } = assembled;
    const report = renderReport({
      plan: bound,
      manifest,
      manifestDigest: digestOfValue(manifest),
      signer: release.key,
      findings: [...release.findings, ...needs],
      smoke,
      configuration: release.override,
    });
    const path = join(folder, "REPORT.md");
    const isFirst = staged === null || (await files.status(path)) === null;
    // A report that is there tells what was checked when the bytes were made, and a second run has checked less; but it
    // may have signed what was unsigned.
    if (isFirst) await files.write(path, report);
    else if (release.key !== null) await files.write(path, withChecksOf(report, await files.readText(path)));
    await files.remove(work);
  });
  const unchanged = [...result.settled.values()].every(
    (settlement) => settlement.outcome === "done" && settlement.already,
  );
  return {
    manifest: assembled.manifest,
    plan: bound,
    folder,
    signer: release.key?.fingerprint ?? null,
    unchanged,
    pending: [],
  };
}

/** Whether a run came to its end, of which the report tells, and signed nothing: the key is newer than the release. */
async function endedUnsigned(
  { files }: Ports,
  { store, manifest }: Staged,
  folder: string,
  looking: ChannelContext,
): Promise<boolean> {
  if ((await files.status(join(folder, "REPORT.md"))) === null) return false;
  return (await store.read(manifest, `${manifestFile}.asc`, looking)) === null;
}

/** The user's cache; null where the only place for one is the repository, which a dry run leaves as it is. */
function cacheOutside({ cacheFolder, workFolder }: Release): string | null {
  return cacheFolder.startsWith(workFolder + sep) ? null : cacheFolder;
}

async function dryRun(ports: Ports, release: Release): Promise<CutResult> {
  const { reporter } = ports;
  const work = await ports.files.makeScratch("dry-run");
  try {
    const assembled = await inStep(reporter, "build", steps.build, () =>
      assemble(ports, release, { work, cache: cacheOutside(release) ?? join(work, "cache") }),
    );
    showAndRefuse(reporter, await compareNeeds(ports, release, assembled, work));
    const { bound } = await inStep(reporter, "sign", steps.sign, () =>
      sign(ports, { ...release, channels: [] }, assembled, work),
    );
    const pending = await pendingChanges(ports, release, bound, [assembled.folder, join(work, "signatures")]);
    return {
      manifest: assembled.manifest,
      plan: bound,
      folder: null,
      signer: release.key?.fingerprint ?? null,
      unchanged: pending.length === 0,
      pending,
    };
  } finally {
    await ports.files.remove(work);
  }
}
