/**
 * Builder `node`: a JavaScript or TypeScript program as one file that runs without Node. The project's own bundler makes
 * one JavaScript file, and the pinned Node takes it in. Invariant: the bytes depend on the commit, the configuration and
 * the pinned Node; on nothing else of the machine.
 */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { textOr } from "../../engines/values/text-or.ts";
import { parseTreePath } from "../../engines/values/tree-path.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Builder, BuildJob, BuiltFile } from "../../ports/builder.ts";
import { defaultNode, nodePin, npmInstallHint, provideNode } from "./node-binary.ts";
import { bundle, installDependencies, withPrograms } from "./node-package.ts";
import { perBinary } from "./per-binary.ts";
import { askTool } from "./tool.ts";

const words = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1))),
  v.minLength(1, "Write the program and its arguments."),
);
const entryPath = v.pipe(v.string(), parsed(parseEntry));
const treePath = v.pipe(v.string(), parsed(parseTreePath));

const entries = {
  entry: v.pipe(
    textOr(entryPath, v.record(v.string(), entryPath)),
    v.description(
      "The one JavaScript file that the bundler writes (.mjs, .cjs or .js); for several programs dist/{binary}.mjs, or a map.",
    ),
  ),
  install: v.pipe(v.optional(words), v.description("Installs the dependencies; by default npm ci --ignore-scripts.")),
  bundle: v.pipe(
    v.optional(textOr(v.pipe(v.string(), v.minLength(1)), words)),
    v.description(
      "Makes entry: a script of package.json, or a command as a list; by default the script bundle or build.",
    ),
  ),
  node: v.pipe(
    v.optional(v.pipe(v.string(), parsed(parseNodeVersion)), defaultNode),
    v.description("Release of Node that the program carries, from npm's package of it."),
  ),
  integrity: v.pipe(
    v.optional(
      v.record(
        v.string(),
        v.pipe(
          v.string(),
          v.regex(/^sha512-[A-Za-z0-9+/]{86}==$/, "An integrity is sha512- and 88 characters of base64."),
        ),
      ),
      {},
    ),
    v.description("Integrity of Node's package for each target, where the release of Node is not one known here."),
  ),
  flags: v.pipe(
    v.optional(v.array(v.pipe(v.string(), v.regex(/^--?[A-Za-z]/, "An option of Node's begins with a dash."))), []),
    v.description("Options of Node's that the program always runs with."),
  ),
  assets: v.pipe(
    v.optional(v.record(v.pipe(v.string(), v.minLength(1)), treePath), {}),
    v.description("Further files inside the program, by the name that node:sea knows them by."),
  ),
};
export type NodeSection = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;

/** What a machine may say about where packages come from; lock file and pin hold their digests. */
const origins = [
  "npm_config_cache",
  "npm_config_registry",
  "NPM_CONFIG_REGISTRY",
  "npm_config_cafile",
  "NPM_CONFIG_CAFILE",
];

export const node: Builder<NodeSection> = {
  id: "node",
  entries,
  plan(section, target, binaries) {
    const pin = nodePin(section.node, section.integrity, target);
    perBinary("entry", section.entry, binaries);
    const install = shellWords(section.install ?? ["npm", "ci", "--ignore-scripts"]);
    const bundling = typeof section.bundle === "object" ? section.bundle : ["npm", "run", section.bundle ?? "bundle"];
    return {
      commands: [
        `npm pack ${pin.package}@${pin.version}`,
        install,
        shellWords(bundling),
        ...binaries.map(() => "node --build-sea sea-config.json"),
      ],
      environment: origins,
    };
  },
  async toolchain(section, target, job) {
    const pin = nodePin(section.node, section.integrity, target);
    const npm = await askTool(job, { program: "npm", arguments: ["--version"], install: npmInstallHint });
    return `node ${pin.version} ${pin.integrity}\nnpm ${npm.stdout.trim()}\n`;
  },
  async build(section, job) {
    requireOwnSystem(job);
    const entryOf = perBinary("entry", section.entry, job.binaries);
    const folder = await provideNode(nodePin(section.node, section.integrity, job.target), job);
    const environment = withPrograms(job, folder);
    await installDependencies(job, section.install, environment);
    await bundle(job, section.bundle, environment);
    // Loaded when something is built: whoever plans does without.
    const { writeExecutable } = await import("./node-executable.ts");
    const built: BuiltFile[] = [];
    for (const binary of job.binaries) {
      const spec = { binary, entry: entryOf.get(binary) ?? "", flags: section.flags, assets: section.assets };
      built.push({ binary, path: await writeExecutable(spec, folder, job) });
    }
    return built;
  },
};

/** The pinned Node makes the executable by running, so it has to run here. */
function requireOwnSystem({ target, ports }: BuildJob): void {
  const { host } = ports.environment;
  if (host === target.id) return;
  throw new ReleaseError("BUILD_TARGET_UNSUPPORTED", {
    what: `A single executable for ${target.id} is made by the Node of that system, which does not run on this one (${host}).`,
    next: `Run ggen-release build --only ${target.id} on such a machine, and join the parts with build --merge.`,
  });
}

function parseEntry(text: string): string {
  const path = parseTreePath(text);
  if (/\.[cm]?js$/.test(path)) return path;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(text)} is not a JavaScript file.`,
    next: "Name what the bundler writes, ending in .mjs (a module), .cjs or .js: entry: dist/cli.mjs",
  });
}

/** `--build-sea` came with Node 25.5. */
function parseNodeVersion(text: string): string {
  const [, major, minor] = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})\.(?:0|[1-9]\d{0,3})$/.exec(text) ?? [];
  if (Number(major) > 25 || (Number(major) === 25 && Number(minor) >= 5)) return text;
  throw new ReleaseError("CONFIG_INVALID", {
    what:
      major === undefined
        ? `${quoted(text)} is not a release of Node.`
        : `Node ${text} cannot make single executables by itself; 25.5.0 was the first.`,
    next: `Write three numbers in quotation marks: node: "${defaultNode}"`,
  });
}
