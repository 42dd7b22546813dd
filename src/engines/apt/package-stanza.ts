/**
 * The stanza of one package in Packages: its control file's fields, and where its file is and what it holds
 * (wiki.debian.org/DebianRepository/Format, "Packages Indices"). Fields stand in the order of apt-ftparchive(1).
 * Invariant: what the control file says is passed on byte for byte, without fields that are empty; what describes the file
 * is ours, never the package's.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { rawFields, stanzaOf, type RawField } from "../../formats/index-stanzas.ts";
import { demandReadable, saysNothing } from "./readable.ts";

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

/** As apt-ftparchive writes them: in this order and spelling. */
const order = new Map(
  (
    "Package Package-Type Architecture Subarchitecture Version Kernel-Version Built-Using Static-Built-Using " +
    "Built-For-Profiles Auto-Built-Package Multi-Arch Priority Build-Essential Protected Important Essential " +
    "Installer-Menu-Item Section Source Origin Phased-Update-Percentage Maintainer Original-Maintainer Bugs " +
    "Installed-Size Provides Pre-Depends Depends Recommends Suggests Conflicts Breaks Replaces Enhances Filename Size " +
    "MD5sum SHA1 SHA256 SHA512 Homepage Description Description-md5 Tag Task"
  )
    .split(" ")
    .map((name, place) => [name.toLowerCase(), { name, place }] as const),
);

/** Fields of an index alone: in a control file they are somebody's attempt to say them for us. */
const ours = new Set(
  "filename size md5sum sha1 sha256 sha512 phased-update-percentage description-md5 status".split(" "),
);

/** Throws APT_PACKAGE_UNREADABLE. */
export function packageStanza(control: string, file: PoolFile, { phased }: StanzaOptions = {}): string {
  const fields: RawField[] = rawFields(control).filter(
    (field) => !ours.has(field[0].toLowerCase()) && !saysNothing(field),
  );
  demandReadable(fields);
  fields.push(["Filename", file.path], ["Size", String(file.size)], ["SHA256", file.sha256]);
  if (phased !== undefined) fields.push(["Phased-Update-Percentage", String(phased)]);
  return ordered(fields);
}

/** The same package for another part of the machines; 100 is for all of them, which no field says. */
export function withPhase(stanza: string, percent: number): string {
  const fields: RawField[] = rawFields(stanza).filter(([name]) => name.toLowerCase() !== "phased-update-percentage");
  if (percent < 100) fields.push(["Phased-Update-Percentage", String(percent)]);
  return ordered(fields);
}

/** Fields that are not known come last, in the order and spelling in which they came. */
function ordered(fields: readonly RawField[]): string {
  const known = fields.map(([name, value]): { readonly place: number; readonly field: RawField } => {
    const found = order.get(name.toLowerCase());
    return { place: found?.place ?? order.size, field: [found?.name ?? name, value] };
  });
  return stanzaOf(known.sort((a, b) => a.place - b.place).map(({ field }) => field));
}
