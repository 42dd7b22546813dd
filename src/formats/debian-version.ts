/**
 * Debian versions: [epoch:]upstream[-revision] (deb-version(7); Debian Policy 5.6.12), read as dpkg 1.21 reads them
 * and stricter in two points: no space around, no sign before the epoch.
 * Invariant: a pre-release sorts before its release (`~` sorts before everything, even the end).
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import type { Version } from "../domain/version.ts";

export interface DebianVersion {
  /** 0 where none is written. */
  readonly epoch: number;
  readonly upstream: string;
  /** Absent in a native version; it sorts like revision 0. */
  readonly revision?: string;
}

export interface PackagingVersion {
  readonly epoch?: number;
  readonly revision?: string;
}

const largestEpoch = 2_147_483_647;

/** The version of a package of this release: `1.2.3-rc.1` is `1.2.3~rc.1`. Throws DEB_VERSION_INVALID. */
export function debianVersion(version: Version, packaging: PackagingVersion = {}): DebianVersion {
  const { major, minor, patch, prerelease, build } = version;
  const pre = prerelease.length === 0 ? "" : `~${prerelease.join(".")}`;
  const upstream = `${major}.${minor}.${patch}${pre}${build === undefined ? "" : `+${build}`}`;
  if (upstream.includes("-") && packaging.revision === undefined) {
    throw new ReleaseError("DEB_VERSION_INVALID", {
      what: `dpkg would read what follows the last hyphen of ${quoted(upstream)} as the package's revision.`,
      next: "Set packages.deb.revision (for example 1), or use dots in the version's pre-release part.",
    });
  }
  return checked(String(packaging.epoch ?? 0), upstream, packaging.revision);
}

/** Throws DEB_VERSION_INVALID where dpkg gives an error or a warning. */
export function parseDebianVersion(text: string): DebianVersion {
  return checked(...partsOf(text));
}

/** What is wrong with it, where parseDebianVersion throws. */
export function debianVersionFault(text: string): string | undefined {
  return faultOf(...partsOf(text));
}

function partsOf(text: string): [epoch: string, upstream: string, revision: string | undefined] {
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf("-");
  const [upstream, revision] = hyphen < 0 ? [rest, undefined] : [rest.slice(0, hyphen), rest.slice(hyphen + 1)];
  return [colon < 0 ? "0" : text.slice(0, colon), upstream, revision];
}

export function formatDebianVersion(version: DebianVersion): string {
  return joined(String(version.epoch), version.upstream, version.revision);
}

/** As file names and changelogs of upstream show it. */
export function withoutEpoch(version: DebianVersion): string {
  return joined("0", version.upstream, version.revision);
}

/** Negative when `a` is older, as `dpkg --compare-versions a lt b` says. */
export function compareDebianVersions(a: DebianVersion, b: DebianVersion): number {
  return a.epoch - b.epoch || compareParts(a.upstream, b.upstream) || compareParts(a.revision ?? "", b.revision ?? "");
}

function checked(epoch: string, upstream: string, revision: string | undefined): DebianVersion {
  const fault = faultOf(epoch, upstream, revision);
  if (fault !== undefined) {
    throw new ReleaseError("DEB_VERSION_INVALID", {
      what: `${quoted(joined(epoch, upstream, revision))} is not a Debian version: ${fault}.`,
      next: "Write [epoch:]upstream[-revision], for example 1.2.3 or 1.2.3-1.",
    });
  }
  return { epoch: Number(epoch), upstream, ...(revision === undefined ? {} : { revision }) };
}

function joined(epoch: string, upstream: string, revision: string | undefined): string {
  return `${epoch === "0" ? "" : `${epoch}:`}${upstream}${revision === undefined ? "" : `-${revision}`}`;
}

function faultOf(epoch: string, upstream: string, revision: string | undefined): string | undefined {
  if (!/^[0-9]+$/.test(epoch)) return "the epoch is not a number";
  if (Number(epoch) > largestEpoch) return `the epoch is larger than ${largestEpoch}`;
  if (upstream === "") return "the upstream part is empty";
  if (!/^[0-9]/.test(upstream)) return "the upstream part does not begin with a digit";
  if (!/^[A-Za-z0-9.+~:-]+$/.test(upstream)) return "the upstream part has a character other than A-Z a-z 0-9 . + - ~";
  if (revision === undefined) return undefined;
  if (revision === "") return "the revision is empty";
  if (!/^[A-Za-z0-9.+~]+$/.test(revision)) return "the revision has a character other than A-Z a-z 0-9 . + ~";
  return undefined;
}

/** Text and numbers by turns, beginning with text: numbers by value, text by the weight of its characters. */
function compareParts(a: string, b: string): number {
  const [left, right] = [a.split(/([0-9]+)/), b.split(/([0-9]+)/)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const compare = index % 2 === 0 ? compareText : compareNumbers;
    const order = compare(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` before the end of the text, the end before letters, letters before all other characters. */
function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  return character.charCodeAt(0) + (/[A-Za-z]/.test(character) ? 0 : 256);
}

/** Numbers may be longer than a double or even a BigInt is quick with: compared as text. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
