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
  /** The linker's digest of the content (NT_GNU_BUILD_ID), in hexadecimal: by it debuggers find debug information. */
  readonly buildId?: string;
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
  const notes = await readNotes(file, layout);
  return {
    bits: layout.bits,
    littleEndian: layout.littleEndian,
    machine: layout.machine,
    osAbi: layout.osAbi,
    kind: kindOf(layout, interpreter, dynamic),
    ...(interpreter === undefined ? {} : { interpreter }),
    ...notes,
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

const buildIdType = 3;
const longestBuildId = 64;

/** Notes are hints that no loader depends on: one that reaches out of its segment ends the search in it. */
async function readNotes(file: RandomAccess, layout: ElfLayout): Promise<Pick<Elf, "systemNote" | "buildId">> {
  const found: { systemNote?: string; buildId?: string } = {};
  let notes = 0;
  for (const segment of layout.segments.filter(({ type }) => type === segmentTypes.note)) {
    const end = segment.offset + segment.size;
    for (let at = segment.offset; at + 12 <= end;) {
      if (++notes > mostNotes) throw damaged(file, `it has more than ${mostNotes} notes`);
      const fields = await recordAt(file, at, 12, layout.littleEndian, "a note");
      const [nameSize, size, type] = [fields.u32(0), fields.u32(4), fields.u32(8)];
      const contentAt = at + 12 + aligned(nameSize);
      if (contentAt + size > end) break;
      const owner = nameSize > 16 ? "" : latin1(await file.at(at + 12, nameSize)).replace(/\0+$/, "");
      if (type === 1 && found.systemNote === undefined) {
        if (noteOwners.includes(owner)) found.systemNote = owner;
        else if (owner === "GNU" && size >= 4) {
          const code = (await recordAt(file, contentAt, 4, layout.littleEndian, "a note")).u32(0);
          const system = gnuSystems[code];
          if (system !== undefined) found.systemNote = system;
        }
      }
      if (type === buildIdType && owner === "GNU" && size >= 2 && size <= longestBuildId) {
        found.buildId ??= Buffer.from(await file.at(contentAt, size)).toString("hex");
      }
      at = contentAt + aligned(size);
    }
  }
  return found;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}
