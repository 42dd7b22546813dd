/**
 * The npm package that a single executable is bundled from: its dependencies installed from the tracked lock file, then
 * its bundler run, both by the pinned Node. Invariant: the install runs no script of a dependency, and only commands
 * that run no code of the project are shown the caller's npm settings.
 */
import { delimiter, dirname, join } from "node:path";
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { BuildJob } from "../../ports/builder.ts";
import { lockMissing, lockStale } from "./lock-file.ts";
import { fetchingEnvironment, npmInstallHint } from "./node-binary.ts";
import { runAgain } from "./run-again.ts";
import { runTool } from "./tool.ts";

const manifestSchema = v.object({
  type: v.optional(v.string()),
  scripts: v.optional(v.record(v.string(), v.string()), {}),
  dependencies: v.optional(v.record(v.string(), v.unknown()), {}),
  devDependencies: v.optional(v.record(v.string(), v.unknown()), {}),
});
type Manifest = v.InferOutput<typeof manifestSchema>;
type Environment = Readonly<Record<string, string>>;

const lockFiles = ["npm-shrinkwrap.json", "package-lock.json"];
const makeLock = "npm install --package-lock-only";
/** The first package of which package.json and the lock file say different things, as `npm ci` reports it. */
const staleness = /^npm error (Missing: .* from lock file|Invalid: lock file.*)$/m;
const bundlingScripts = ["bundle", "build"];

/** The build's environment with the project's own programs and the pinned Node first on the PATH. */
export function withPrograms(job: BuildJob, node: string): Environment {
  const own = foldersUpwards(job).map((folder) => join(folder, "node_modules", ".bin"));
  const path = [...own, join(node, "bin"), job.environment["PATH"] ?? ""].join(delimiter);
  return { ...job.environment, PATH: path };
}

/** Installs what the tracked lock file names, unless another command is given. Throws BUILD_LOCK_MISSING. */
export async function installDependencies(
  job: BuildJob,
  command: readonly string[] | undefined,
  environment: Environment,
): Promise<void> {
  if (command !== undefined) return run(job, command, environment);
  const lock = await findLock(job);
  if (lock === undefined) return requireNoDependencies(job);
  await runTool(job, {
    program: "npm",
    arguments: ["ci", "--ignore-scripts"],
    folder: dirname(lock),
    environment: fetchingEnvironment({ ...job, environment }),
    install: npmInstallHint,
    explain: (output) => {
      const said = staleness.exec(output)?.[1];
      return said === undefined ? undefined : lockStale(job, inTree(job, lock), makeLock, said);
    },
  });
}

/** Runs the bundler: an argument list, or a script of package.json; by default `bundle` or `build` where it has one. */
export async function bundle(
  job: BuildJob,
  command: string | readonly string[] | undefined,
  environment: Environment,
): Promise<void> {
  if (command !== undefined && typeof command !== "string") return run(job, command, environment);
  const scripts = Object.keys((await readManifest(job, job.folder)).scripts);
  const script = (command === undefined ? bundlingScripts : [command]).find((name) => scripts.includes(name));
  if (script !== undefined) return run(job, ["npm", "run", script], environment);
  if (command === undefined) return;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `bundle is ${quoted(command)}, which is no script of package.json; it has ${scripts.join(", ") || "none"}.`,
    next: "Name one of its scripts, or write the command as a list: bundle: [rolldown, src/main.ts, --file, dist/cli.mjs]",
  });
}

/** Whether a file of that ending is a module, told by the nearest package.json (https://nodejs.org/api/packages.html#type). */
export async function isModule(job: BuildJob, path: string): Promise<boolean> {
  if (!path.endsWith(".js")) return path.endsWith(".mjs");
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const isThere = (await job.ports.files.status(join(folder, "package.json"))) !== null;
    if (isThere) return (await readManifest(job, folder)).type === "module";
    if (folder === job.source || folder === dirname(folder)) return false;
  }
}

function run(job: BuildJob, [program = "", ...rest]: readonly string[], environment: Environment): Promise<void> {
  const install = program === "npm" ? npmInstallHint : `Add ${program} to devDependencies, or put it on the PATH.`;
  return runTool(job, { program, arguments: rest, environment, install });
}

/** The build's folder and those above it, up to the clone's top: in a workspace the lock file lies in one of them. */
function foldersUpwards(job: BuildJob): readonly string[] {
  const folders: string[] = [];
  for (let folder = job.folder; ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === job.source || folder === dirname(folder)) return folders;
  }
}

async function findLock(job: BuildJob): Promise<string | undefined> {
  for (const folder of foldersUpwards(job)) {
    const names = await job.ports.files.list(folder);
    const name = lockFiles.find((file) => names.includes(file));
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}

async function requireNoDependencies(job: BuildJob): Promise<void> {
  const { dependencies, devDependencies } = await readManifest(job, job.folder);
  if (Object.keys({ ...dependencies, ...devDependencies }).length === 0) return;
  throw await lockMissing(job, inTree(job, join(job.folder, "package-lock.json")), makeLock);
}

/** The parts of package.json that a build asks for; empty where there is none. */
async function readManifest(job: BuildJob, folder: string): Promise<Manifest> {
  const path = join(folder, "package.json");
  const { files } = job.ports;
  try {
    const text = (await files.status(path)) === null ? "{}" : await files.readText(path);
    return v.parse(manifestSchema, JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof v.ValiError)) throw error;
    throw new ReleaseError(
      "PROJECT_UNKNOWN",
      {
        what: `${inTree(job, path)} in the tree of ${job.tag} is not a package.json: ${error.message}`,
        next: `Mend it, commit it and ${runAgain(job)}.`,
      },
      { cause: error },
    );
  }
}

function inTree(job: BuildJob, path: string): string {
  return path.slice(job.source.length + 1);
}
