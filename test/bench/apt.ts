/**
 * The repository against its peers by the clock, on the same packages in one run, with the bundled program. Peers that
 * are not installed are named as not run. Where one copies the packages into its pool, so does ours; beside
 * apt-ftparchive, which has no pool, ours links them.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeLargePackage, writePackages } from "./apt-packages.ts";
import {
  aptly,
  aptlyMore,
  ftparchiveGenerate,
  ftparchivePackages,
  installed,
  reprepro,
  type Peer,
} from "./apt-peers.ts";
import { medians, type Figure, type Timed } from "./measure.ts";

const root = join(import.meta.dirname, "..", "..");
const program = join(root, "dist", "ggen-release.js");
const [few, many, most] = [1000, 10_000, 50_000] as const;

export function aptFigures(): readonly Figure[] {
  const bundled = spawnSync("node", ["scripts/bundle.ts"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (bundled.status !== 0) throw new Error("the bundle could not be made");
  const top = mkdtempSync(join(tmpdir(), "ggen-release-bench-"));
  try {
    return [...small(top), ...large(top), ...fifty(top)];
  } finally {
    // At the end only: after many files were removed, making new ones takes several times as long for a while.
    rmSync(top, { recursive: true, force: true });
  }
}

/** Ten thousand packages, from nothing and one more. */
function small(top: string): readonly Figure[] {
  const packages = join(top, "packages", "many");
  writePackages(packages, 0, many, "mixed");
  const more = writePackages(join(top, "packages", "more"), most, most + 100, "mixed");
  const space = folders(join(top, "small"));
  const nothing = (
    name: string,
    limit: number | null,
    options: readonly string[],
    peer: (folder: string) => Peer,
  ): Figure[] =>
    against(`${count(many)} packages from nothing, against ${name}`, limit, fromNothing(space, packages, options), () =>
      fresh(name, space, peer),
    );
  const ours = repository(space(), packages, key(top));
  const next = taken(more);
  const one = (name: string, limit: number | null, peer: () => Timed): Figure[] =>
    against(`one more into ${count(many)}, against ${name}`, limit, oneMore(ours, next), peer, 5);
  const withCache = (name: string, peer: typeof ftparchiveGenerate): Timed => {
    const [folder, pool] = [space(), join(space(), "pool")];
    cpSync(packages, pool, { recursive: true });
    const made = peer(folder, pool, true);
    run(made);
    return { name, ...made, before: () => bring(next(), pool) };
  };
  return [
    ...nothing("aptly", 0.25, [], (folder) => aptly(folder, packages)),
    ...nothing("reprepro", 0.5, [], (folder) => reprepro(folder, packages)),
    ...nothing("apt-ftparchive generate", 1, ["--link"], (folder) => ftparchiveGenerate(folder, packages, false)),
    ...nothing("apt-ftparchive packages", null, ["--link"], (folder) => ftparchivePackages(folder, packages, false)),
    ...one("apt-ftparchive generate, its cache warm", 0.2, () => withCache("apt-ftparchive", ftparchiveGenerate)),
    ...one("apt-ftparchive packages, its cache warm", 0.2, () => withCache("apt-ftparchive", ftparchivePackages)),
    ...one("aptly", 0.1, () => {
      const folder = space();
      run(aptly(folder, packages));
      return changing("aptly", () => aptlyMore(folder, next()));
    }),
  ];
}

/** Half a gigabyte of packages that do not compress, against hashing them once. */
function large(top: string): readonly Figure[] {
  const space = folders(join(top, "large"));
  const packages = join(top, "packages", "large");
  const files = Array.from({ length: 10 }, (_, number) => writeLargePackage(packages, number, 50_000_000));
  const small = join(top, "packages", "light");
  for (let number = 0; number < 10; number++) writeLargePackage(small, number, 2_000_000);
  const openssl = (): Timed => ({ name: "openssl", command: ["openssl", "dgst", "-sha256", ...files], cwd: top });
  const [light, heavy] = [small, packages].map((folder) => peak(top, space, folder));
  return [
    ...against("500 MB of packages, against openssl dgst", 1.3, fromNothing(space, packages, ["--link"]), openssl, 5),
    {
      name: "memory at 500 MB of packages against 20 MB",
      measured: (heavy ?? 0) / (light ?? 1),
      limit: 1.2,
      detail: `${heavy?.toFixed(0)} MB against ${light?.toFixed(0)} MB`,
    },
  ];
}

/** Fifty thousand packages: memory, and that one more costs what it costs in a small repository. */
function fifty(top: string): readonly Figure[] {
  const space = folders(join(top, "fifty"));
  const [all, some] = [join(top, "packages", "most"), join(top, "packages", "few")];
  writePackages(all, 0, most, "gz");
  writePackages(some, 0, few, "gz");
  const next = taken(writePackages(join(top, "packages", "further"), most, most + 40, "gz"));
  const signed = key(top);
  const memory = peak(top, space, all);
  const [large, little] = [all, some].map((packages) => repository(space(), packages, signed));
  return [
    {
      name: `memory at ${count(most)} packages, of 300 MB`,
      measured: memory / 300,
      limit: 1,
      detail: `${memory.toFixed(0)} MB`,
    },
    ...against(
      `one more into ${count(most)}, against into ${count(few)}`,
      2,
      oneMore(large ?? never(), next),
      () => oneMore(little ?? never(), next, "the small one"),
      7,
    ),
  ];
}

interface OurRepository {
  readonly folder: string;
  readonly key: string;
}

function repository(folder: string, packages: string, signed: string): OurRepository {
  const repo = join(folder, "repo");
  ours("apt", "init", "--repo", repo, "--origin", "Bench", "--architecture", "amd64", "--sign-key", signed);
  ours("apt", "add", packages, "--repo", repo, "--sign-key", signed, "--link");
  return { folder: repo, key: signed };
}

function fromNothing(space: () => string, packages: string, options: readonly string[]): Timed {
  return changing("ggen-release", () => {
    const repo = join(space(), "repo");
    ours("apt", "init", "--repo", repo, "--origin", "Bench", "--architecture", "amd64", "--unsigned");
    return { command: ["node", program, "apt", "add", packages, "--repo", repo, "--unsigned", ...options], cwd: "/" };
  });
}

function oneMore({ folder, key: signed }: OurRepository, next: () => string, name = "ggen-release"): Timed {
  return changing(name, () => ({
    command: ["node", program, "apt", "add", next(), "--repo", folder, "--sign-key", signed],
    cwd: "/",
  }));
}

function fresh(name: string, space: () => string, peer: (folder: string) => Peer): Timed {
  return changing(name, () => peer(space()));
}

/** A command that is another one in each round, made before the clock starts. */
function changing(name: string, make: () => Peer): Timed {
  let made: Peer = { command: [], cwd: "/" };
  return {
    name,
    get command() {
      return made.command;
    },
    get cwd() {
      return made.cwd;
    },
    before: () => void (made = make()),
  };
}

/** `limit` null: for information, since what the peer writes is not the same. */
function against(name: string, limit: number | null, us: Timed, peer: () => Timed, rounds = 1): Figure[] {
  const tool = ["aptly", "reprepro", "apt-ftparchive", "openssl"].find((one) => name.includes(one));
  if (tool !== undefined && !installed(tool)) {
    console.log(`not run: ${name} (${tool} is not on the PATH)`);
    return [];
  }
  const them = peer();
  const times = medians([us, them], rounds);
  const [mine, theirs] = [times.get(us.name) ?? 0, times.get(them.name) ?? 1];
  const detail = `${mine.toFixed(0)} ms against ${theirs.toFixed(0)} ms`;
  if (limit === null) console.log(`beside  ${name}: ${(mine / theirs).toFixed(2)} ×  ${detail}`);
  return limit === null ? [] : [{ name, measured: mine / theirs, limit, detail }];
}

/** Peak resident memory of adding a folder's packages, in MB, all processes of the program together. */
function peak(top: string, space: () => string, packages: string): number {
  const [log, hook] = [join(space(), "peaks"), join(top, "peak.mjs")];
  writeFileSync(
    hook,
    `import { appendFileSync } from "node:fs";
process.on("exit", () => appendFileSync(process.env.PEAKS, process.resourceUsage().maxRSS + "\\n"));\n`,
  );
  const { command } = prepared(fromNothing(space, packages, ["--link"]));
  writeFileSync(log, "");
  const [node = "", ...options] = command;
  execFileSync(node, options, {
    env: { ...process.env, NODE_OPTIONS: `--import=${hook}`, PEAKS: log },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return readFileSync(log, "utf8")
    .split("\n")
    .reduce((sum, line) => sum + Number(line) / 1024, 0);
}

function prepared(timed: Timed): Timed {
  timed.before?.();
  return timed;
}

function key(top: string): string {
  const folder = join(top, "keys");
  const path = join(folder, "release-key.signing.asc");
  if (existsSync(path)) return path;
  ours("keys", "new", "--user-id", "Bench <bench@localhost.localdomain>", "--folder", folder);
  return path;
}

function ours(...args: readonly string[]): void {
  execFileSync("node", [program, ...args], { cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
}

function run({ command, cwd }: Peer): void {
  const [name = "", ...args] = command;
  execFileSync(name, args, { cwd, stdio: ["ignore", "ignore", "pipe"], maxBuffer: 64 * 1024 * 1024 });
}

/** New folders, one below the other's neighbour. */
function folders(top: string): () => string {
  let number = 0;
  return () => {
    const folder = join(top, String(number++));
    mkdirSync(folder, { recursive: true });
    return folder;
  };
}

/** Each of these once. */
function taken(files: readonly string[]): () => string {
  let next = 0;
  return () => files[next++] ?? never();
}

function bring(file: string, pool: string): void {
  cpSync(file, join(pool, basename(file)));
}

function never(): never {
  throw new Error("the bench has run out of packages");
}

function count(number: number): string {
  return number.toLocaleString("en");
}
