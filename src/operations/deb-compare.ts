/** `deb compare`: what differs between two packages, whatever of it a user of the package could notice. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { openDeb } from "../engines/deb/open.ts";
import { readDeb, type ReadDeb } from "../engines/deb/read.ts";
import { type TreeEntry, treeEntry } from "../engines/deb/tree.ts";
import { contentOf } from "../engines/hash.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Ports } from "../ports/index.ts";

export interface Difference {
  readonly part: "field" | "control file" | "member" | "file";
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** What it was and what it is, aspect by aspect; empty where it was added or removed. */
  readonly aspects: readonly Aspect[];
}

export interface Aspect {
  readonly aspect: string;
  readonly before: string;
  readonly after: string;
}

export interface DebComparison {
  readonly a: string;
  readonly b: string;
  /** The files are the same byte by byte. */
  readonly identical: boolean;
  readonly differences: readonly Difference[];
}

type Side = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What is known of each entry is held in memory. */
const mostEntries = 300_000;

/** Throws FILE_MISSING, DEB_TOO_LARGE, and what readDeb throws. */
export async function debCompare(
  { ports, decompressor }: { readonly ports: Ports; readonly decompressor: Decompressor },
  { a, b }: { readonly a: string; readonly b: string },
): Promise<DebComparison> {
  const read = async (
    file: string,
  ): Promise<{ readonly deb: ReadDeb; readonly tree: Side; readonly sha256: string }> => {
    const path = resolve(ports.environment.folder, file);
    const deb = await readDeb(await openDeb(path, ports.files), decompressor);
    return { deb, tree: await treeOf(deb, file), sha256: (await contentOf(ports.files.open(path))).sha256 };
  };
  const before = await read(a);
  const after = await read(b);
  const differences = [
    ...differencesOf("field", fieldsOf(before.deb), fieldsOf(after.deb)),
    ...differencesOf("control file", controlFilesOf(before.deb), controlFilesOf(after.deb)),
    ...differencesOf("member", membersOf(before.deb), membersOf(after.deb)),
    ...differencesOf("file", before.tree, after.tree),
  ];
  return { a, b, identical: before.sha256 === after.sha256, differences };
}

function fieldsOf({ fields }: ReadDeb): Side {
  return new Map(fields.map(([name, value]) => [name.toLowerCase(), { value }]));
}

/** The control file itself is compared field by field. */
function controlFilesOf({ files }: ReadDeb): Side {
  return new Map(
    files
      .filter(({ name }) => name !== "control")
      .map(({ name, mode, content }) => [
        name,
        {
          mode: mode.toString(8).padStart(4, "0"),
          size: String(content.length),
          sha256: createHash("sha256").update(content).digest("hex"),
        },
      ]),
  );
}

/** Sizes are left out: they follow from the content. */
function membersOf({ controlMember, dataMember, otherMembers, format }: ReadDeb): Side {
  return new Map<string, Readonly<Record<string, string>>>([
    ["debian-binary", { format }],
    ["control.tar", { compression: controlMember.compression }],
    ["data.tar", { compression: dataMember.compression }],
    ...otherMembers.map(({ name, size }) => [name, { size: String(size) }] as const),
  ]);
}

async function treeOf(deb: ReadDeb, file: string): Promise<Side> {
  const tree = new Map<string, Readonly<Record<string, string>>>();
  for await (const read of deb.entries()) {
    const { path, ...entry } = treeEntry(read);
    if (tree.size === mostEntries) {
      throw new ReleaseError("DEB_TOO_LARGE", {
        what: `${file} has more than ${mostEntries} entries, which are too many to compare.`,
        next: "Compare lists of them: dpkg-deb --contents FILE",
      });
    }
    tree.set(path, { ...aspectsOf(entry), ...(entry.kind === "file" ? { sha256: await digestOf(read.content) } : {}) });
  }
  return tree;
}

function aspectsOf(entry: Omit<TreeEntry, "path">): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(entry).map(([aspect, value]) => [aspect, String(value)]));
}

async function digestOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  return (await contentOf(content)).sha256;
}

function differencesOf(part: Difference["part"], before: Side, after: Side): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): Difference[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [{ part, name, change: "added", aspects: [] }];
    if (is === undefined) return [{ part, name, change: "removed", aspects: [] }];
    const aspects = [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((aspect) => was[aspect] !== is[aspect])
      .map((aspect) => ({ aspect, before: was[aspect] ?? "", after: is[aspect] ?? "" }));
    return aspects.length === 0 ? [] : [{ part, name, change: "changed", aspects }];
  });
}
