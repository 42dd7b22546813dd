/**
 * A Mach-O file, thin or universal (Apple's <mach-o/loader.h> and <mach-o/fat.h>), as far as a release must know it.
 * Invariant: every slice lies within the file and is of the machine that the universal header says.
 */
import { damaged, recordAt, textAt, type Fields, type RandomAccess } from "./random-access.ts";

export interface MachO {
  /** One for a thin file, one per machine for a universal one. */
  readonly slices: readonly MachOSlice[];
}

interface MachOSlice {
  readonly cpuType: number;
  readonly kind: "program" | "library" | "object" | "unknown";
  /** 1 is macOS; absent where the file does not say. */
  readonly platform?: number;
  /** Install names of the libraries that it loads. */
  readonly libraries: readonly string[];
  /** Holds a code signature, without which macOS on ARM kills it. */
  readonly signed: boolean;
}

const kinds: Readonly<Record<number, MachOSlice["kind"]>> = { 1: "object", 2: "program", 6: "library", 8: "library" };
const fat32 = 0xcafebabe;
const fat64 = 0xcafebabf;
/** A Java class file begins alike; its version (45 and up) stands where the number of slices does. */
const mostSlices = 30;
const mostCommands = 16_384;

/** Load commands: libraries in all their forms, the platform in both forms, the signature. */
const loadsLibrary = new Set([0xc, 0x20, 0x80000018, 0x8000001f, 0x80000023]);
const buildVersion = 0x32;
const minimumVersions: ReadonlyMap<number, number> = new Map([
  [0x24, 1],
  [0x25, 2],
  [0x2f, 3],
  [0x30, 4],
]);
const codeSignature = 0x1d;
/** Where segment commands say which bytes of the slice they load. */
const segmentFields: ReadonlyMap<number, SegmentFields> = new Map([
  [0x1, { offsetAt: 32, sizeAt: 36, wide: false }],
  [0x19, { offsetAt: 40, sizeAt: 48, wide: true }],
]);

interface SegmentFields {
  readonly offsetAt: number;
  readonly sizeAt: number;
  readonly wide: boolean;
}

export function isMachO(start: Uint8Array): boolean {
  if (start.length < 8) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const magic = view.getUint32(0);
  if (magic === fat32 || magic === fat64) return view.getUint32(4) <= mostSlices;
  return byteOrder(magic) !== undefined;
}

export async function readMachO(file: RandomAccess): Promise<MachO> {
  const header = await recordAt(file, 0, 8, false, "the Mach-O header");
  const magic = header.u32(0);
  if (magic !== fat32 && magic !== fat64) return { slices: [await readSlice(file, 0, file.size)] };
  const count = header.u32(4);
  if (count === 0 || count > mostSlices) throw damaged(file, `it claims to have ${count} slices`);
  const size = magic === fat64 ? 32 : 20;
  const slices: MachOSlice[] = [];
  for (let index = 0; index < count; index++) {
    const entry = await recordAt(file, 8 + index * size, size, false, "the table of slices");
    const [offset, length] = magic === fat64 ? [entry.u64(8), entry.u64(16)] : ([entry.u32(8), entry.u32(12)] as const);
    if (offset + length > file.size) throw damaged(file, `slice ${index} reaches beyond its end at ${file.size}`);
    const slice = await readSlice(file, offset, length);
    if (slice.cpuType !== entry.u32(0))
      throw damaged(file, `slice ${index} is for another machine than its header says`);
    slices.push(slice);
  }
  return { slices };
}

interface Order {
  readonly littleEndian: boolean;
  readonly headerSize: number;
}

/** The magic number as it reads most significant byte first tells byte order and word size. */
function byteOrder(magic: number): Order | undefined {
  if (magic === 0xcffaedfe) return { littleEndian: true, headerSize: 32 };
  if (magic === 0xcefaedfe) return { littleEndian: true, headerSize: 28 };
  if (magic === 0xfeedfacf) return { littleEndian: false, headerSize: 32 };
  if (magic === 0xfeedface) return { littleEndian: false, headerSize: 28 };
  return undefined;
}

async function readSlice(file: RandomAccess, start: number, size: number): Promise<MachOSlice> {
  const order = byteOrder((await recordAt(file, start, 4, false, "the Mach-O header")).u32(0));
  if (order === undefined) throw damaged(file, `no Mach-O header is at byte ${start}`);
  const { littleEndian, headerSize } = order;
  const header = await recordAt(file, start, headerSize, littleEndian, "the Mach-O header");
  const [count, commandsSize] = [header.u32(16), header.u32(20)];
  if (count > mostCommands) throw damaged(file, `it claims to have ${count} load commands`);
  if (headerSize + commandsSize > size) throw damaged(file, "its load commands reach beyond its end");

  const libraries: string[] = [];
  let platform: number | undefined;
  let signed = false;
  let at = start + headerSize;
  const end = at + commandsSize;
  for (let index = 0; index < count; index++) {
    const command = await commandAt(file, at, end, littleEndian, index);
    const kind = command.u32(0);
    if (loadsLibrary.has(kind)) libraries.push(await libraryName(file, at, command, littleEndian));
    if (kind === buildVersion) {
      platform = (await recordAt(file, at + 8, 4, littleEndian, "the platform")).u32(0);
    }
    platform ??= minimumVersions.get(kind);
    signed ||= kind === codeSignature;
    const segment = segmentFields.get(kind);
    if (segment !== undefined) await requireSegment(file, at, segment, start, size, littleEndian);
    at += command.u32(4);
  }
  return {
    cpuType: header.u32(4),
    kind: kinds[header.u32(12)] ?? "unknown",
    ...(platform === undefined ? {} : { platform }),
    libraries,
    signed,
  };
}

async function commandAt(
  file: RandomAccess,
  at: number,
  end: number,
  littleEndian: boolean,
  index: number,
): Promise<Fields> {
  if (at + 8 > end) throw damaged(file, `load command ${index} is outside its table`);
  const command = await recordAt(file, at, 8, littleEndian, `load command ${index}`);
  if (command.u32(4) < 8 || at + command.u32(4) > end) {
    throw damaged(file, `load command ${index} has ${command.u32(4)} bytes`);
  }
  return command;
}

async function requireSegment(
  file: RandomAccess,
  at: number,
  { offsetAt, sizeAt, wide }: SegmentFields,
  start: number,
  size: number,
  littleEndian: boolean,
): Promise<void> {
  const fields = await recordAt(file, at, sizeAt + 8, littleEndian, "a segment");
  const end = wide ? fields.u64(offsetAt) + fields.u64(sizeAt) : fields.u32(offsetAt) + fields.u32(sizeAt);
  if (end > size)
    throw damaged(file, `a segment should end at byte ${start + end}, and its slice ends at ${start + size}`);
}

async function libraryName(file: RandomAccess, at: number, command: Fields, littleEndian: boolean): Promise<string> {
  const offset = (await recordAt(file, at + 8, 4, littleEndian, "the name of a library")).u32(0);
  if (offset >= command.u32(4)) throw damaged(file, "the name of a library is outside its load command");
  return textAt(file, at + offset, "the name of a library");
}
