/**
 * Where things lie in the tree (wiki.debian.org/DebianRepository/Format; Debian's own pool). Invariant: no name out of a
 * package or a command leads out of its folder.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { parseDebianVersion, withoutEpoch } from "../../formats/debian-version.ts";
import type { Sha256 } from "../../domain/digest.ts";
import type { PackageKey } from "./package-key.ts";

/** Folder of a suite. */
export function suiteFolder(suite: string): string {
  return `dists/${suite}`;
}

/** Folder of an architecture's index, below the suite's. */
export function binaryFolder(component: string, architecture: string): string {
  return `${component}/binary-${architecture}`;
}

/** Beside an index, under its digest: where a client finds the state that its Release names, whatever came after. */
export function byHashPath(indexPath: string, sha256: Sha256): string {
  const folder = indexPath.includes("/") ? indexPath.slice(0, indexPath.lastIndexOf("/") + 1) : "";
  return `${folder}by-hash/SHA256/${sha256}`;
}

/**
 * `pool/main/t/tool/tool_1.2.3_amd64.deb`; a library's folder has four letters. `source`: the source package's name, which
 * dpkg takes as it is. Throws APT_NAME_INVALID.
 */
export function poolPath(component: string, source: string, { name, version, architecture }: PackageKey): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/.test(source) || source.length > 200) {
    throw new ReleaseError("APT_NAME_INVALID", {
      what: `${name} ${version} says that its source package is ${quoted(source)}, after which its folder in the pool is called.`,
      next: "Make the package again with a plain word in its field Source, or without that field.",
    });
  }
  const letter = source.startsWith("lib") && source.length > 3 ? source.slice(0, 4) : source.slice(0, 1);
  const file = `${name}_${withoutEpoch(parseDebianVersion(version))}_${architecture}.deb`;
  return `pool/${component}/${letter}/${source}/${file}`;
}

/** A suite is a path below dists/: `stable`, `bookworm`, `tool/nightly`. */
export function parseSuiteName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~_-]*(?:\/[A-Za-z0-9][A-Za-z0-9.+~_-]*)*$/.test(text) && text.length <= 200) return text;
  throw nameInvalid("suite", text, "stable");
}

export function parseComponentName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/.test(text) && text.length <= 100) return text;
  throw nameInvalid("component", text, "main");
}

export function parseArchitectureName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]*$/.test(text) && text.length <= 50 && text !== "all" && text !== "any") return text;
  throw nameInvalid("architecture", text, "amd64");
}

function nameInvalid(what: string, text: string, example: string): ReleaseError {
  return new ReleaseError("APT_NAME_INVALID", {
    what: `${quoted(text)} is not the name of ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}.`,
    next: `Write a plain word such as ${example}.`,
  });
}
