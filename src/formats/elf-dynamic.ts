/**
 * What an ELF file needs when it is loaded: libraries, and the versions of their symbols (gABI "Dynamic Section"; LSB
 * Core "Symbol Versioning"). Read as the loader does, from the dynamic segment; section headers serve only to count
 * symbols. Invariant: chains are followed forwards only and for a bounded number of links.
 */
import { offsetOf, sectionTypes, segmentTypes, type ElfLayout } from "./elf-layout.ts";
import { damaged, recordAt, textAt, type RandomAccess } from "./random-access.ts";

export interface ElfDynamic {
  /** DT_NEEDED in order. */
  readonly needed: readonly string[];
  readonly soname?: string;
  /** DF_1_PIE: a program, though its type is that of a shared library. */
  readonly pie: boolean;
  readonly versions: readonly NeededVersion[];
}

/** One version of one library (`.gnu.version_r`): the loader refuses the program when the library lacks it. */
export interface NeededVersion {
  readonly library: string;
  readonly version: string;
  /** VER_FLG_WEAK: the loader goes on without it. */
  readonly weak: boolean;
  /** Imported symbols that carry it, sorted; empty for markers such as GLIBC_ABI_DT_RELR. */
  readonly symbols: readonly string[];
}

const tags = {
  null: 0,
  needed: 1,
  hash: 4,
  stringTable: 5,
  symbolTable: 6,
  soname: 14,
  flags1: 0x6ffffffb,
  versionSymbols: 0x6ffffff0,
  versionNeeds: 0x6ffffffe,
} as const;
const flagPie = 0x08000000;
const weakVersion = 0x2;
const mostEntries = 65_536;
const mostLibraries = 4096;
/** Version indexes have 15 bits. */
const mostVersions = 32_768;
const mostSymbols = 4_194_304;
/** Names are for messages; a file that imports more is served by the first ones. */
const namesKept = 10_000;

export async function readDynamic(file: RandomAccess, layout: ElfLayout): Promise<ElfDynamic | undefined> {
  const segment = layout.segments.find(({ type }) => type === segmentTypes.dynamic);
  if (segment === undefined) return undefined;
  const entries = await readDynamicEntries(file, layout, segment.offset, segment.size);
  const one = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.value;
  const all = entries.filter(({ tag }) => tag === tags.needed);
  if (all.length > mostLibraries) throw damaged(file, `it claims to need ${all.length} libraries`);

  const stringsAddress = one(tags.stringTable);
  const text = async (offset: number, what: string): Promise<string> => {
    if (stringsAddress === undefined) throw damaged(file, `${what} has no string table`);
    return textAt(file, offsetOf(file, layout, stringsAddress, "the dynamic string table") + offset, what);
  };
  const needed: string[] = [];
  for (const { value } of all) needed.push(await text(value, "the name of a needed library"));
  const soname = one(tags.soname);
  return {
    needed,
    ...(soname === undefined ? {} : { soname: await text(soname, "the library's own name") }),
    pie: ((one(tags.flags1) ?? 0) & flagPie) !== 0,
    versions: await readVersions(file, layout, one, text),
  };
}

interface Entry {
  readonly tag: number;
  readonly value: number;
}

/** Up to the first DT_NULL. */
export async function readDynamicEntries(
  file: RandomAccess,
  layout: ElfLayout,
  at: number,
  size: number,
): Promise<readonly Entry[]> {
  const entrySize = layout.bits === 64 ? 16 : 8;
  const entries: Entry[] = [];
  for (let offset = at; offset + entrySize <= at + size; offset += entrySize) {
    const fields = await recordAt(file, offset, entrySize, layout.littleEndian, "the dynamic section");
    const [tag, value] =
      layout.bits === 64 ? [fields.u64(0), fields.u64(8)] : ([fields.u32(0), fields.u32(4)] as const);
    if (tag === tags.null) break;
    if (entries.length >= mostEntries) throw damaged(file, `its dynamic section has more than ${mostEntries} entries`);
    entries.push({ tag, value });
  }
  return entries;
}

type Text = (offset: number, what: string) => Promise<string>;
type One = (tag: number) => number | undefined;

interface Version {
  readonly library: string;
  readonly version: string;
  readonly weak: boolean;
  readonly symbols: string[];
}

async function readVersions(
  file: RandomAccess,
  layout: ElfLayout,
  one: One,
  text: Text,
): Promise<readonly NeededVersion[]> {
  const address = one(tags.versionNeeds);
  if (address === undefined) return [];
  const byIndex = new Map<number, Version>();
  const versions: Version[] = [];
  let at = offsetOf(file, layout, address, "the table of needed versions");
  for (let libraries = 1; ; libraries++) {
    if (libraries > mostLibraries) throw damaged(file, `it claims versions of more than ${mostLibraries} libraries`);
    const need = await recordAt(file, at, 16, layout.littleEndian, "the table of needed versions");
    if (need.u16(0) !== 1) throw damaged(file, `its table of needed versions is of the unknown form ${need.u16(0)}`);
    const library = await text(need.u32(4), "the library of a needed version");
    let auxiliary = at + need.u32(8);
    for (;;) {
      const entry = await recordAt(file, auxiliary, 16, layout.littleEndian, "a needed version");
      const version: Version = {
        library,
        version: await text(entry.u32(8), "the name of a needed version"),
        weak: (entry.u16(4) & weakVersion) !== 0,
        symbols: [],
      };
      versions.push(version);
      byIndex.set(entry.u16(6) & 0x7fff, version);
      if (versions.length > mostVersions) throw damaged(file, `it claims to need more than ${mostVersions} versions`);
      if (entry.u32(12) === 0) break;
      auxiliary += entry.u32(12);
    }
    if (need.u32(12) === 0) break;
    at += need.u32(12);
  }
  await nameSymbols(file, layout, one, text, byIndex);
  return versions.map((version) => ({ ...version, symbols: version.symbols.sort() }));
}

const symbolsAtOnce = 2048;

/** A symbol's version index stands at its place in DT_VERSYM; one that names a needed version is imported. */
async function nameSymbols(
  file: RandomAccess,
  layout: ElfLayout,
  one: One,
  text: Text,
  byIndex: ReadonlyMap<number, Version>,
): Promise<void> {
  const [symbolsAddress, versionsAddress] = [one(tags.symbolTable), one(tags.versionSymbols)];
  if (symbolsAddress === undefined || versionsAddress === undefined) return;
  const count = await countSymbols(file, layout, symbolsAddress, one(tags.hash));
  if (count > mostSymbols) throw damaged(file, `it claims to have ${count} dynamic symbols`);
  const symbolsAt = offsetOf(file, layout, symbolsAddress, "the dynamic symbol table");
  const versionsAt = offsetOf(file, layout, versionsAddress, "the table of symbol versions");
  const size = layout.bits === 64 ? 24 : 16;
  let names = 0;
  for (let start = 0; start < count; start += symbolsAtOnce) {
    const n = Math.min(symbolsAtOnce, count - start);
    const read = (at: number, length: number, what: string) => recordAt(file, at, length, layout.littleEndian, what);
    const symbols = await read(symbolsAt + start * size, n * size, "the dynamic symbol table");
    const indexes = await read(versionsAt + start * 2, n * 2, "the table of symbol versions");
    for (let index = 0; index < n; index++) {
      const version = byIndex.get(indexes.u16(index * 2) & 0x7fff);
      if (version === undefined || names >= namesKept) continue;
      version.symbols.push(await text(symbols.u32(index * size), "the name of a dynamic symbol"));
      names++;
    }
  }
}

/** The dynamic segment does not say how many symbols there are: the section does, and so does the older hash table. */
async function countSymbols(
  file: RandomAccess,
  layout: ElfLayout,
  symbolsAddress: number,
  hashAddress: number | undefined,
): Promise<number> {
  const section = layout.sections.find(
    ({ type, address }) => type === sectionTypes.dynamicSymbols && address === symbolsAddress,
  );
  if (section !== undefined) return Math.floor(section.size / (layout.bits === 64 ? 24 : 16));
  if (hashAddress === undefined) return 0;
  const at = offsetOf(file, layout, hashAddress, "the symbol hash table");
  return (await recordAt(file, at, 8, layout.littleEndian, "the symbol hash table")).u32(4);
}
