/**
 * `npm run bundle`: this program as users get it. dist/ggen-release.js starts what npm installs, which is split so that
 * a command loads only what it needs; dist/single/ggen-release.mjs is everything in one file, for a single executable.
 * Invariant: the same sources give the same bytes in any folder.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ChunkingContext, rolldown, type OutputOptions } from "rolldown";
import { separator, thirdPartyLicenses } from "./third-party-licenses.ts";

const root = join(import.meta.dirname, "..");
const to = resolve(process.argv[2] ?? join(root, "dist"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** liblzma as the package ships it, so that no file has to be looked for beside the bundle (src/adapters/liblzma.ts). */
const liblzma = readFileSync(fileURLToPath(import.meta.resolve("node-liblzma/wasm/liblzma.wasm"))).toString("base64");

/** The package's code asks where it lies, to find that file; in a bundle it need not know, and a script has no answer. */
const nowhere = {
  name: "nowhere",
  transform: {
    filter: { id: /\/node-liblzma\/lib\/wasm\/liblzma\.js$/ },
    handler: (code: string): string => code.replaceAll("import.meta.url", '"file:///"'),
  },
};

/** Names stay as they are, so that a stack trace can be read. Text that is ASCII only is half as large in memory. */
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } } as const;

/** What `plan` imports, and what that imports: asked of the bundler once it has seen every file. */
const planned = new Set<string>();
function isPlanned(id: string, context: ChunkingContext): boolean {
  const open = planned.size > 0 ? [] : [join(root, "src", "cli", "plan.ts")];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (planned.has(next)) continue;
    planned.add(next);
    open.push(...(context.getModuleInfo(next)?.importedIds ?? []));
  }
  return planned.has(id);
}

const shared = { test: /\/src\/|\/node_modules\/(yaml|valibot|smol-toml|canonicalize)\//, minShareCount: 2 };

/**
 * What is loaded together. A file costs a third of a millisecond to find and open, compiled code that is not used a
 * millisecond for 100 kB, a library up to fifty: so what `plan` needs is one file, since most commands need it, and what
 * others share is another. `machine` is what reads the repository, and is loaded first.
 */
const groups = [
  {
    name: "terminal",
    test: /\/node_modules\/(listr2|cli-truncate|cli-cursor|log-update|string-width|[\w-]*ansi[\w-]*|restore-cursor|onetime|mimic-function|signal-exit|is-fullwidth-code-point|get-east-asian-width|environment)\//,
  },
  { name: "nouns", test: /\/src\/(domain\/|formats\/(plain-text|time)\.|cli\/(arguments|commands|help)\.)/ },
  { name: "clipanion", test: /\/node_modules\/clipanion\/|\/src\/cli\/(command|command-help|values)\./ },
  {
    name: "machine",
    test: /\/src\/(adapters\/(?!program-version|folder-server|standard-output|storage|decompressor|digest-workers|liblzma|openpgp|gpg|signing-key|screen\/(live|step-view))|formats\/(text-width|shell-words)\.)/,
  },
  { name: "liblzma", test: /\/node_modules\/node-liblzma\/|\/src\/adapters\/liblzma\./ },
  {
    debugName: "program",
    name: (id: string, context: ChunkingContext) => (isPlanned(id, context) ? "program" : null),
    ...shared,
  },
  { name: "further", ...shared },
];

const work = `${to}.${process.pid}.part`;
try {
  const modules = [
    ...(await write({
      dir: work,
      format: "cjs",
      // What is imported late would be taken by a loader of which Node warns that it is experimental.
      dynamicImportInCjs: false,
      entryFileNames: "cli.js",
      chunkFileNames: "chunks/[name].js",
      codeSplitting: { groups },
    })),
    ...(await write({ file: join(work, "single", "ggen-release.mjs"), codeSplitting: false })),
  ];
  const launcher = readFileSync(join(root, "scripts", "launcher.cjs"), "utf8");
  writeFileSync(
    join(work, "ggen-release.js"),
    launcher.replace("{version}", version).replace("{digest}", wrapModules()),
    {
      mode: 0o755,
    },
  );
  writeFileSync(join(work, "package.json"), '{ "type": "commonjs" }\n');
  const licenses = thirdPartyLicenses(modules, root);
  writeFileSync(join(work, "THIRD_PARTY_LICENSES.txt"), licenses);
  keepForExecutable(licenses);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  renameSync(work, to);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/**
 * Makes a function of each file that the launcher loads, as `require` would, and answers the digest of all: it names what
 * was compiled of them.
 */
function wrapModules(): string {
  const hash = createHash("sha256");
  for (const path of ["cli.js", ...globSync("chunks/*.js", { cwd: work }).sort()]) {
    const module = readFileSync(join(work, path), "utf8").replace(/^#!.*\n/, "");
    const text = `(function (exports, require, module, __filename) {${module}\n})`;
    if (/[^\x00-\x7f]/.test(text)) throw new Error(`${path} is not ASCII, and the launcher reads it as such`);
    writeFileSync(join(work, path), text);
    hash.update(text);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * The single executable carries Node as well. Its archives and packages take documents from the tag's tree, so this file
 * is tracked, and written here when the dependencies have changed.
 */
function keepForExecutable(licenses: string): void {
  const ofNode = join(dirname(process.execPath), "..", "LICENSE");
  if (!existsSync(ofNode)) return;
  const path = join(root, "packaging", "THIRD_PARTY_LICENSES.txt");
  const text = `${licenses}${separator}Node ${process.versions.node}\n\n${readFileSync(ofNode, "utf8").trim()}\n`;
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/**
 * Bundles from src/main.ts and answers the paths of the files that went in. What the bundler doubts is an error, except
 * that a library is loaded early in one place although another would load it late.
 */
async function write(output: OutputOptions): Promise<readonly string[]> {
  const bundle = await rolldown({
    input: join(root, "src", "main.ts"),
    cwd: root,
    platform: "node",
    tsconfig: false,
    plugins: [nowhere],
    transform: {
      target: "node22.18",
      define: { __GGEN_RELEASE_VERSION__: JSON.stringify(version), __LIBLZMA_WASM__: JSON.stringify(liblzma) },
    },
    onLog(level, log) {
      if (level === "warn" && log.code !== "INEFFECTIVE_DYNAMIC_IMPORT") throw new Error(`rolldown: ${log.message}`);
    },
  });
  const written = await bundle.write({
    format: "esm",
    minify,
    comments: { legal: true, annotation: false, jsdoc: false },
    ...output,
  });
  await bundle.close();
  return written.output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}
