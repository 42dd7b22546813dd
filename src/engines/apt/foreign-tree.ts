/**
 * A repository that another program made: with suites below dists/ (reprepro, aptly, apt-ftparchive), flat, with the
 * indexes beside the packages, or a plain folder of packages (wiki.debian.org/DebianRepository/Format).
 * Invariant: of an index that its Release does not name with these bytes, nothing is taken.
 */
import { isReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { bytesText, splitStanzas, stanzaField } from "../../formats/index-stanzas.ts";
import { parseCleartext } from "../../formats/openpgp-cleartext.ts";
import { parseRelease, type ReleaseFile } from "../../formats/release-file.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { Storage } from "../../ports/storage.ts";
import { digestOf } from "../hash.ts";

export interface ForeignPackage {
  /** null in a flat repository, which has none. */
  readonly component: string | null;
  /** What its index says of it, one character a byte; null of a plain folder. */
  readonly stanza: string | null;
  /** Of its file, below the tree's root. */
  readonly path: string;
}

export interface ForeignSuite {
  /** Its folder below dists/; null where there is none. */
  readonly name: string | null;
  /** null where there is none. */
  readonly release: ReleaseFile | null;
  /** Of its Release and its indexes together; without `all` and `source`, for which there is no machine. */
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  readonly packages: readonly ForeignPackage[];
  /** What of it could not be used, and why. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  /** Path below the tree's root. */
  readonly path: string;
  readonly why: string;
}

const forms = { "": null, ".gz": "gz", ".xz": "xz", ".zst": "zst", ".bz2": "bz2" } as const;
type Form = keyof typeof forms;

/** An index by the path of its text, and the forms in which it lies there. */
interface ForeignIndex {
  readonly path: string;
  readonly component: string | null;
  readonly architecture: string | null;
  readonly forms: Form[];
}

/** The suites below dists/, or the one that a tree without dists/ is. */
export async function foreignSuites(storage: Storage, decompressor: Decompressor): Promise<readonly ForeignSuite[]> {
  const [suites, found] = [new Map<string, ForeignIndex[]>(), new Map<string, ForeignIndex>()];
  for await (const { path } of storage.list("dists")) {
    const [, index = "", suite = "", component = "", architecture = "", form = ""] =
      /^(dists\/(.+)\/([^/]+)\/binary-([^/]+)\/Packages)(\.(?:gz|xz|zst|bz2))?$/.exec(path) ?? [];
    const released = /^dists\/(.+)\/(?:In)?Release$/.exec(path)?.[1];
    // An architecture's folder may have a Release file of its own; the installer's packages are not for users.
    if (released !== undefined && !/\/(?:binary-[^/]+|source)$/.test(released))
      suites.set(released, suites.get(released) ?? []);
    if (index === "" || component === "debian-installer") continue;
    const known = found.get(index) ?? { path: index, component, architecture, forms: [] };
    known.forms.push(form as Form);
    if (!found.has(index)) suites.set(suite, [...(suites.get(suite) ?? []), known]);
    found.set(index, known);
  }
  if (suites.size === 0) return [await flatSuite(storage, decompressor)];
  return Promise.all(
    [...suites]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, indexes]) => readForeign(storage, decompressor, name, `dists/${name}/`, indexes)),
  );
}

async function flatSuite(storage: Storage, decompressor: Decompressor): Promise<ForeignSuite> {
  const present: Form[] = [];
  for (const form of Object.keys(forms) as Form[]) {
    if ((await storage.status(`Packages${form}`)) !== null) present.push(form);
  }
  const index: ForeignIndex = { path: "Packages", component: null, architecture: null, forms: present };
  if (present.length > 0) return readForeign(storage, decompressor, null, "", [index]);
  const packages: ForeignPackage[] = [];
  for await (const { path } of storage.list("")) {
    if (path.endsWith(".deb")) packages.push({ component: null, stanza: null, path });
  }
  packages.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: null, release: null, architectures: [], components: [], packages, faults: [] };
}

async function readForeign(
  storage: Storage,
  decompressor: Decompressor,
  name: string | null,
  folder: string,
  indexes: readonly ForeignIndex[],
): Promise<ForeignSuite> {
  const faults: Fault[] = [];
  const release = await readRelease(storage, folder, faults);
  const packages = new Map<string, ForeignPackage>();
  for (const index of indexes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = await readIndex(storage, decompressor, index, release, folder, faults);
    for (const stanza of splitStanzas(text)) {
      const path = (stanzaField(stanza, "Filename") ?? "").replace(/^(?:\.\/)+/, "");
      const id = `${index.component} ${path} ${stanzaField(stanza, "SHA256")}`;
      // What is for all architectures stands in the index of each.
      packages.set(id, packages.get(id) ?? { component: index.component, stanza, path });
    }
  }
  const named = (own: readonly string[] | undefined, seen: readonly (string | null)[]): readonly string[] =>
    [...new Set([...(own ?? []), ...seen.filter((each) => each !== null)])].sort();
  const architectures = named(
    release?.architectures,
    indexes.map(({ architecture }) => architecture),
  ).filter((each) => each !== "all" && each !== "source");
  // A suite that is itself a path names its components with it: updates/main.
  const components = named(
    release?.components.map((each) => each.slice(each.lastIndexOf("/") + 1)),
    indexes.map(({ component }) => component),
  );
  return { name, release, architectures, components, packages: [...packages.values()], faults };
}

async function readRelease(storage: Storage, folder: string, faults: Fault[]): Promise<ReleaseFile | null> {
  for (const name of ["InRelease", "Release"]) {
    const path = `${folder}${name}`;
    const stored = await storage.read(path);
    if (stored === null) continue;
    const text = Buffer.from(stored.bytes).toString();
    try {
      return parseRelease(name === "Release" ? text : (parseCleartext(text)?.text ?? ""));
    } catch (error) {
      if (!isReleaseError(error)) throw error;
      faults.push({ path, why: error.what });
    }
  }
  return null;
}

/** Empty where no form of it can be used. */
async function readIndex(
  storage: Storage,
  decompressor: Decompressor,
  { path, forms: present }: ForeignIndex,
  release: ReleaseFile | null,
  folder: string,
  faults: Fault[],
): Promise<string> {
  const failed: Fault[] = [];
  for (const form of (Object.keys(forms) as Form[]).filter((each) => present.includes(each))) {
    const file = `${path}${form}`;
    const stored = await storage.read(file, mostBytes);
    const entry = release?.indexes.get(file.slice(folder.length));
    if (stored === null) continue;
    if (entry !== undefined && digestOf(stored.bytes) !== entry.sha256) {
      failed.push({ path: file, why: "is not what its Release names" });
      continue;
    }
    const compression = forms[form];
    try {
      return bytesText(
        compression === null ? stored.bytes : await decompressor.whole(compression, stored.bytes, mostBytes, file),
      );
    } catch (error) {
      if (!isReleaseError(error)) throw error;
      failed.push({ path: file, why: error.what });
    }
  }
  faults.push(...failed);
  return "";
}

const mostBytes = 2 ** 30;

/** Why a path out of an index cannot be a file of the tree; null where it can. */
export function pathFault(path: string): string | null {
  const leaves = path === "" || path.startsWith("/") || path.split("/").includes("..") || /[\u0000-\u001f]/.test(path);
  return leaves ? `its index names the file ${quoted(path)}, which is none of the tree` : null;
}
