/**
 * Reads a .deb of unknown origin (deb(5)): nothing is unpacked to the disk, memory does not grow with the file, and what
 * dpkg 1.21 refuses is refused, with the exceptions to the stricter side that formats/deb-refusal.ts names.
 */
import type { ArPlace } from "../../formats/ar-reader.ts";
import { type BinaryControl, parseBinaryControl } from "../../formats/binary-control.ts";
import { malformed, tooLarge } from "../../formats/deb-refusal.ts";
import type { RandomAccess } from "../../formats/random-access.ts";
import { type ReadEntry, readTar } from "../../formats/tar-reader.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import { type ControlFile, readControlArchive } from "./control-archive.ts";
import { type Conffile, parseConffiles, parseMd5sums, parseTriggers, type Trigger } from "./control-lists.ts";
import { type DebMember, findControl, findMembers } from "./members.ts";
import { unpackStream } from "./unpack.ts";

/** What an index needs of a package. */
export interface DebControl extends BinaryControl {
  /** The control file as it stands. */
  readonly bytes: Uint8Array;
  /** All files of control.tar, the control file too, in the archive's order. */
  readonly files: readonly ControlFile[];
}

export interface ReadDeb extends DebControl {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** 2.0 */
  readonly format: string;
  readonly controlMember: DebMember;
  readonly dataMember: DebMember;
  /** Members that dpkg passes over: signatures. */
  readonly otherMembers: readonly ArPlace[];
  /** preinst, postinst, prerm, postrm, config: those that are there. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  readonly conffiles: readonly Conffile[];
  readonly triggers: readonly Trigger[];
  /** Path → MD5, as the package states them. */
  readonly md5sums: ReadonlyMap<string, string>;
  /** data.tar, unpacked on the way; may be asked for again. */
  entries(): AsyncIterable<ReadEntry>;
}

const scriptNames = ["preinst", "postinst", "prerm", "postrm", "config"];
/** The largest packages of Debian have some 250 000. */
const mostEntries = 1_000_000;
/** deflate reaches 1032, xz and zstd far more, on zeros; packages of real files stay below 100. */
const largestRatio = 200;
/** Below this, a ratio harms nobody: a sparse disk image of a small package. */
const harmlessSize = 1024 ** 3;

/** Reads no byte behind control.tar. Throws DEB_MALFORMED, DEB_AMBIGUOUS, DEB_TOO_LARGE, DEB_COMPRESSION_DAMAGED. */
export async function readControl(file: RandomAccess, decompressor: Decompressor): Promise<DebControl> {
  return controlOf(file, (await findControl(file)).control, decompressor);
}

/** Throws as readControl does; faults of data.tar come with its entries. */
export async function readDeb(file: RandomAccess, decompressor: Decompressor): Promise<ReadDeb> {
  const { version: format, control: controlMember, data: dataMember, others } = await findMembers(file);
  const control = await controlOf(file, controlMember, decompressor);
  const content = (name: string): Uint8Array =>
    control.files.find((found) => found.name === name)?.content ?? new Uint8Array(0);
  const where = (name: string): string => `${name} of ${file.name}`;
  return {
    ...control,
    size: file.size,
    format,
    controlMember,
    dataMember,
    otherMembers: others,
    scripts: new Map(
      control.files
        .filter(({ name }) => scriptNames.includes(name))
        .map((script) => [script.name, script.content] as const),
    ),
    conffiles: parseConffiles(content("conffiles"), where("conffiles")),
    triggers: parseTriggers(content("triggers"), where("triggers")),
    md5sums: parseMd5sums(content("md5sums")),
    entries: () => dataEntries(file, dataMember, decompressor),
  };
}

async function controlOf(file: RandomAccess, member: DebMember, decompressor: Decompressor): Promise<DebControl> {
  const files = await readControlArchive(file, member, decompressor);
  const found = files.find(({ name }) => name === "control");
  if (found === undefined) throw malformed(`${member.name} of ${file.name} holds no control file.`);
  return { ...parseBinaryControl(found.content, `control of ${file.name}`), bytes: found.content, files };
}

async function* dataEntries(
  file: RandomAccess,
  member: DebMember,
  decompressor: Decompressor,
): AsyncGenerator<ReadEntry, void> {
  const what = `${member.name} of ${file.name}`;
  let entries = 0;
  for await (const entry of readTar(limited(unpackStream(file, member, decompressor, what), member.size, what), what)) {
    entries++;
    if (entries > mostEntries) throw tooLarge(`${what} has more than ${mostEntries} entries.`);
    yield entry;
  }
}

async function* limited(bytes: AsyncIterable<Uint8Array>, packed: number, what: string): AsyncIterable<Uint8Array> {
  const limit = Math.max(harmlessSize, largestRatio * packed);
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit) throw tooLarge(`${what}, of ${packed} bytes, unpacks to more than ${limit}.`);
    yield chunk;
  }
}
