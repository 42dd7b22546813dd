/**
 * Packages of a repository that another program made, into one of ours. Invariant: a package comes in only where its file
 * has the size and the digest that its index states, and says itself what it is; what the archive had overridden is not
 * taken over, since the control file is what was built and signed by its maker.
 */
import { join } from "node:path";
import { isReleaseError, ReleaseError } from "../../domain/errors/index.ts";
import { rawFields, stanzaField } from "../../formats/index-stanzas.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { Files } from "../../ports/files.ts";
import { addPackages, type ReadPackage } from "./add.ts";
import { updateSuite, type Repository } from "./change.ts";
import { keyOf } from "./chunks.ts";
import { pathFault, type Fault, type ForeignPackage, type ForeignSuite } from "./foreign-tree.ts";
import { parseArchitectureName, parseComponentName, parseSuiteName } from "./layout.ts";
import { newSuite } from "./new-suite.ts";
import { keyText, type PackageKey } from "./package-key.ts";
import { scanPackages } from "./scan.ts";

export interface ImportOptions {
  /** Absolute path of the tree that is read. */
  readonly root: string;
  /** Into which suite, where theirs has no name or another is wanted. */
  readonly suite: string;
  /** Into which component, where theirs has none. */
  readonly component: string;
  readonly link: boolean;
}

/** Fields of a package that its index stated otherwise than its control file. */
export interface Overridden {
  readonly package: PackageKey;
  readonly fields: readonly string[];
}

export interface ImportedSuite {
  readonly suite: string;
  /** Whether it was made, with their identity. */
  readonly made: boolean;
  readonly added: readonly PackageKey[];
  readonly present: readonly PackageKey[];
  readonly refused: readonly Fault[];
  readonly overridden: readonly Overridden[];
}

interface Read {
  readonly component: string;
  readonly read: ReadPackage;
  /** Percentage of machines; undefined for all. */
  readonly phased: number | undefined;
  readonly overridden: readonly string[];
}

/** `scanned`: digest by path in the new repository, of all suites of one import: two files of one name are a conflict. */
export async function importSuite(
  repository: Repository,
  foreign: ForeignSuite,
  options: ImportOptions,
  world: { readonly files: Files; readonly decompressor: Decompressor },
  scanned: Map<string, string>,
): Promise<ImportedSuite> {
  const suite = parseSuiteName(options.suite);
  const refused = [...foreign.faults];
  const reads = await readAll(foreign.packages, options, world, scanned, refused);
  const made = await makeSuite(repository, suite, foreign);
  const [added, present]: [PackageKey[], PackageKey[]] = [[], []];
  for (const group of Map.groupBy(reads, ({ component, phased }) => `${component} ${phased}`).values()) {
    const [{ component, phased } = { component: options.component, phased: undefined }] = group;
    const packages = group.map(({ read }) => read);
    const local = new Map(packages.map(({ sha256, from }) => [sha256, from]));
    const more = { link: options.link, ...(phased === undefined ? {} : { phased }) };
    const result = await addPackages({ ...repository, local }, packages, { suite, component, ...more });
    added.push(...result.added);
    present.push(...result.present);
  }
  const overridden = reads
    .filter(({ overridden: fields }) => fields.length > 0)
    .map(({ read, overridden: fields }) => ({ package: keyOf(read.control), fields }));
  return { suite, made, added, present, refused, overridden };
}

/** A suite that is there keeps its own identity: its clients know that one. */
async function makeSuite(repository: Repository, suite: string, foreign: ForeignSuite): Promise<boolean> {
  const { release, architectures, components } = foreign;
  if (release === null) return false;
  let made = false;
  await updateSuite(repository, suite, async (open) => {
    if (open !== null) return null;
    made = true;
    const { origin, label, suite: called, codename, version, description, date, validUntil } = release;
    const identity = {
      origin: origin === "" ? suite : origin,
      label: label === "" ? suite : label,
      suite: called === "" ? suite : called,
      codename: codename === "" ? suite : codename,
      ...(version === undefined ? {} : { version }),
      ...(description === undefined ? {} : { description }),
    };
    const scope = {
      architectures: architectures.map(parseArchitectureName),
      components: components.map(parseComponentName),
      ...(validUntil === undefined || validUntil <= date ? {} : { validSeconds: validUntil - date }),
    };
    return newSuite(repository, suite, identity, scope);
  });
  return made;
}

async function readAll(
  packages: readonly ForeignPackage[],
  options: ImportOptions,
  world: { readonly files: Files; readonly decompressor: Decompressor },
  scanned: Map<string, string>,
  refused: Fault[],
): Promise<readonly Read[]> {
  const reads: Read[] = [];
  for (let at = 0; at < packages.length; at += atOnce) {
    const batch = packages.slice(at, at + atOnce).filter((one) => {
      const why = pathFault(one.path);
      if (why !== null) refused.push({ path: one.path, why });
      return why === null;
    });
    const found = await scanSome(batch, options.root, world);
    batch.forEach((one, index) => {
      const read = found[index];
      const result =
        read === undefined || typeof read === "string"
          ? (read ?? "is not there")
          : checked(one, read, options, scanned);
      if (typeof result === "string") refused.push({ path: one.path, why: result });
      else reads.push(result);
    });
  }
  return reads;
}

/** Files whose control files are held while they wait for the one that is no package. */
const atOnce = 256;

/** What was read of each, or why it could not be. */
async function scanSome(
  batch: readonly ForeignPackage[],
  root: string,
  { files, decompressor }: { readonly files: Files; readonly decompressor: Decompressor },
): Promise<readonly (ReadPackage | string)[]> {
  const paths = batch.map(({ path }) => join(root, ...path.split("/")));
  try {
    return await scanPackages(paths, files, decompressor);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
  }
  const found: (ReadPackage | string)[] = [];
  for (const path of paths) {
    const [one] = await scanPackages([path], files, decompressor).catch((error: unknown) => {
      if (isReleaseError(error)) return [error.what];
      throw error;
    });
    found.push(one ?? "is not there");
  }
  return found;
}

/** What comes in, or why it does not. */
function checked(
  { component: theirs, stanza }: ForeignPackage,
  read: ReadPackage,
  options: ImportOptions,
  scanned: Map<string, string>,
): Read | string {
  const component = theirs ?? options.component;
  try {
    parseComponentName(component);
    const key = keyOf(read.control);
    if (key.architecture !== "all") parseArchitectureName(key.architecture);
    const fault = stanza === null ? null : stanzaFault(stanza, read, key);
    if (fault !== null) return fault;
    const id = `${component} ${keyText(key)}`;
    if ((scanned.get(id) ?? read.sha256) !== read.sha256)
      return "another file of the tree is the same package with other bytes";
    scanned.set(id, read.sha256);
  } catch (error) {
    if (isReleaseError(error)) return error.what;
    throw error;
  }
  const overridden = stanza === null ? [] : overriddenFields(stanza, read.control);
  return { component, read, phased: stanza === null ? undefined : phaseOf(stanza), overridden };
}

function phaseOf(stanza: string): number | undefined {
  const text = stanzaField(stanza, "Phased-Update-Percentage") ?? "";
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}

function stanzaFault(stanza: string, { size, sha256 }: ReadPackage, key: PackageKey): string | null {
  const [statedSize, stated] = [stanzaField(stanza, "Size"), stanzaField(stanza, "SHA256")?.toLowerCase()];
  if (statedSize !== String(size)) return `has ${size} bytes, and its index says ${statedSize ?? "nothing of it"}`;
  if (stated === undefined) return "its index states no SHA256 of it";
  if (stated !== sha256) return `has sha256 ${sha256}, and its index says ${stated}`;
  const called = keyText(keyOf(stanza));
  return called === keyText(key) ? null : `says that it is ${keyText(key)}, and its index that it is ${called}`;
}

/** Fields that only an index has, or that stand in a file of their own there. */
const indexOnly = new Set(
  "filename size md5sum sha1 sha256 sha512 phased-update-percentage description description-md5 tag task".split(" "),
);

/** By their names in the index, where both say something and not the same, or the index alone does. */
function overriddenFields(stanza: string, control: string): readonly string[] {
  const words = (value: string): string => value.replaceAll(/\s+/g, " ").trim();
  const own = new Map(rawFields(control).map(([name, value]) => [name.toLowerCase(), words(value)]));
  return rawFields(stanza)
    .filter(([name, value]) => !indexOnly.has(name.toLowerCase()) && own.get(name.toLowerCase()) !== words(value))
    .map(([name]) => name);
}

/** The one that is named, or all. Throws APT_SUITE_MISSING. */
export function chosenSuites(
  suites: readonly ForeignSuite[],
  name: string | undefined,
  root: string,
): readonly ForeignSuite[] {
  const named = suites.filter((suite) => name === undefined || suite.name === null || suite.name === name);
  if (named.length > 0) return named;
  throw new ReleaseError("APT_SUITE_MISSING", {
    what: `${root} has no suite ${name}.`,
    next: `It has ${suites.map((suite) => suite.name).join(", ")}: name one of them with --suite, or leave it out for all.`,
  });
}
