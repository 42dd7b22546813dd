/** A project and its files for tests of the .deb: real programs of the machine go through the real packager. */
import { chmodSync, copyFileSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { collectingReporter } from "../src/adapters/collecting-reporter.ts";
import { nodeFiles } from "../src/adapters/node-files.ts";
import { nodeProcesses } from "../src/adapters/node-processes.ts";
import type { About, BuildSpec, Project } from "../src/domain/project.ts";
import { parseTarget } from "../src/domain/target.ts";
import { parseVersion } from "../src/domain/version.ts";
import type { InputDocument, InputFile, PackageInputs } from "../src/ports/packager.ts";
import { deb } from "../src/steps/package/deb.ts";
import type { DebSection } from "../src/steps/package/deb-section.ts";

/** 2026-01-01 00:00:00 UTC. */
export const epoch = 1_767_225_600;

export interface Sample {
  readonly version?: string;
  readonly about?: About;
  readonly section?: DebSection;
  readonly targets?: readonly string[];
  /** Programs: name → path of a file on this machine. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Files of the clean clone: path → content. */
  readonly tree?: Readonly<Record<string, string>>;
  readonly documents?: readonly (Pick<InputDocument, "role" | "shell"> & { readonly path: string })[];
}

export const sampleAbout: About = {
  summary: "portable processor of sample documents",
  description: "It reads documents of several kinds and prints them again.\n\nEach kind has its own printer.",
  homepage: "https://samples.debian.net/tool",
  license: "MIT",
  maintainer: "Jane Doe <jane@debian.org>",
};

export function sampleProject({ version = "1.2.3", about = sampleAbout, targets, programs }: Sample = {}): Project {
  const build: BuildSpec = {
    id: "prebuilt",
    builder: "prebuilt",
    targets: (targets ?? ["x86_64-linux-gnu"]).map(parseTarget),
    binaries: Object.keys(programs ?? { tool: "" }),
    section: {},
    environment: { grant: [], set: {} },
    smoke: { arguments: ["--version"], version: true, timeoutSeconds: 10 },
    size: { min: 0, max: Number.MAX_SAFE_INTEGER },
  };
  return {
    name: "tool",
    version: parseVersion(version),
    tag: `v${version}`,
    commit: "0".repeat(40),
    about,
    builds: [build],
    documents: { files: [], man: [], completions: { files: {} } },
    packages: {},
    channels: [],
    source: { strict: false, overlay: {} },
    signing: { with: "none", said: false },
  };
}

type Prepare = (source: string) => void;

/** Lays the sample's files into `folder`, lets `prepare` change the clone, and gives what a packager gets. */
export function sampleInputs(sample: Sample, folder: string, prepare?: Prepare): PackageInputs {
  const source = join(folder, "source");
  const built = join(folder, "built");
  for (const [path, content] of Object.entries({ ...sample.tree })) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), content);
  }
  prepare?.(source);
  mkdirSync(built, { recursive: true });
  const programs = Object.entries(sample.programs ?? { tool: "/bin/true" }).map(([name, from]) => {
    copyFileSync(from, join(built, name));
    chmodSync(join(built, name), 0o755);
    return inputFile(join(built, name));
  });
  const unused = (): never => {
    throw new Error("a .deb is not made of this");
  };
  return {
    project: sampleProject(sample),
    epoch,
    binaries: (build) => (build.startsWith("prebuilt:") ? programs : unused()),
    documents: (sample.documents ?? []).map(({ path, ...document }) => {
      return { ...inputFile(join(source, path)), ...document };
    }),
    artifact: unused,
    open: unused,
    source,
    archiveSource: unused,
    scratch: join(folder, "scratch"),
    files: nodeFiles(),
    processes: nodeProcesses(collectingReporter()),
  };
}

export function inputFile(path: string): InputFile {
  const { size, mode } = lstatSync(path);
  return { name: basename(path), path, size, mode: mode & 0o7777 };
}

/** Writes the sample's .debs into `folder` and gives their paths. */
export async function packSamples(sample: Sample, folder: string, prepare?: Prepare): Promise<readonly string[]> {
  const inputs = sampleInputs(sample, folder, prepare);
  const paths: string[] = [];
  for (const planned of deb.plan(inputs.project, sample.section ?? {})) {
    paths.push(join(folder, planned.file));
    await inputs.files.write(join(folder, planned.file), await deb.write(planned, sample.section ?? {}, inputs));
  }
  return paths;
}

/** The first of them. */
export async function packSample(sample: Sample, folder: string, prepare?: Prepare): Promise<string> {
  const [path] = await packSamples(sample, folder, prepare);
  if (path === undefined) throw new Error("nothing is planned");
  return path;
}
