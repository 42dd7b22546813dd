/**
 * A single executable from one JavaScript file (https://nodejs.org/api/single-executable-applications.html), by Node's own
 * `--build-sea`. Invariant: the same file and the same Node give the same bytes in any folder: of the configuration only
 * the main file's name enters them, and neither a code cache nor a snapshot, which differ from run to run, is made.
 */
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { moduleSpecifiers } from "../../formats/module-specifiers.ts";
import type { BuildJob } from "../../ports/builder.ts";
import { fileInside } from "./inside.ts";
import { isModule } from "./node-package.ts";
import { runTool } from "./tool.ts";

const largestEntry = 256 * 1024 * 1024;

export interface ExecutableSpec {
  readonly binary: string;
  /** Path in the tree, of the bundled file. */
  readonly entry: string;
  /** Options of Node's that the program always runs with. */
  readonly flags: readonly string[];
  /** Name that `node:sea` knows it by → path in the tree. */
  readonly assets: Readonly<Record<string, string>>;
}

/** @param node folder of the pinned Node */
export async function writeExecutable(spec: ExecutableSpec, node: string, job: BuildJob): Promise<string> {
  const { files } = job.ports;
  const source = await readEntry(spec.entry, job);
  requireWhole(spec.entry, source, job);
  const module = await isModule(job, join(job.folder, spec.entry));
  const folder = join(job.scratch, `executable-${spec.binary}`);
  const main = basename(spec.entry).replace(/\.[cm]?js$/, module ? ".mjs" : ".cjs");
  await files.write(join(folder, main), source);
  const run = (...options: string[]): Promise<void> =>
    runTool(job, {
      program: join(node, "bin", "node"),
      arguments: options,
      folder,
      install: `Run the same command again: ${node} was removed meanwhile.`,
    });
  await run("--check", `./${main}`);
  const output = join(folder, spec.binary);
  const configuration = {
    main,
    mainFormat: module ? "module" : "commonjs",
    executable: join(node, "bin", "node"),
    output,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    execArgv: spec.flags,
    // Options that a machine sets for its own Node may be unknown to this one, and would keep the program from starting.
    execArgvExtension: "none",
    assets: await assetPaths(spec, job),
  };
  await files.write(join(folder, "sea-config.json"), `${JSON.stringify(configuration, null, 2)}\n`);
  await run("--build-sea", "sea-config.json");
  await files.setMode(output, 0o755);
  return output;
}

async function readEntry(entry: string, job: BuildJob): Promise<string> {
  const { files } = job.ports;
  const found = await fileInside(files, job.source, job.folder, entry);
  if (found !== null) return files.readText(found.path, largestEntry);
  const siblings = await files.list(dirname(join(job.folder, entry)));
  const there =
    siblings.length === 0 ? "its folder is empty or absent" : `its folder holds ${siblings.slice(0, 10).join(", ")}`;
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `After bundling there is no file ${entry}: ${there}.`,
    next: "Name the file that the bundler writes: entry: dist/cli.mjs in the build's section; or check what bundle runs.",
  });
}

/** Refuses what cannot start, and names what would be missing later: that may be meant (an optional dependency). */
function requireWhole(entry: string, source: string, job: BuildJob): void {
  const { atStart, later } = moduleSpecifiers(source);
  const [missing, absent] = [atStart, later].map((list) => list.filter((specifier) => !isBuiltin(specifier))) as [
    string[],
    string[],
  ];
  if (missing.length > 0) {
    throw new ReleaseError("BUILD_ENTRY_NOT_BUNDLED", {
      what: `${entry} still loads ${listed(missing)}: it is not bundled into one file.`,
      next: `Let a bundler write everything into one file, and name that file as entry: with bundle: [rolldown, ${entry}, --platform, node, --file, dist/${basename(entry).replace(/\.\w+$/, "")}.mjs], for example.`,
    });
  }
  if (absent.length > 0) {
    job.ports.reporter.report({
      type: "warning",
      message: `${entry} asks for ${listed(absent)} when it runs; a single executable does not have it.`,
      next: "Bundle it; or leave it where the program does without.",
    });
  }
}

function listed(specifiers: readonly string[]): string {
  const shown = specifiers.slice(0, 5).map(quoted).join(", ");
  return specifiers.length > 5 ? `${shown} and ${specifiers.length - 5} more` : shown;
}

async function assetPaths(spec: ExecutableSpec, job: BuildJob): Promise<Record<string, string>> {
  const found = Object.entries(spec.assets).map(
    async ([name, path]) => [name, await assetPath(name, path, job)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

async function assetPath(name: string, path: string, job: BuildJob): Promise<string> {
  const found = await fileInside(job.ports.files, job.source, job.folder, path);
  if (found !== null) return found.path;
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `The asset ${quoted(name)} names ${path}, which is not a file in the tree of ${job.tag}.`,
    next: "Check the path under assets in the build's section, and that the bundler writes it or git tracks it.",
  });
}
