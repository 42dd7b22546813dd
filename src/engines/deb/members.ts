/**
 * The members of a .deb (deb(5)): debian-binary, control.tar, data.tar, in this order, as dpkg-deb 1.21 looks for them.
 * Invariant: every place that is given lies within the file.
 */
import { quoted } from "../../domain/quoted.ts";
import { afterMember, arMagic, arMemberAt, requireWhole, type ArPlace } from "../../formats/ar-reader.ts";
import { malformed, stricter } from "../../formats/deb-refusal.ts";
import type { RandomAccess } from "../../formats/random-access.ts";
import type { Compression } from "../../ports/decompressor.ts";

export interface DebMember extends ArPlace {
  readonly compression: Compression | "none";
}

export interface DebMembers {
  /** Of the format: 2.0. */
  readonly version: string;
  readonly control: DebMember;
  readonly data: DebMember;
  /** Members between and behind them, which dpkg passes over: `_gpgorigin`. */
  readonly others: readonly ArPlace[];
}

const compressions: Readonly<Record<string, Compression | "none">> = {
  "": "none",
  ".gz": "gz",
  ".xz": "xz",
  ".zst": "zst",
  ".bz2": "bz2",
  ".lzma": "lzma",
};
const ofControl: readonly string[] = ["none", "gz", "xz", "zst"];
const longestVersion = 1024;
/** What stands behind data.tar counts for nothing: it is listed as far as this, for who wants to see it. */
const othersListed = 16;

export async function findControl(
  file: RandomAccess,
): Promise<{ readonly version: string; readonly control: DebMember; readonly others: readonly ArPlace[] }> {
  const { version, next } = await findVersion(file);
  const others: ArPlace[] = [];
  const place = await nextMember(file, next, others, "control.tar");
  const control = compressed(place, "control.tar", file);
  if (control === undefined) throw unexpected(file, place, "control.tar");
  if (!ofControl.includes(control.compression)) throw unknownCompression(file, place);
  requireWhole(file, control);
  return { version, control, others };
}

/** Throws DEB_MALFORMED, DEB_AMBIGUOUS. */
export async function findMembers(file: RandomAccess): Promise<DebMembers> {
  const { version, control, others: before } = await findControl(file);
  const others = [...before];
  const place = await nextMember(file, afterMember(control), others, "data.tar");
  if (place.name.startsWith("control.tar")) throw malformed(`${file.name} has two control members.`);
  const data = compressed(place, "data.tar", file);
  if (data === undefined) throw unexpected(file, place, "data.tar");
  requireWhole(file, data);
  return { version, control, data, others: [...others, ...(await behind(file, data))] };
}

async function findVersion(file: RandomAccess): Promise<{ readonly version: string; readonly next: number }> {
  const magic = Buffer.from(await file.at(0, arMagic.length)).toString("latin1");
  if (magic.startsWith("0.93")) throw stricter("old-format", `${file.name} is a package of the old format 0.93.`);
  if (magic !== arMagic) {
    throw malformed(`${file.name} is no Debian package: it begins with ${quoted(magic)}, not with ${quoted(arMagic)}.`);
  }
  const place = await arMemberAt(file, arMagic.length);
  if (place?.name !== "debian-binary") {
    throw malformed(`${file.name} is no Debian package: its first member is ${quoted(place?.name ?? "")}.`);
  }
  if (place.size > longestVersion) {
    throw stricter("version-member", `${file.name} has a debian-binary of ${place.size} bytes.`);
  }
  requireWhole(file, { ...place, size: place.size + (place.size % 2) });
  const [content = ""] = Buffer.from(await file.at(place.offset, place.size))
    .toString("latin1")
    .split("\0");
  const [, version, major, minor] = /^(([0-9]+)\.([0-9]+))\n/.exec(content) ?? [];
  if (version === undefined || Number(major) !== 2 || Number(minor) > 0x7fff_ffff) {
    throw malformed(`${file.name} states the format ${quoted(content)}; dpkg reads 2.0 and what follows it as 2.x.`);
  }
  return { version, next: afterMember(place) };
}

/** The next member whose name does not begin with an underscore. */
async function nextMember(file: RandomAccess, from: number, passed: ArPlace[], wanted: string): Promise<ArPlace> {
  let offset = from;
  for (;;) {
    const place = await arMemberAt(file, offset);
    if (place === undefined) throw malformed(`${file.name} ends at byte ${file.size} without a ${wanted}.`);
    if (!place.name.startsWith("_")) return place;
    if (passed.length < othersListed) passed.push(place);
    offset = afterMember(place);
  }
}

async function behind(file: RandomAccess, data: DebMember): Promise<readonly ArPlace[]> {
  const found: ArPlace[] = [];
  let offset = afterMember(data);
  while (found.length < othersListed) {
    const place = await arMemberAt(file, offset).catch(() => undefined);
    if (place === undefined) break;
    found.push(place);
    offset = afterMember(place);
  }
  return found;
}

function compressed(place: ArPlace, name: string, file: RandomAccess): DebMember | undefined {
  if (!place.name.startsWith(name)) return undefined;
  const compression = compressions[place.name.slice(name.length)];
  if (compression === undefined) throw unknownCompression(file, place);
  return { ...place, compression };
}

function unknownCompression(file: RandomAccess, { name }: ArPlace): Error {
  return malformed(`${file.name} has a member ${quoted(name)}, whose compression dpkg does not know there.`);
}

function unexpected(file: RandomAccess, { name }: ArPlace, wanted: string): Error {
  return malformed(`${file.name} has a member ${quoted(name)} where ${wanted} should be.`);
}
