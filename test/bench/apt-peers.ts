/**
 * What others do with the same packages, as one command each: apt-ftparchive, aptly and reprepro, of Debian. They write
 * the digests that this program writes, in the same compressions, and sign nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Peer {
  readonly command: readonly string[];
  readonly cwd: string;
}

export function installed(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

const onlySha256 = ["--no-md5", "--no-sha1", "--no-sha512"];

/** One index of all in `packages`, without a pool; `cache` keeps what was read of them for the next run. */
export function ftparchiveGenerate(folder: string, packages: string, cache: boolean): Peer {
  mkdirSync(join(folder, "index"), { recursive: true });
  const config = join(folder, "generate.conf");
  writeFileSync(
    config,
    `Dir { ArchiveDir "${packages}/.."; CacheDir "${folder}"; };
Default { Packages::Compress ". gzip xz"; };
BinDirectory "${packages}" { Packages "${folder}/index/Packages"; ${cache ? 'BinCacheDB "packages.db"; ' : ""}};
`,
  );
  return { command: ["apt-ftparchive", "-qq", ...onlySha256, "generate", config], cwd: folder };
}

/** The same to standard output, not compressed. */
export function ftparchivePackages(folder: string, packages: string, cache: boolean): Peer {
  mkdirSync(folder, { recursive: true });
  const database = cache ? ["--db", join(folder, "bare.db")] : [];
  return {
    command: ["sh", "-c", `apt-ftparchive ${[...database, ...onlySha256].join(" ")} packages '${packages}' > Packages`],
    cwd: folder,
  };
}

/** A new repository with a published suite. */
export function aptly(folder: string, packages: string): Peer {
  const run = aptlyIn(folder);
  const [create, add, publish] = ["repo create bench", `repo add bench '${packages}'`, publishing("repo", "bench")];
  return { command: ["sh", "-c", `${run} ${create} && ${run} ${add} && ${run} ${publish}`], cwd: folder };
}

export function aptlyMore(folder: string, file: string): Peer {
  const run = aptlyIn(folder);
  const update = "publish update -skip-signing -skip-contents stable";
  return { command: ["sh", "-c", `${run} repo add bench '${file}' && ${run} ${update}`], cwd: folder };
}

function publishing(what: string, name: string): string {
  return `publish ${what} -skip-signing -skip-contents -distribution=stable -architectures=amd64,all ${name}`;
}

function aptlyIn(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "aptly.json");
  writeFileSync(config, JSON.stringify({ rootDir: join(folder, "root"), architectures: ["amd64"] }));
  return `aptly -config='${config}'`;
}

export function reprepro(folder: string, packages: string): Peer {
  mkdirSync(join(folder, "conf"), { recursive: true });
  writeFileSync(
    join(folder, "conf", "distributions"),
    "Codename: stable\nArchitectures: amd64\nComponents: main\nDebIndices: Packages Release . .gz .xz\n",
  );
  const add = `find '${packages}' -name '*.deb' -print0 | xargs -0 reprepro -b '${folder}' --silent includedeb stable`;
  return { command: ["sh", "-c", add], cwd: folder };
}
