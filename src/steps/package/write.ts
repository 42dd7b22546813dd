/**
 * Writes every planned artifact: each packager's bytes go to a file by rename and through the hash on the way, so the
 * digest is of what was written. Invariant: an artifact is written after everything that it is made from.
 */
import { join } from "node:path";
import { sumsFile, type Artifact, type PlannedArtifact } from "../../domain/artifact.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Project } from "../../domain/project.ts";
import { expecting, hashing } from "../../engines/hash.ts";
import { taskProgress } from "../../engines/progress.ts";
import { renderSums } from "../../formats/checksums.ts";
import { formatSize } from "../../formats/size.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Ports } from "../../ports/index.ts";
import type { InputDocument, InputFile, PackageInputs, Packager } from "../../ports/packager.ts";

export interface PackageJob {
  readonly plan: Plan;
  readonly project: Project;
  readonly packagers: readonly Packager[];
  readonly epoch: number;
  /** Where artifacts are written, under their file names. */
  readonly folder: string;
  readonly scratch: string;
  readonly source: string;
  readonly archiveSource: (prefix: string) => Bytes;
  /** Built binaries per planned build. */
  readonly binaries: ReadonlyMap<string, readonly InputFile[]>;
  readonly documents: readonly InputDocument[];
  readonly ports: Ports;
  /** Artifacts that are there already: parts made on other machines. */
  readonly given?: readonly Artifact[];
  /** Only these artifacts; others are left for another machine. */
  readonly only?: (artifact: PlannedArtifact) => boolean;
}

export async function writeArtifacts(job: PackageJob): Promise<readonly Artifact[]> {
  const written = new Map((job.given ?? []).map((artifact) => [artifact.id, artifact]));
  const wanted = job.plan.artifacts.filter((planned) => !written.has(planned.id) && job.only?.(planned) !== false);
  for (let waiting = wanted; waiting.length > 0;) {
    const ready = waiting.filter(({ from }) => !from.some((id) => waiting.some((other) => other.id === id)));
    if (ready.length === 0) throw new Error("artifacts are made from each other in a circle");
    for (const artifact of await together(ready, (planned) => writeOne(planned, job, written))) {
      written.set(artifact.id, artifact);
    }
    waiting = waiting.filter(({ id }) => !written.has(id));
  }
  return [...written.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function writeOne(
  planned: PlannedArtifact,
  job: PackageJob,
  written: ReadonlyMap<string, Artifact>,
): Promise<Artifact> {
  const { reporter, files } = job.ports;
  reporter.report({ type: "task-started", task: planned.id, title: planned.file, minor: true });
  try {
    const content = hashing(await bytesOf(planned, job, written));
    await files.write(join(job.folder, planned.file), content.bytes, planned.kind === "binary" ? 0o755 : 0o644);
    const artifact = { ...planned, ...content.content() };
    reporter.report({ type: "task-finished", task: planned.id, detail: formatSize(artifact.size) });
    return artifact;
  } catch (error) {
    reporter.report({ type: "task-failed", task: planned.id });
    throw error;
  }
}

/** Compression keeps a core busy and leaves this one free: a few at a time use the machine, and memory stays bounded. */
const atOnce = 3;

/** Answers in the order of the inputs; after a failure no further one is begun, and those that run are waited for. */
async function together<Input, Output>(
  inputs: readonly Input[],
  act: (input: Input) => Promise<Output>,
): Promise<readonly Output[]> {
  const results: Output[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < inputs.length && !failed) {
      const index = next++;
      try {
        results[index] = await act(inputs[index] as Input);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const failure = ended.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return results;
}

async function bytesOf(
  planned: PlannedArtifact,
  job: PackageJob,
  written: ReadonlyMap<string, Artifact>,
): Promise<Bytes | AsyncIterable<Uint8Array>> {
  if (planned.kind === "checksum") return sums(planned, written);
  const packager = job.packagers.find(({ format }) => format === planned.format);
  if (packager === undefined) throw new Error(`no packager writes ${planned.format}`);
  return packager.write(planned, job.project.packages[planned.format] as never, inputsOf(planned, job, written));
}

async function* sums(planned: PlannedArtifact, written: ReadonlyMap<string, Artifact>): Bytes {
  const lines = planned.from.map((id) => known(written, id)).map(({ file, sha256 }) => ({ file, sha256 }));
  yield new TextEncoder().encode(
    renderSums(planned.file === sumsFile ? lines.sort((a, b) => (a.file < b.file ? -1 : 1)) : lines),
  );
}

function inputsOf(planned: PlannedArtifact, job: PackageJob, written: ReadonlyMap<string, Artifact>): PackageInputs {
  const { files } = job.ports;
  const passing = taskProgress(job.ports, planned.id, inputSize(planned, job));
  return {
    project: job.project,
    epoch: job.epoch,
    scratch: job.scratch,
    source: job.source,
    archiveSource: job.archiveSource,
    documents: job.documents,
    files: { ...files, open: (path) => passing(files.open(path)) },
    processes: job.ports.processes,
    binaries: (build) => {
      const found = job.binaries.get(build);
      if (found === undefined) throw new Error(`${build} was not built`);
      return found;
    },
    artifact: (id) => known(written, id),
    open: (id) => {
      const { file, sha256 } = known(written, id);
      return expecting(files.open(join(job.folder, file)), file, sha256);
    },
  };
}

/** Bytes of the programs that go in: what takes the time. Of what is made in another way the size is not known. */
function inputSize({ from }: PlannedArtifact, { binaries }: PackageJob): number {
  return from.flatMap((id) => binaries.get(id) ?? []).reduce((sum, { size }) => sum + size, 0);
}

function known(written: ReadonlyMap<string, Artifact>, id: string): Artifact {
  const artifact = written.get(id);
  if (artifact === undefined) throw new Error(`${id} is needed before it is written`);
  return artifact;
}
