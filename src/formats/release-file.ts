/**
 * The Release file of an APT repository (wiki.debian.org/DebianRepository/Format, "Release files"; apt-secure(8)): who
 * publishes what, until when, and the size and SHA-256 of every index.
 * Invariant: what is written reads back as the same value, and an index is named once.
 */
import type { Sha256 } from "../domain/digest.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { type Field, fieldOf, formatStanza, parseStanzas, type Stanza } from "./debian-control.ts";
import { mailDate, parseMailDate } from "./mail-date.ts";

/** What clients remember of a suite, and refuse to see changed (apt-secure(8), "INFORMATION CHANGES"). */
export interface SuiteIdentity {
  readonly origin: string;
  readonly label: string;
  readonly suite: string;
  readonly codename: string;
  readonly version?: string;
  readonly description?: string;
}

export interface IndexEntry {
  readonly size: number;
  readonly sha256: Sha256;
}

export interface ReleaseFile extends SuiteIdentity {
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  /** Seconds since 1970. */
  readonly date: number;
  /** Seconds since 1970; without it a mirror that stands still is never noticed. */
  readonly validUntil?: number;
  /** Whether indexes are found by their digest, too, so that a client never mixes two states. */
  readonly byHash: boolean;
  /** Path below the suite's folder → what it holds. */
  readonly indexes: ReadonlyMap<string, IndexEntry>;
}

/** The text, ended by a newline. Throws DEB_FIELD_INVALID. */
export function formatRelease(release: ReleaseFile): string {
  const optional = (name: string, value: string | undefined): readonly Field[] =>
    value === undefined ? [] : [[name, value]];
  const width = Math.max(0, ...[...release.indexes.values()].map(({ size }) => String(size).length));
  const sums = [...release.indexes].sort(([a], [b]) => (a < b ? -1 : 1));
  return formatStanza([
    ["Origin", release.origin],
    ["Label", release.label],
    ["Suite", release.suite],
    ...optional("Version", release.version),
    ["Codename", release.codename],
    ["Date", dateText(release.date)],
    ...optional("Valid-Until", release.validUntil === undefined ? undefined : dateText(release.validUntil)),
    ["Acquire-By-Hash", release.byHash ? "yes" : "no"],
    ...optional("Architectures", joined(release.architectures)),
    ...optional("Components", joined(release.components)),
    ...optional("Description", release.description),
    ...(sums.length === 0
      ? []
      : ([
          [
            "SHA256",
            ["", ...sums.map(([path, { size, sha256 }]) => `${sha256} ${String(size).padStart(width)} ${path}`)],
          ],
        ] as const)),
  ]);
}

/** Throws APT_RELEASE_INVALID for what no client could use. Indexes of weaker sums than SHA-256 are left out. */
export function parseRelease(text: string): ReleaseFile {
  const stanza = only(text);
  const word = (name: string): string | undefined => {
    const value = fieldOf(stanza, name);
    return value === "" ? undefined : value;
  };
  const words = (name: string): readonly string[] => (word(name) ?? "").split(/\s+/).filter((each) => each !== "");
  const date = seconds("Date", word("Date"));
  const validUntil = seconds("Valid-Until", word("Valid-Until"));
  const [version, description] = [word("Version"), word("Description")];
  const suite = word("Suite") ?? word("Codename") ?? "";
  return {
    origin: word("Origin") ?? "",
    label: word("Label") ?? "",
    suite,
    codename: word("Codename") ?? suite,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    architectures: words("Architectures"),
    components: words("Components"),
    date: date ?? 0,
    ...(validUntil === undefined ? {} : { validUntil }),
    byHash: word("Acquire-By-Hash")?.toLowerCase() === "yes",
    indexes: indexesOf(stanza),
  };
}

function only(text: string): Stanza {
  const [stanza, another] = parseStanzas(text);
  if (stanza === undefined) throw invalid("it is empty");
  if (another !== undefined) throw invalid("it holds more than one stanza");
  return stanza;
}

function indexesOf(stanza: Stanza): ReadonlyMap<string, IndexEntry> {
  const [, lines = []] = stanza.find(([name]) => name.toLowerCase() === "sha256") ?? [];
  const indexes = new Map<string, IndexEntry>();
  for (const line of lines.filter((each) => each.trim() !== "")) {
    const [, sha256 = "", size = "", path = ""] = /^\s*([0-9a-fA-F]{64})\s+(\d{1,15})\s+(\S+)\s*$/.exec(line) ?? [];
    if (path === "") throw invalid(`${quoted(line)} is not a digest, a size and a path`);
    if (path.startsWith("/") || path.split("/").includes(".."))
      throw invalid(`it names ${quoted(path)}, outside of it`);
    if (indexes.has(path)) throw invalid(`it names ${quoted(path)} twice`);
    indexes.set(path, { size: Number(size), sha256: sha256.toLowerCase() });
  }
  return indexes;
}

/** APT takes UTC and +0000 alike, and wants one of them; Debian's own files say UTC. */
function dateText(value: number): string {
  return mailDate(value).replace("+0000", "UTC");
}

function seconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseMailDate(text);
  if (value === null) throw invalid(`its ${name} is ${quoted(text)}, which is not a date`);
  return value;
}

function joined(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(" ");
}

function invalid(how: string): ReleaseError {
  return new ReleaseError("APT_RELEASE_INVALID", {
    what: `The Release file cannot be used: ${how}.`,
    next: "Restore it from a copy, or build the suite anew: ggen-release apt init, then apt add.",
  });
}
