/**
 * Packages of Debian's archive, chosen for what is odd in their control files: every field that a few packages have,
 * every section, epochs, the longest relations, characters beyond ASCII. Only the names are kept with the tests: versions
 * leave the mirrors. They are fetched by the machine's own apt from its own mirror, checked by its hashes, and cached.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./debian-machine.ts";

/** Absolute paths of files whose names are digests. Those that the mirror no longer has are left out. */
export function debianPackages(): readonly string[] {
  const folder = cacheFolder("packages");
  const wanted = offered(namesKnown()).map((one) => ({ ...one, path: join(folder, `${one.sha256}.deb`) }));
  const missing = wanted.filter(({ path }) => !existsSync(path));
  const scratch = mkdtempSync(join(folder, "fetch-"));
  try {
    const words = missing.flatMap(({ uri, sha256 }) => [uri, join(scratch, sha256), `SHA256:${sha256}`]);
    // One that is gone must not take the others with it: what has come is what counts.
    if (words.length > 0) tried("/usr/lib/apt/apt-helper", ["-o", "APT::Sandbox::User=", "download-file", ...words]);
    for (const { path, sha256 } of missing) {
      if (existsSync(join(scratch, sha256))) renameSync(join(scratch, sha256), path);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return wanted.map(({ path }) => path).filter((path) => existsSync(path));
}

function namesKnown(): readonly string[] {
  const names = readFileSync(new URL("../fixtures/debian/packages.txt", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const known = (): readonly string[] => {
    const present = new Set(tried("apt-cache", ["pkgnames"]).split("\n"));
    return names.filter((name) => present.has(name));
  };
  const found = known();
  if (found.length > 0) return found;
  tried("apt-get", ["update"]);
  return known();
}

interface Offered {
  readonly uri: string;
  readonly sha256: string;
}

function offered(names: readonly string[]): readonly Offered[] {
  const lines = tried("apt-get", ["download", "--print-uris", "--quiet", ...names]);
  return [...lines.matchAll(/^'([^']+)' \S+ \d+ SHA256:([0-9a-f]{64})$/gm)].map(([, uri = "", sha256 = ""]) => ({
    uri,
    sha256,
  }));
}

/** Its output, however it ended. */
function tried(program: string, words: readonly string[]): string {
  try {
    return execFileSync(program, words, { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 }).toString();
  } catch (error) {
    return String((error as { readonly stdout?: Uint8Array }).stdout ?? "");
  }
}
