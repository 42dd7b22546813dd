/**
 * Where things are in an ELF file: header, segments, sections (System V gABI, chapters "ELF Header", "Section Header
 * Table", "Program Header"). Invariant: every range that is handed out lies within the file.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { damaged, recordAt, textAt, type Fields, type RandomAccess } from "./random-access.ts";

export interface ElfLayout {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** EI_OSABI. */
  readonly osAbi: number;
  /** e_type: 1 relocatable, 2 executable, 3 shared or position independent, 4 core. */
  readonly type: number;
  /** e_machine. */
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

interface Segment {
  readonly type: number;
  /** p_flags: 1 executable, 2 writable, 4 readable. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

export const segmentTypes = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
export const sectionTypes = { symbols: 2, noBits: 8, dynamicSymbols: 11 } as const;

const extendedNumbering = 0xffff;
/** Linux starts no program whose segment table is larger (fs/binfmt_elf.c, load_elf_phdrs). */
const largestSegmentTable = 65_536;
const mostSections = 65_536;

export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

export async function readElfLayout(file: RandomAccess): Promise<ElfLayout> {
  if (!isElf(await file.at(0, 4))) {
    throw new ReleaseError("BINARY_FORMAT_WRONG", {
      what: `${file.name} is not an ELF file.`,
      next: "Look what the build writes to its place, and name the program itself in the configuration.",
    });
  }
  const identity = await recordAt(file, 0, 16, true, "the ELF identification");
  const [bitsCode, orderCode] = [identity.u8(4), identity.u8(5)];
  if (bitsCode < 1 || bitsCode > 2 || orderCode < 1 || orderCode > 2) {
    throw damaged(file, "the ELF identification names no known class and byte order");
  }
  const bits = bitsCode === 2 ? 64 : 32;
  const littleEndian = orderCode === 1;
  const header = await recordAt(file, 0, bits === 64 ? 64 : 52, littleEndian, "the ELF header");
  const table = tables(header, bits);
  const first = await firstSection(file, table, bits, littleEndian);
  const segments = await readSegments(file, table, bits, littleEndian, first);
  const sections = await readSections(file, table, bits, littleEndian, first);
  return {
    bits,
    littleEndian,
    osAbi: identity.u8(7),
    type: header.u16(16),
    machine: header.u16(18),
    segments,
    sections,
  };
}

/** Offset in the file of what is loaded at an address (DT_STRTAB and its like hold addresses). */
export function offsetOf(file: RandomAccess, layout: ElfLayout, address: number, what: string): number {
  const segment = layout.segments.find(
    ({ type, address: start, size }) => type === segmentTypes.load && address >= start && address < start + size,
  );
  if (segment === undefined) throw damaged(file, `${what} is at address ${address}, which no segment loads`);
  return segment.offset + (address - segment.address);
}

interface Tables {
  readonly segmentsAt: number;
  readonly segmentSize: number;
  readonly segmentCount: number;
  readonly sectionsAt: number;
  readonly sectionSize: number;
  readonly sectionCount: number;
  readonly namesIndex: number;
}

function tables(header: Fields, bits: 32 | 64): Tables {
  const counts = bits === 64 ? 54 : 42;
  return {
    segmentsAt: bits === 64 ? header.u64(32) : header.u32(28),
    sectionsAt: bits === 64 ? header.u64(40) : header.u32(32),
    segmentSize: header.u16(counts),
    segmentCount: header.u16(counts + 2),
    sectionSize: header.u16(counts + 4),
    sectionCount: header.u16(counts + 6),
    namesIndex: header.u16(counts + 8),
  };
}

interface RawSection extends Omit<Section, "name"> {
  readonly nameOffset: number;
  readonly link: number;
  readonly info: number;
}

/** Section 0 is no section: it holds the counts that are too large for the header. */
async function firstSection(
  file: RandomAccess,
  table: Tables,
  bits: 32 | 64,
  littleEndian: boolean,
): Promise<RawSection | undefined> {
  if (table.sectionsAt === 0) return undefined;
  if (table.sectionSize !== (bits === 64 ? 64 : 40)) {
    throw damaged(file, `its section headers have ${table.sectionSize} bytes each`);
  }
  return rawSection(await recordAt(file, table.sectionsAt, table.sectionSize, littleEndian, "the section table"), bits);
}

async function readSegments(
  file: RandomAccess,
  table: Tables,
  bits: 32 | 64,
  littleEndian: boolean,
  first: RawSection | undefined,
): Promise<readonly Segment[]> {
  const count = table.segmentCount === extendedNumbering ? (first?.info ?? 0) : table.segmentCount;
  const size = bits === 64 ? 56 : 32;
  if (count === 0) return [];
  if (table.segmentSize !== size) throw damaged(file, `its segment headers have ${table.segmentSize} bytes each`);
  if (count * size > largestSegmentTable) throw damaged(file, `it claims to have ${count} segments`);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const fields = await recordAt(file, table.segmentsAt + index * size, size, littleEndian, `segment header ${index}`);
    const segment: Segment =
      bits === 64
        ? {
            type: fields.u32(0),
            flags: fields.u32(4),
            offset: fields.u64(8),
            address: fields.u64(16),
            size: fields.u64(32),
          }
        : {
            type: fields.u32(0),
            flags: fields.u32(24),
            offset: fields.u32(4),
            address: fields.u32(8),
            size: fields.u32(16),
          };
    if (segment.offset + segment.size > file.size && segment.size > 0) {
      throw damaged(
        file,
        `segment ${index} should end at byte ${segment.offset + segment.size}, and the file ends at ${file.size}`,
      );
    }
    segments.push(segment);
  }
  return segments;
}

async function readSections(
  file: RandomAccess,
  table: Tables,
  bits: 32 | 64,
  littleEndian: boolean,
  first: RawSection | undefined,
): Promise<readonly Section[]> {
  if (first === undefined) return [];
  const count = table.sectionCount === 0 ? first.size : table.sectionCount;
  if (count > mostSections) throw damaged(file, `it claims to have ${count} sections`);
  const headers: RawSection[] = [];
  for (let index = 0; index < count; index++) {
    const at = table.sectionsAt + index * table.sectionSize;
    headers.push(
      rawSection(await recordAt(file, at, table.sectionSize, littleEndian, `section header ${index}`), bits),
    );
  }
  const names = headers[table.namesIndex === extendedNumbering ? first.link : table.namesIndex];
  const sections: Section[] = [];
  for (const [index, { nameOffset, type, offset, address, size }] of headers.entries()) {
    if (index > 0 && type !== sectionTypes.noBits && size > 0 && offset + size > file.size) {
      throw damaged(file, `section ${index} should end at byte ${offset + size}, and the file ends at ${file.size}`);
    }
    const name =
      names === undefined ? "" : await textAt(file, names.offset + nameOffset, `the name of section ${index}`);
    sections.push({ name, type, offset, address, size });
  }
  return sections;
}

function rawSection(fields: Fields, bits: 32 | 64): RawSection {
  const [nameOffset, type] = [fields.u32(0), fields.u32(4)];
  return bits === 64
    ? {
        nameOffset,
        type,
        address: fields.u64(16),
        offset: fields.u64(24),
        size: fields.u64(32),
        link: fields.u32(40),
        info: fields.u32(44),
      }
    : {
        nameOffset,
        type,
        address: fields.u32(12),
        offset: fields.u32(16),
        size: fields.u32(20),
        link: fields.u32(24),
        info: fields.u32(28),
      };
}
