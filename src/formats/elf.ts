/**
 * An ELF file (System V gABI, https://gabi.xinuos.com) as far as a release must know it: what machine and system it is
 * for, how it is loaded and what it needs. Invariant: a file that cannot be read so is BINARY_DAMAGED, never a guess.
 */
import { readDynamic, type ElfDynamic } from "./elf-dynamic.ts";
import { readElfLayout, sectionTypes, segmentTypes, type ElfLayout } from "./elf-layout.ts";
import { damaged, recordAt, textAt, type RandomAccess } from "./random-access.ts";

export interface Elf {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** e_machine. */
  readonly machine: number;
  /** EI_OSABI. */
  readonly osAbi: number;
  readonly kind: ElfKind;
  /** The loader that the kernel starts in the program's place (PT_INTERP). */
  readonly interpreter?: string;
  /** What the file's notes say of its system: `Linux`, `FreeBSD`, `Android` … */
  readonly systemNote?: string;
  /** Absent where nothing is linked when the program starts and it is not position independent. */
  readonly dynamic?: ElfDynamic;
  /** No loader and no library: the program runs on the kernel alone. */
  readonly static: boolean;
  /** Without `.symtab`. */
  readonly stripped: boolean;
  /** With DWARF sections. */
  readonly debug: boolean;
}

type ElfKind = "program" | "library" | "object" | "core" | "unknown";

export async function readElf(file: RandomAccess): Promise<Elf> {
  const layout = await readElfLayout(file);
  const interpreter = await readInterpreter(file, layout);
  const dynamic = await readDynamic(file, layout);
  const systemNote = await readSystemNote(file, layout);
  return {
    bits: layout.bits,
    littleEndian: layout.littleEndian,
    machine: layout.machine,
    osAbi: layout.osAbi,
    kind: kindOf(layout, interpreter, dynamic),
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(systemNote === undefined ? {} : { systemNote }),
    ...(dynamic === undefined ? {} : { dynamic }),
    static: interpreter === undefined && (dynamic === undefined || dynamic.needed.length === 0),
    stripped: !layout.sections.some(({ type }) => type === sectionTypes.symbols),
    debug: layout.sections.some(({ name }) => /^\.z?debug_/.test(name)),
  };
}

/** Type 3 is a library or a position independent program; a program names a loader, or is flagged, or is all alone. */
function kindOf(layout: ElfLayout, interpreter: string | undefined, dynamic: ElfDynamic | undefined): ElfKind {
  if (layout.type === 1) return "object";
  if (layout.type === 2) return "program";
  if (layout.type === 4) return "core";
  if (layout.type !== 3) return "unknown";
  const alone = dynamic !== undefined && dynamic.needed.length === 0 && dynamic.soname === undefined;
  return interpreter !== undefined || dynamic?.pie === true || alone ? "program" : "library";
}

async function readInterpreter(file: RandomAccess, layout: ElfLayout): Promise<string | undefined> {
  const segment = layout.segments.find(({ type }) => type === segmentTypes.interpreter);
  return segment === undefined ? undefined : textAt(file, segment.offset, "the name of its loader");
}

const noteOwners = ["FreeBSD", "NetBSD", "OpenBSD", "DragonFly", "Android"];
/** NT_GNU_ABI_TAG (LSB Core, "Note section"). */
const gnuSystems = ["Linux", "Hurd", "Solaris", "FreeBSD", "NetBSD"];
const mostNotes = 4096;

/** Notes are hints that no loader depends on: one that reaches out of its segment ends the search. */
async function readSystemNote(file: RandomAccess, layout: ElfLayout): Promise<string | undefined> {
  let notes = 0;
  for (const segment of layout.segments.filter(({ type }) => type === segmentTypes.note)) {
    const end = segment.offset + segment.size;
    for (let at = segment.offset; at + 12 <= end;) {
      if (++notes > mostNotes) throw damaged(file, `it has more than ${mostNotes} notes`);
      const fields = await recordAt(file, at, 12, layout.littleEndian, "a note");
      const [nameSize, contentSize, type] = [fields.u32(0), fields.u32(4), fields.u32(8)];
      const contentAt = at + 12 + aligned(nameSize);
      if (contentAt + contentSize > end) break;
      if (type === 1 && nameSize <= 16) {
        const owner = Buffer.from(await file.at(at + 12, nameSize))
          .toString("latin1")
          .replace(/\0+$/, "");
        if (noteOwners.includes(owner)) return owner;
        if (owner === "GNU" && contentSize >= 4) {
          return gnuSystems[(await recordAt(file, contentAt, 4, layout.littleEndian, "a note")).u32(0)];
        }
      }
      at = contentAt + aligned(contentSize);
    }
  }
  return undefined;
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}
