/** A project and the inputs of its packagers, for tests: what is built and documented lies as real files in a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { nodeFiles } from "../src/adapters/node-files.ts";
import { nodeProcesses } from "../src/adapters/node-processes.ts";
import { collectingReporter } from "../src/adapters/collecting-reporter.ts";
import type { Artifact } from "../src/domain/artifact.ts";
import type { BuildSpec, Project, Shell } from "../src/domain/project.ts";
import { parseTarget } from "../src/domain/target.ts";
import { parseVersion } from "../src/domain/version.ts";
import type { Bytes } from "../src/ports/files.ts";
import type { InputDocument, InputFile, PackageInputs } from "../src/ports/packager.ts";

export const sampleEpoch = 1_766_188_800;

export function sampleBuild(targets: readonly string[], binaries: readonly string[] = ["tool"], id = "go"): BuildSpec {
  return {
    id,
    builder: "go",
    targets: targets.map(parseTarget),
    binaries,
    section: {},
    environment: { grant: [], set: {} },
    smoke: { arguments: ["--version"], version: true, timeoutSeconds: 10 },
    size: { min: 0, max: 1e9 },
  };
}

export function sampleProject(changes: Partial<Project> = {}): Project {
  return {
    name: "tool",
    version: parseVersion("1.2.3"),
    tag: "v1.2.3",
    commit: "0".repeat(40),
    about: {
      summary: "Program for tests",
      homepage: "https://tool.dev",
      repository: "https://github.com/owner/tool",
      license: "MIT",
    },
    builds: [sampleBuild(["x86_64-linux-gnu"])],
    documents: { files: [], man: [], completions: { files: {} } },
    packages: {},
    channels: [],
    source: { strict: false, overlay: {} },
    signing: { with: "none", said: false },
    ...changes,
  };
}

export interface SampleFile {
  readonly content?: string;
  readonly mode?: number;
}

/** Files are written below `folder`, which stands for the clean clone. */
export class SampleInputs {
  readonly #folder: string;
  readonly #binaries = new Map<string, InputFile[]>();
  readonly documents: InputDocument[] = [];
  readonly artifacts: Artifact[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  binary(build: string, name: string, { content = `program ${name}`, mode = 0o755 }: SampleFile = {}): this {
    const path = this.#write(join("out", build.replace(":", "-"), name), content);
    const file = { name, path, size: Buffer.byteLength(content), mode };
    this.#binaries.set(build, [...(this.#binaries.get(build) ?? []), file]);
    return this;
  }

  document(role: InputDocument["role"], path: string, shell?: Shell, content = `text of ${path}`): this {
    const file = {
      name: basename(path),
      path: this.#write(path, content),
      size: Buffer.byteLength(content),
      mode: 0o644,
    };
    this.documents.push({ role, ...file, ...(shell === undefined ? {} : { shell }) });
    return this;
  }

  inputs(project: Project, archiveSource: (prefix: string) => Bytes = () => missing("an archive")): PackageInputs {
    return {
      project,
      epoch: sampleEpoch,
      binaries: (build) => this.#binaries.get(build) ?? missing(build),
      documents: this.documents,
      artifact: (id) => this.artifacts.find((artifact) => artifact.id === id) ?? missing(id),
      open: missing,
      source: this.#folder,
      archiveSource,
      scratch: join(this.#folder, "scratch"),
      files: nodeFiles(),
      processes: nodeProcesses(collectingReporter()),
    };
  }

  #write(path: string, content: string): string {
    const absolute = join(this.#folder, path);
    mkdirSync(join(absolute, ".."), { recursive: true });
    writeFileSync(absolute, content);
    return absolute;
  }
}

function missing(what: string): never {
  throw new Error(`the test gives no ${what}`);
}
