#!/usr/bin/env node
/**
 * Entry of every npm script: `node scripts/bootstrap.mjs TASK [ARGUMENTS]`. A fresh machine's Node may be 20, and npm
 * under it leaves out native packages, so this file (plain JavaScript for Node 20) first fetches the pinned Node from
 * the npm registry, compares its digest, installs the dependencies with it, and runs the task with it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, ".tools");

/** Version and integrity of npm's per-platform packages of Node; `dist.integrity` as the registry gives it. */
const pinned = JSON.parse(readFileSync(join(root, "scripts", "node-pin.json"), "utf8"));

const tasks = {
  test: [[process.execPath, ["scripts/test.ts"]]],
  check: [
    ["tsc", []],
    ["oxlint", ["--type-aware", "--deny-warnings"]],
    ["oxfmt", ["--check"]],
    ["knip", []],
  ],
  format: [["oxfmt", []]],
  demo: [[process.execPath, ["scripts/demo.ts"]]],
  bench: [[process.execPath, ["test/bench/bench.ts"]]],
  crash: [["env", ["CRASH=whole", "vitest", "run", "test/crash"]]],
  mutate: [["env", ["MUTATED_DEBS=10000", "vitest", "run", "test/acceptance/deb-reading.test.ts"]]],
  lintian: [["env", ["LINT_DEBS=400", "vitest", "run", "test/acceptance/deb-lint.test.ts"]]],
  fuzz: [[process.execPath, ["scripts/fuzz.ts"]]],
  bundle: [[process.execPath, ["scripts/bundle.ts"]]],
};

const [task, ...rest] = process.argv.slice(2);
if (task === undefined || !(task in tasks)) {
  console.error(`bootstrap: "${task ?? ""}" is no task; known: ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}

const node = startable(pinnedNode());
const path = [join(root, "node_modules", ".bin"), dirname(node), process.env.PATH ?? ""].join(delimiter);
const environment = { ...process.env, PATH: path };
installDependencies();
const commands = tasks[task];
for (const [index, [program, args]] of commands.entries()) {
  const last = index === commands.length - 1;
  const actual = program === process.execPath ? node : program;
  const outcome = spawnSync(actual, last ? [...args, ...rest] : args, {
    cwd: root,
    stdio: "inherit",
    env: environment,
  });
  if (outcome.status !== 0) process.exit(outcome.status ?? 70);
}

/** Path of the pinned Node; of this one where no package is pinned for the platform and it is new enough. */
function pinnedNode() {
  const pin = pinned.platforms[`${process.platform}-${process.arch}`];
  if (pin === undefined) {
    if (isNewEnough(process.versions.node)) return process.execPath;
    console.error(
      `bootstrap: Node ${process.versions.node} is too old and none is pinned for ${process.platform}-${process.arch}; install Node 22.18 or newer.`,
    );
    process.exit(7);
  }
  const folder = join(tools, `node-${pinned.version}`);
  const binary = join(folder, "bin", "node");
  if (existsSync(binary)) return binary;
  console.error(`bootstrap: fetching Node ${pinned.version} (${pin.package}) from the npm registry`);
  mkdirSync(tools, { recursive: true });
  const scratch = mkdtempSync(join(tools, "fetch-"));
  try {
    execFileSync("npm", ["pack", "--silent", "--pack-destination", scratch, `${pin.package}@${pinned.version}`], {
      cwd: scratch,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const archive = join(scratch, `${pin.package}-${pinned.version}.tgz`);
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (integrity !== pin.integrity) {
      console.error(
        `bootstrap: ${pin.package}@${pinned.version} has ${integrity}, pinned is ${pin.integrity}; nothing was installed.`,
      );
      process.exit(3);
    }
    execFileSync("tar", ["-xzf", archive, "-C", scratch, "--no-same-owner", "package/bin/node", "package/LICENSE"]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(scratch, "package"), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return binary;
}

/** Node 26 needs libatomic.so.1, which a small Debian lacks. */
function startable(binary) {
  const starts = () => spawnSync(binary, ["--version"], { stdio: "ignore" }).status === 0;
  if (starts()) return binary;
  spawnSync("sh", [join(root, "scripts", "debian-packages.sh"), "libatomic.so.1"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (starts()) return binary;
  console.error(`bootstrap: ${binary} does not start; on Debian it needs libatomic1: sudo apt-get install libatomic1`);
  process.exit(7);
}

/** `npm ci` with the pinned Node, when the lock file has changed since the last time. */
function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".ggen-release-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error("bootstrap: installing dependencies (npm ci)");
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  const outcome = spawnSync(node, [npmCli(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: environment,
  });
  if (outcome.status !== 0) process.exit(7);
  writeFileSync(stamp, lock);
}

/** npm's own script behind its launcher, so that it runs on the pinned Node whatever the launcher's first line says. */
function npmCli(launcher) {
  return execFileSync("readlink", ["-f", launcher], { encoding: "utf8" }).trim();
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}
