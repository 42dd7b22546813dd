/**
 * Builder `go`: static programs by `go build`, for any target from any machine (https://pkg.go.dev/cmd/go). Invariant:
 * the bytes depend on the commit, the configuration and the Go release; not on folders, nor on the machine's own Go
 * settings (GOFLAGS, `go env -w`), of which only those that say where modules come from are taken.
 */
import { dirname, join, posix } from "node:path";
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { goArchitecture, type Target } from "../../domain/target.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { textOr } from "../../engines/values/text-or.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Builder, BuildJob, BuiltFile, ToolJob } from "../../ports/builder.ts";
import { compilerVersion } from "./compiler.ts";
import { lockMissing, lockStale } from "./lock-file.ts";
import { perBinary } from "./per-binary.ts";
import { fillPlaceholders, placeholdersOf, type Placeholders } from "./placeholders.ts";
import { runAgain } from "./run-again.ts";
import { askTool, runTool } from "./tool.ts";

const install = "Install Go (https://go.dev/dl), or put it on the PATH.";

/** Where modules come from: what a machine may say without changing a byte, since go.sum holds their digests. */
const origins = ["GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB", "GOINSECURE", "GOVCS"] as const;

const packagePath = v.pipe(v.string(), parsed(parsePackagePath));
const words = v.array(v.pipe(v.string(), v.minLength(1)));

const entries = {
  main: v.pipe(
    v.optional(textOr(packagePath, v.record(v.string(), packagePath)), "."),
    v.description("Package of the program: ./cmd/tool; for several ./cmd/{binary}, or a map from program to package."),
  ),
  ldflags: v.pipe(
    v.optional(textOr(v.string(), words), "-s -w -X main.version={version}"),
    v.description(
      "Flags for the linker; {version} {tag} {commit} stand for the release's. Where the program has main.Version, that is set.",
    ),
  ),
  tags: v.pipe(
    v.optional(
      v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.]+$/, "A build tag has letters, digits, _ and . only."))),
      [],
    ),
    v.description("Build tags."),
  ),
  flags: v.pipe(v.optional(words, []), v.description("Further flags of go build.")),
  toolchain: v.pipe(
    v.optional(
      v.pipe(v.string(), v.regex(/^go1\.[0-9]+(\.[0-9]+|rc[0-9]+)?$/, "A Go release is written as go1.26.1.")),
    ),
    v.description("Go release to build with, go1.26.1; go fetches and verifies it where it is not installed."),
  ),
};
export type GoSection = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;

export const go: Builder<GoSection> = {
  id: "go",
  entries,
  plan(section, target, binaries) {
    const prefix = Object.entries(targetVariables(target)).map(([name, value]) => `${name}=${value}`);
    const packages = perBinary("main", section.main, binaries);
    return {
      commands: binaries.map((binary) => {
        const words = ["go", ...buildArguments(section, packages.get(binary) ?? ".", fileName(binary, target), {})];
        return `CGO_ENABLED=\${CGO_ENABLED:-0} ${prefix.join(" ")} ${shellWords(words)}`;
      }),
      environment: ["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", ...origins],
    };
  },
  sources({ main }, binaries) {
    const packages =
      typeof main === "string" ? binaries.map((binary) => main.replaceAll("{binary}", binary)) : Object.values(main);
    // Any other path is a module's, which may be fetched.
    return packages
      .filter((path) => /^\.(?:\/|$)/.test(path))
      .map((path) => posix.join(path).replace(/^\.?\/?$|\/$/g, ""));
  },
  async toolchain(section, target, job) {
    await quietTelemetry(job);
    const environment = goEnvironment(section, target, job);
    const done = await askTool(job, { program: "go", arguments: ["version"], environment, install });
    if (done.exitCode !== 0) throw toolchainFailed(`${done.stdout}${done.stderr}`);
    return environment["CGO_ENABLED"] === "1" ? `${done.stdout}${await compilerVersion(job)}` : done.stdout;
  },
  async build(section, job) {
    await quietTelemetry(job);
    const environment = {
      ...(await machineOrigins(job)),
      ...goEnvironment(section, job.target, job),
      GOWORK: await workspaceFile(job),
    };
    await requireModule(job);
    const packages = perBinary("main", section.main, job.binaries);
    const built: BuiltFile[] = [];
    for (const binary of job.binaries) {
      const path = join(job.scratch, "bin", fileName(binary, job.target));
      const main = packages.get(binary) ?? ".";
      await runTool(job, {
        program: "go",
        arguments: buildArguments(section, main, path, placeholdersOf(job, binary)),
        environment,
        install,
        explain: (output) => explained(job, output),
      });
      await requireProgram(job, path, main);
      built.push({ binary, path });
    }
    return built;
  },
};

function buildArguments(section: GoSection, main: string, output: string, values: Placeholders): readonly string[] {
  const ldflags = typeof section.ldflags === "string" ? section.ldflags : section.ldflags.join(" ");
  return [
    "build",
    "-trimpath",
    "-buildvcs=true",
    `-ldflags=${fillPlaceholders(ldflags, values)}`,
    ...(section.tags.length === 0 ? [] : [`-tags=${section.tags.join(",")}`]),
    ...section.flags.map((flag) => fillPlaceholders(flag, values)),
    "-o",
    output,
    main,
  ];
}

/** What the configuration sets for the build wins, except over the target. */
function goEnvironment(section: GoSection, target: Target, { environment }: ToolJob): Record<string, string> {
  return {
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    // The file of `go env -w` would bring the machine's GOFLAGS and GOAMD64 along.
    GOENV: "off",
    ...environment,
    ...(section.toolchain === undefined ? {} : { GOTOOLCHAIN: section.toolchain }),
    ...targetVariables(target),
  };
}

/**
 * In a home that is new, go starts a child for its statistics, which goes on writing there after go has ended and while
 * the home is being removed (https://go.dev/doc/telemetry). The caller's own home is not touched.
 */
async function quietTelemetry({ environment, ports }: ToolJob): Promise<void> {
  const home = environment["HOME"];
  if (home === undefined || home === ports.environment.home) return;
  const settings = ports.environment.host.endsWith("-darwin") ? join("Library", "Application Support") : ".config";
  await ports.files.write(join(home, settings, "go", "telemetry", "mode"), "off");
}

function targetVariables(target: Target): Record<string, string> {
  const architecture = goArchitecture(target);
  if (architecture === undefined) {
    throw new ReleaseError("BUILD_TARGET_UNSUPPORTED", {
      what: `Go cannot build for ${target.id}.`,
      next: "Take it out of targets; go tool dist list shows what Go builds for.",
    });
  }
  return {
    GOOS: target.system,
    GOARCH: architecture,
    ...(target.architecture === "armv7" ? { GOARM: "7" } : {}),
  };
}

function fileName(binary: string, target: Target): string {
  return target.system === "windows" ? `${binary}.exe` : binary;
}

/** Answers of `go env` under the caller's own settings, for the few that may count. */
async function machineOrigins(job: BuildJob): Promise<Record<string, string>> {
  const { environment } = job.ports;
  if (environment.home === null) return {};
  const settings = ["GOENV", "XDG_CONFIG_HOME"].map((name) => [name, environment.get(name)] as const);
  const done = await askTool(job, {
    program: "go",
    arguments: ["env", "-json", ...origins],
    folder: job.scratch,
    environment: {
      ...job.environment,
      GOTOOLCHAIN: "local",
      HOME: environment.home,
      ...Object.fromEntries(settings.filter((setting): setting is [string, string] => setting[1] !== undefined)),
    },
    install,
  });
  if (done.exitCode !== 0) return {};
  const answers = Object.entries(JSON.parse(done.stdout) as Record<string, string>);
  return Object.fromEntries(answers.filter(([, value]) => value !== ""));
}

/** The nearest go.work inside the clone, or "off": go would look for one in every folder above. */
async function workspaceFile(job: BuildJob): Promise<string> {
  return (await nearest(job, "go.work")) ?? "off";
}

async function requireModule(job: BuildJob): Promise<void> {
  if ((await nearest(job, "go.mod")) !== null) return;
  throw new ReleaseError("PROJECT_UNKNOWN", {
    what: `There is no go.mod in the tree of ${job.tag}.`,
    next: `Run go mod init, commit go.mod and ${runAgain(job)}; or name another builder in ggen-release.yaml.`,
  });
}

/** The file of that name in the build's folder or one above it, up to the clone's top. */
async function nearest(job: BuildJob, name: string): Promise<string | null> {
  for (let folder = job.folder; ; folder = dirname(folder)) {
    if ((await job.ports.files.status(join(folder, name)))?.kind === "file") return join(folder, name);
    if (folder === job.source || folder === dirname(folder)) return null;
  }
}

async function explained(job: BuildJob, output: string): Promise<ReleaseError | undefined> {
  if (/requires go >= |toolchain not available|unsupported GOOS\/GOARCH/.test(output)) return toolchainFailed(output);
  const [said] =
    /^.*(?:missing go\.sum entry|updates to go\.(?:mod|sum) needed|no required module provides).*$/m.exec(output) ?? [];
  if (said === undefined) return undefined;
  const module = dirname((await nearest(job, "go.mod")) ?? "");
  const path = join(module, "go.sum").slice(job.source.length + 1);
  const isThere = (await job.ports.files.status(join(module, "go.sum"))) !== null;
  return isThere || !said.includes("missing go.sum")
    ? lockStale(job, path, "go mod tidy", said)
    : lockMissing(job, path, "go mod tidy");
}

function toolchainFailed(output: string): ReleaseError {
  const pair = /unsupported GOOS\/GOARCH pair (\S+)/.exec(output)?.[1];
  if (pair !== undefined) {
    return new ReleaseError("BUILD_TARGET_UNSUPPORTED", {
      what: `Go cannot build for ${pair}.`,
      next: "Take it out of targets; go tool dist list shows what Go builds for.",
    });
  }
  const [, wanted, running] = /requires go >= (\S+) \(running go ([^\s;)]+)/.exec(output) ?? [];
  return wanted === undefined
    ? new ReleaseError("BUILD_TOOL_MISSING", { what: `go says: ${output.trim().slice(-500)}`, next: install })
    : new ReleaseError("BUILD_TOOL_MISSING", {
        what: `The module asks for Go ${wanted}; go on this machine is ${running ?? "older"}.`,
        next: `Install Go ${wanted} (https://go.dev/dl), or let go fetch and verify it: toolchain: go${wanted} in the build's section.`,
      });
}

/** `go build -o` of a package that is no program writes an archive, and succeeds. */
async function requireProgram(job: BuildJob, path: string, main: string): Promise<void> {
  const status = await job.ports.files.status(path);
  const magic = status?.kind === "file" ? new TextDecoder().decode(await job.ports.files.readAt(path, 0, 7)) : "";
  if (magic !== "" && magic !== "!<arch>") return;
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `${main} is ${status === null ? "not made into a file" : "a library: it has no package main"}.`,
    next: "Name the program's package in the build's section, for example main: ./cmd/tool.",
  });
}

/** A package as `go build` takes it; a folder is written with `./`, since go takes a bare word for the standard library's. */
function parsePackagePath(text: string): string {
  const isOdd = !/^[A-Za-z0-9._~{}/-]+$/.test(text) || text.startsWith("-");
  if (isOdd || text.startsWith("/") || text.split("/").includes("..")) {
    throw new ReleaseError(isOdd ? "CONFIG_INVALID" : "CONFIG_PATH_ESCAPES", {
      what: `${quoted(text)} is not a package of the project.`,
      next: "Write its folder, for example ./cmd/tool, or . for the top folder.",
    });
  }
  const [first = ""] = text.split("/");
  return first === "." || (first.includes(".") && text.includes("/")) ? text : `./${text}`;
}
