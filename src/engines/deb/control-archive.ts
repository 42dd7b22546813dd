/**
 * What control.tar of a .deb holds (deb-control(5), deb-conffiles(5), deb-triggers(5)). Invariant: regular files only,
 * each once and without a folder, together within a limit; so one reader sees what another sees.
 */
import { quoted } from "../../domain/quoted.ts";
import { malformed, stricter } from "../../formats/deb-refusal.ts";
import type { RandomAccess } from "../../formats/random-access.ts";
import { readTar } from "../../formats/tar-reader.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { DebMember } from "./members.ts";
import { unpackWhole } from "./unpack.ts";
import { once } from "../../formats/once.ts";

export interface ControlFile {
  /** Without a folder: `control`, `postinst`. */
  readonly name: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Packed or unpacked. The largest control.tar of Debian 12 has 11 MiB unpacked, mostly md5sums. */
const largestControl = 16 * 1024 * 1024;
/** dpkg's MAXCONTROLFILENAME. */
const longestName = 100;

/** In the archive's order. Throws DEB_MALFORMED, DEB_AMBIGUOUS, DEB_TOO_LARGE, DEB_COMPRESSION_DAMAGED. */
export async function readControlArchive(
  file: RandomAccess,
  member: DebMember,
  decompressor: Decompressor,
): Promise<readonly ControlFile[]> {
  const what = `${member.name} of ${file.name}`;
  const files = new Map<string, ControlFile>();
  if (member.size > largestControl) throw stricter("control-size", `${what} has ${member.size} bytes.`);
  const bytes = once(await unpackWhole(file, member, decompressor, largestControl, what));
  // GNU tar, by which dpkg reads control.tar, takes some of what dpkg itself refuses in data.tar.
  for await (const entry of readTar(bytes, what, (fault) => stricter("control-dialect", fault))) {
    if (entry.kind === "folder" && entry.path === "") continue;
    if (entry.kind !== "file") throw stricter("control-entry", `${what} holds ${quoted(entry.path)}, a ${entry.kind}.`);
    if (entry.path.includes("/")) throw stricter("control-entry", `${what} holds ${quoted(entry.path)} in a folder.`);
    if (files.has(entry.path)) throw stricter("control-entry", `${what} holds ${quoted(entry.path)} twice.`);
    if (entry.path.length > longestName) throw malformed(`${what} holds the long name ${quoted(entry.path)}.`);
    files.set(entry.path, { name: entry.path, mode: entry.mode, content: await collect(entry.content) });
  }
  return [...files.values()];
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
