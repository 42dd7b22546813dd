/**
 * How an ELF file guards against abuse of its faults, and where it looks for libraries (gABI "Dynamic Section"; GNU
 * extensions PT_GNU_RELRO and PT_GNU_STACK). Invariant: read from what the loader reads, never from section headers.
 */
import { readDynamicEntries } from "./elf-dynamic.ts";
import { offsetOf, readElfLayout, segmentTypes } from "./elf-layout.ts";
import { textAt, type RandomAccess } from "./random-access.ts";

export interface ElfHardening {
  /** Loaded at the same address at every start: no position independent executable. */
  readonly fixedAddress: boolean;
  /** What the loader has filled in becomes read-only. */
  readonly relro: boolean;
  /** It fills them in all at once at the start (DF_1_NOW), so that they can become read-only. */
  readonly bindNow: boolean;
  /** Undefined where the file does not say; then the system makes the stack executable. */
  readonly stack: "executable" | "not executable" | undefined;
  readonly searchPaths: readonly { readonly kind: "RPATH" | "RUNPATH"; readonly path: string }[];
}

const relroSegment = 0x6474e552;
const stackSegment = 0x6474e551;
const executable = 1;
const tags = { stringTable: 5, rpath: 15, runpath: 29, flags1: 0x6ffffffb } as const;
const flagNow = 1;

/** Throws BINARY_FORMAT_WRONG, BINARY_DAMAGED. */
export async function readElfHardening(file: RandomAccess): Promise<ElfHardening> {
  const layout = await readElfLayout(file);
  const stack = layout.segments.find(({ type }) => type === stackSegment);
  const searchPaths: { kind: "RPATH" | "RUNPATH"; path: string }[] = [];
  const dynamic = layout.segments.find(({ type }) => type === segmentTypes.dynamic);
  const entries = dynamic === undefined ? [] : await readDynamicEntries(file, layout, dynamic.offset, dynamic.size);
  const strings = entries.find(({ tag }) => tag === tags.stringTable)?.value;
  for (const { tag, value } of entries) {
    if ((tag !== tags.rpath && tag !== tags.runpath) || strings === undefined) continue;
    const start = offsetOf(file, layout, strings, "the dynamic string table");
    const text = await textAt(file, start + value, "a search path");
    const kind = tag === tags.rpath ? "RPATH" : "RUNPATH";
    searchPaths.push(...text.split(":").map((path) => ({ kind, path }) as const));
  }
  return {
    fixedAddress: layout.type === 2,
    relro: layout.segments.some(({ type }) => type === relroSegment),
    bindNow: entries.some(({ tag, value }) => tag === tags.flags1 && (value & flagNow) !== 0),
    stack: stack === undefined ? undefined : (stack.flags & executable) === 0 ? "not executable" : "executable",
    searchPaths,
  };
}
