/** `deb inspect`: what a package holds, read without unpacking anything to the disk. */
import { resolve } from "node:path";
import { openDeb } from "../engines/deb/open.ts";
import { readDeb, type ReadDeb } from "../engines/deb/read.ts";
import type { Conffile, Trigger } from "../engines/deb/control-lists.ts";
import { oddity, type TreeEntry, treeEntry } from "../engines/deb/tree.ts";
import { shownBytes } from "../formats/tar-header.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Ports } from "../ports/index.ts";

export interface DebInspection {
  readonly file: string;
  readonly size: number;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  /** In the file's order; a value of several lines has newlines. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly members: readonly { readonly name: string; readonly size: number; readonly compression: string }[];
  readonly controlFiles: readonly { readonly name: string; readonly size: number; readonly mode: string }[];
  /** Their first 64 KiB. */
  readonly scripts: readonly { readonly name: string; readonly size: number; readonly text: string }[];
  readonly conffiles: readonly Conffile[];
  readonly triggers: readonly Trigger[];
  /** At most 100 000 entries. */
  readonly tree: readonly TreeEntry[];
  readonly entries: number;
  /** Of the files' content, in bytes. */
  readonly unpacked: number;
  /** What deserves a second look. */
  readonly oddities: readonly { readonly path: string; readonly what: string }[];
}

const scriptShown = 64 * 1024;
/** Beyond this a list helps nobody, and memory must not grow with what a file claims. */
const mostListed = 100_000;
const mostOddities = 1000;

/** Throws FILE_MISSING, and what readDeb throws. */
export async function debInspect(
  { ports, decompressor }: { readonly ports: Ports; readonly decompressor: Decompressor },
  { file }: { readonly file: string },
): Promise<DebInspection> {
  const deb = await readDeb(await openDeb(resolve(ports.environment.folder, file), ports.files), decompressor);
  return { file, ...controlPart(deb), ...(await dataPart(deb)) };
}

function controlPart(deb: ReadDeb): Omit<DebInspection, "file" | "tree" | "entries" | "unpacked" | "oddities"> {
  const { size, version, architecture, fields, files, scripts, conffiles, triggers } = deb;
  const { controlMember, dataMember, otherMembers } = deb;
  return {
    size,
    package: deb.package,
    version,
    architecture,
    fields: fields.map(([name, value]) => ({ name, value })),
    members: [
      ...[controlMember, dataMember].map(({ name, size: packed, compression }) => ({
        name,
        size: packed,
        compression,
      })),
      ...otherMembers.map(({ name, size: packed }) => ({ name, size: packed, compression: "none" })),
    ],
    controlFiles: files.map(({ name, mode, content }) => ({
      name,
      size: content.length,
      mode: mode.toString(8).padStart(4, "0"),
    })),
    scripts: [...scripts].map(([name, content]) => ({
      name,
      size: content.length,
      text: shownBytes(content.subarray(0, scriptShown)),
    })),
    conffiles,
    triggers,
  };
}

async function dataPart(deb: ReadDeb): Promise<Pick<DebInspection, "tree" | "entries" | "unpacked" | "oddities">> {
  const tree: TreeEntry[] = [];
  const oddities: { path: string; what: string }[] = [];
  const seen = new Set<string>();
  let [entries, unpacked] = [0, 0];
  for await (const read of deb.entries()) {
    const entry = treeEntry(read);
    entries++;
    unpacked += entry.size;
    if (entries > mostListed) continue;
    tree.push(entry);
    const what = seen.has(entry.path) ? "is there twice: the last one counts" : oddity(entry);
    if (what !== undefined && oddities.length < mostOddities) oddities.push({ path: entry.path, what });
    seen.add(entry.path);
  }
  return { tree, entries, unpacked, oddities };
}
