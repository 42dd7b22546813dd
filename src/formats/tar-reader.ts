/**
 * Reading a tar as dpkg 1.21 does: v7, ustar with prefix, GNU's records of type L and K for long names, numbers in base
 * 256; everything else (pax, sparse, volumes, Solaris) is refused (GNU tar manual, "Basic Tar Format").
 * Invariant: bounded memory, whatever the archive claims; a path never climbs out by `..`.
 */
import { quoted } from "../domain/quoted.ts";
import { byteReader, type ByteReader } from "./byte-reader.ts";
import { malformed, stricter } from "./deb-refusal.ts";
import { parseTarHeader, type Refuse, shownBytes, tarBlock, type TarHeader } from "./tar-header.ts";

export type ReadKind = "file" | "folder" | "symlink" | "hardlink" | "character device" | "block device" | "fifo";

export interface ReadEntry {
  readonly kind: ReadKind;
  /** As the archive has it, up to its first NUL. */
  readonly name: Uint8Array;
  /** From the root on, without a slash before or behind, `.` and empty parts left out; empty for the root itself. */
  readonly path: string;
  /** Of a symbolic link as it stands, of a hard link as a path. */
  readonly target?: string;
  /** Permission bits including setuid, setgid and sticky. */
  readonly mode: number;
  /** 0 for all but files. */
  readonly size: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  /** Of devices. */
  readonly device?: { readonly major: number; readonly minor: number };
  /** Of files; to be read before the next entry is asked for, which skips what is left. */
  readonly content: AsyncIterable<Uint8Array>;
}

const kinds: Readonly<Record<string, ReadKind>> = {
  "0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character device",
  "4": "block device",
  "5": "folder",
  "6": "fifo",
};

const unsupported: Readonly<Record<string, string>> = {
  x: "a pax header",
  g: "a global pax header",
  S: "GNU's sparse file",
  V: "GNU's volume label",
  M: "GNU's continued file",
  D: "GNU's folder dump",
  X: "Solaris' extended header",
  A: "Solaris' access list",
};

/** PATH_MAX of Linux: a path and its NUL. */
const longestPath = 4096;

/**
 * Reads the input to its end, also what stands behind the archive's: damage to be found by a checksum is there.
 * `where` is what messages call the archive. Throws DEB_MALFORMED, DEB_AMBIGUOUS.
 */
export async function* readTar(
  input: AsyncIterable<Uint8Array>,
  where: string,
  refuse: Refuse = malformed,
): AsyncGenerator<ReadEntry, void> {
  const reader = byteReader(input);
  try {
    let long: LongNames = {};
    for (let first = true; ; first = false) {
      const header = await nextHeader(reader, where, refuse, first);
      if (header === undefined) {
        if (long.name !== undefined || long.link !== undefined) {
          throw stricter("tar-end", `${where} ends behind the record of a long name.`);
        }
        await passTail(reader, where);
        return;
      }
      if (header.type === "L") long = { ...long, name: await longText(reader, header, where, refuse) };
      else if (header.type === "K") long = { ...long, link: await longText(reader, header, where, refuse) };
      else {
        const named = { ...header, name: long.name ?? header.name, link: long.link ?? header.link };
        long = {};
        yield* entryOf(reader, named, where, refuse);
      }
    }
  } finally {
    await reader.close();
  }
}

interface LongNames {
  readonly name?: Uint8Array;
  readonly link?: Uint8Array;
}

async function nextHeader(
  reader: ByteReader,
  where: string,
  refuse: Refuse,
  first: boolean,
): Promise<TarHeader | undefined> {
  const block = await reader.take(tarBlock);
  if (block.length === 0 && first) throw malformed(`${where} is empty, which is no tar.`);
  if (block.length === 0) return undefined;
  if (block.length < tarBlock) throw refuse(`${where} ends within a tar header.`);
  return parseTarHeader(block, where, refuse);
}

/** tar fills its last record, of 10 KiB unless it is told otherwise, and a pipe holds 64 KiB. */
const longestTail = 64 * 1024;
const zeros = Buffer.alloc(longestTail);

async function passTail(reader: ByteReader, where: string): Promise<void> {
  let length = 0;
  for await (const part of reader.pass(Infinity)) {
    length += part.length;
    if (length > longestTail || !zeros.subarray(0, part.length).equals(part)) {
      throw stricter("tar-tail", `${where} goes on behind the end of its tar.`);
    }
  }
}

async function longText(
  reader: ByteReader,
  { size, name }: TarHeader,
  where: string,
  refuse: Refuse,
): Promise<Uint8Array> {
  if (name.length === 0) throw refuse(`${where} has a tar header without a name.`);
  if (size > longestPath) {
    throw stricter("path-length", `${where} has a name of ${size} bytes; the longest path has ${longestPath - 1}.`);
  }
  if (size === 0) throw stricter("empty-name", `${where} has the record of a long name of no bytes.`);
  const padded = size + paddingOf(size);
  const content = await reader.take(padded);
  if (content.length < padded) throw stricter("tar-end", `${where} ends within the record of a long name.`);
  const end = content.indexOf(0);
  return new Uint8Array(content.subarray(0, Math.min(end < 0 ? size : end, size)));
}

async function* entryOf(
  reader: ByteReader,
  header: TarHeader,
  where: string,
  refuse: Refuse,
): AsyncGenerator<ReadEntry, void> {
  const { name, size, mode, mtime, uid, gid, user, group, major, minor } = header;
  const kind = kindOf(header, where, refuse);
  const path = pathOf(name, where, refuse);
  if (path === "" && kind !== "folder") throw malformed(`${where} holds its root as a ${kind}.`);
  if (kind !== "file" && size > 0) {
    throw stricter("tar-size", `${where} gives ${quoted(path)}, a ${kind}, a size of ${size} bytes.`);
  }
  const target = targetOf(kind, header.link, where, refuse);
  let left = size;
  const content = async function* (): AsyncIterable<Uint8Array> {
    for await (const part of reader.pass(left)) {
      left -= part.length;
      yield part;
    }
    if (left > 0) throw malformed(`${where} ends within ${quoted(path)}: ${left} of ${size} bytes are missing.`);
  };
  yield {
    kind,
    name,
    path,
    mode,
    size,
    mtime,
    uid,
    gid,
    user,
    group,
    ...(target === undefined ? {} : { target }),
    ...(kind.endsWith("device") ? { device: { major, minor } } : {}),
    content: content(),
  };
  for await (const part of reader.pass(left)) left -= part.length;
  if (left > 0) throw malformed(`${where} ends within ${quoted(path)}: ${left} of ${size} bytes are missing.`);
  // dpkg skips the padding of a file; an archive may end where it should begin or within it only by damage.
  const padding = paddingOf(size);
  if ((await reader.take(padding)).length < padding) throw malformed(`${where} ends within the padding of a file.`);
}

function kindOf({ type, name }: TarHeader, where: string, refuse: Refuse): ReadKind {
  if (name.length === 0) throw refuse(`${where} has a tar header without a name.`);
  const kind = kinds[type];
  if (kind === undefined) {
    const known = unsupported[type] ?? `a record of the unknown type ${quoted(type)}`;
    throw refuse(`${where} holds ${known}, for ${quoted(shownBytes(name))}, which dpkg does not read.`);
  }
  // Before ustar, a folder was a file whose name ends in a slash.
  return kind === "file" && name.at(-1) === 0x2f ? "folder" : kind;
}

function pathOf(name: Uint8Array, where: string, refuse: Refuse): string {
  if (name.includes(0x0a)) throw refuse(`${where} holds a name with a line break: ${quoted(shownBytes(name))}.`);
  if (name.length >= longestPath) {
    throw stricter(
      "path-length",
      `${where} has a name of ${name.length} bytes; the longest path has ${longestPath - 1}.`,
    );
  }
  const parts = shownBytes(name).split("/");
  if (parts.includes("..")) {
    throw stricter("path-outside", `${where} holds ${quoted(shownBytes(name))}, which climbs by "..".`);
  }
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}

function targetOf(kind: ReadKind, link: Uint8Array, where: string, refuse: Refuse): string | undefined {
  if (kind === "hardlink") return pathOf(link, where, refuse);
  return kind === "symlink" ? shownBytes(link) : undefined;
}

function paddingOf(size: number): number {
  return (tarBlock - (size % tarBlock)) % tarBlock;
}
