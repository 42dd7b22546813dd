/**
 * The stanza of one package in Packages: its control file's fields, and where its file is and what it holds
 * (wiki.debian.org/DebianRepository/Format, "Packages Indices"). Fields stand in the order of apt-ftparchive(1).
 * Invariant: what the control file says is passed on byte for byte; what describes the file is ours, never the package's.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { rawFields, stanzaOf, type RawField } from "../../formats/index-stanzas.ts";

export interface PoolFile {
  /** Below the repository's root. */
  readonly path: string;
  readonly size: number;
  readonly sha256: Sha256;
}

export interface StanzaOptions {
  /** Percentage of machines that upgrade to it by themselves; all where nothing is said. */
  readonly phased?: number;
}

const order = new Map(
  (
    "package package-type architecture version source built-using static-built-using built-for-profiles " +
    "auto-built-package multi-arch priority build-essential important essential protected section origin maintainer " +
    "original-maintainer bugs installed-size provides pre-depends depends recommends suggests conflicts breaks replaces " +
    "enhances filename size md5sum sha1 sha256 sha512 phased-update-percentage homepage description tag task"
  )
    .split(" ")
    .map((name, index) => [name, index] as const),
);

/** Fields of an index alone: in a control file they are somebody's attempt to say them for us. */
const ours = new Set(["filename", "size", "md5sum", "sha1", "sha256", "sha512", "phased-update-percentage", "status"]);

export function packageStanza(control: string, file: PoolFile, { phased }: StanzaOptions = {}): string {
  const fields: RawField[] = rawFields(control).filter(([name]) => !ours.has(name.toLowerCase()));
  fields.push(["Filename", file.path], ["Size", String(file.size)], ["SHA256", file.sha256]);
  if (phased !== undefined) fields.push(["Phased-Update-Percentage", String(phased)]);
  return stanzaOf(fields.sort(([a], [b]) => placeOf(a) - placeOf(b)));
}

/** The same package for another part of the machines; 100 is for all of them, which no field says. */
export function withPhase(stanza: string, percent: number): string {
  const fields: RawField[] = rawFields(stanza).filter(([name]) => name.toLowerCase() !== "phased-update-percentage");
  if (percent < 100) fields.push(["Phased-Update-Percentage", String(percent)]);
  return stanzaOf(fields.sort(([a], [b]) => placeOf(a) - placeOf(b)));
}

/** Fields that are not known stand before the description, in the order in which they came. */
function placeOf(name: string): number {
  return order.get(name.toLowerCase()) ?? (order.get("homepage") ?? 0) - 0.5;
}
