/**
 * `check`: whether the configuration as it lies in the working folder is understood, and what it would make of the files
 * beside it. A configuration that cannot be read is a failure; everything that follows from it is a finding.
 */
import { join, resolve } from "node:path";
import { isReleaseError, type ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Project } from "../domain/project.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import { type Version, parseVersion } from "../domain/version.ts";
import { detect } from "../engines/detect/detect.ts";
import type { Detected, Note } from "../engines/detect/detected.ts";
import { isPlaceholderVersion } from "../engines/detect/notes.ts";
import { laidOver } from "../engines/laid-tree.ts";
import { workingTree } from "../engines/versions/working-tree.ts";
import type { Repository } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import { noConfig } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { makeProject } from "../steps/config/project.ts";
import { configSchema } from "../steps/config/schema.ts";
import { versionSettings } from "../steps/config/version-settings.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { configBeside } from "./config-file.ts";
import { kinds } from "./kinds.ts";
import { missingFindings } from "./missing.ts";
import { findOverlay } from "./overlay.ts";

/** Stands for the commit in a repository that has none yet. */
const noObject = "0".repeat(40);

export interface CheckOptions {
  /** Another file than the repository's ggen-release.yaml, relative to the caller's folder. */
  readonly config?: string;
}

export interface CheckResult {
  /** The file that was checked, or null where there is none. */
  readonly file: string | null;
  readonly project: Project;
  /** The files that a release would consist of. */
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

/** Throws what loadConfig and makeProject throw, and GIT_NOT_A_REPOSITORY. */
export async function check(ports: Ports, options: CheckOptions): Promise<CheckResult> {
  const repository = await openRepository(ports);
  const bytes =
    options.config === undefined
      ? await configBeside(ports, repository.folder)
      : await ports.files.read(resolve(ports.environment.folder, options.config));
  const file = options.config ?? configFile;
  const config = bytes === null ? noConfig : loadConfig(configSchema(kinds), bytes, file);
  const committable = await workingTree(ports, repository);
  const overlay = await findOverlay(ports.files, repository.folder, committable, config);
  const tree = laidOver(committable, overlay.found, ports.files);
  const detected = await detect(tree);
  const settings = versionSettings(config);
  const version = sampleVersion(settings, detected);
  const made = makeProject({
    config,
    detected,
    version,
    tag: `${settings.tagPrefix}${version.text}`,
    commit: repository.head ?? noObject,
    kinds,
  });
  const packages = packageFindings(made.project);
  const findings = [
    ...(bytes === null ? [] : [understood(file)]),
    ...(options.config === undefined ? await committed(ports, repository, bytes) : []),
    ...(await misnamed(ports, repository, bytes)),
    ...made.notes.map(noteFinding),
    ...(await missingFindings(config, made.project, tree)),
    ...overlay.refused.map(overlayFinding),
    ...buildFindings(made.project),
    ...packages.findings,
  ];
  return { file: bytes === null ? null : file, project: made.project, files: packages.files, findings };
}

/** What the manifest says, where that is a version of the scheme: names of files look like those of the next release. */
function sampleVersion({ scheme }: VersionSettings, { version }: Detected): Version {
  try {
    return parseVersion(isPlaceholderVersion(version) ? "" : (version ?? ""), scheme);
  } catch {
    return parseVersion(scheme === "calendar" ? "26.1.0" : "1.2.3", scheme);
  }
}

function understood(file: string): Finding {
  return { id: "config", verdict: "pass", message: `${file} is understood` };
}

function noteFinding({ message, next }: Note): Finding {
  const said = message.replace(/\.$/, "");
  return next === undefined
    ? { id: "project", verdict: "pass", message: said }
    : { id: "project", verdict: "warn", message: said, next };
}

/** A release reads the configuration of its tag, not of the working folder. */
async function committed(
  { git }: Ports,
  repository: Repository,
  bytes: Uint8Array | null,
): Promise<readonly Finding[]> {
  if (bytes === null) return [];
  const there = repository.head === null ? null : await git.tree(repository, repository.head).read(configFile);
  if (there !== null && Buffer.compare(there, bytes) === 0) return [];
  return [
    {
      id: "config:committed",
      verdict: "warn",
      message: `${configFile} ${there === null ? "is not committed" : "differs from the last commit"}; a release reads its tag's`,
      next: `git add ${configFile} && git commit -m "Say what is released"`,
    },
  ];
}

async function misnamed(
  { files }: Ports,
  { folder }: Repository,
  bytes: Uint8Array | null,
): Promise<readonly Finding[]> {
  const other = "ggen-release.yml";
  if (bytes !== null || (await files.status(join(folder, other))) === null) return [];
  return [
    {
      id: "config:name",
      verdict: "fail",
      code: "CONFIG_MISSING",
      message: `${other} is not read`,
      next: `git mv ${other} ${configFile}`,
    },
  ];
}

function overlayFinding({ code, what, next }: ReleaseError): Finding {
  return { id: "source:overlay", verdict: "fail", code, message: what.replace(/\.$/, ""), next };
}

function buildFindings({ builds }: Project): readonly Finding[] {
  return builds.flatMap(({ id, builder, section, targets, binaries }) => {
    const known = kinds.builders.find((one) => one.id === builder);
    return targets.map((target) =>
      attempt(`build:${id}:${target.id}`, () => {
        known?.plan(section as never, target, binaries);
        return `${id} makes ${binaries.join(", ")} for ${target.id}`;
      }),
    );
  });
}

function packageFindings(project: Project): {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
} {
  const files: string[] = [];
  const findings = kinds.packagers
    .filter(({ format }) => Object.hasOwn(project.packages, format))
    .map((packager) =>
      attempt(`package:${packager.format}`, () => {
        const planned = packager.plan(project, project.packages[packager.format] as never).map(({ file }) => file);
        files.push(...planned);
        return `${packager.format}: ${planned.join(", ")}`;
      }),
    );
  const twice = files.filter(
    (file, index) => files.findIndex((one) => one.toLowerCase() === file.toLowerCase()) !== index,
  );
  const collisions = twice.map((file): Finding => ({
    id: "package:names",
    verdict: "fail",
    code: "FILE_NAME_COLLISION",
    message: `Two packages would be called ${file}`,
    next: "Give the builds other binaries or targets, or set one of the packages to false.",
  }));
  return { files, findings: [...findings, ...collisions] };
}

/** What a builder or packager refuses becomes a finding, so that all of them are shown. */
function attempt(id: string, act: () => string): Finding {
  try {
    return { id, verdict: "pass", message: act() };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return { id, verdict: "fail", code: error.code, message: error.what.replace(/\.$/, ""), next: error.next };
  }
}
