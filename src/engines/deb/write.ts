/**
 * Writes a .deb (deb(5)): debian-binary, control.tar, data.tar, both compressed in one way, in this order, and nothing
 * after them.
 *
 * ar states a member's size before the member, and control.tar holds the digests of what data.tar holds: the data has to
 * be gone through before the first byte can be written. What is long goes to a temporary file, because compressing twice
 * would double the time of the slowest part, and holding all of it would let memory grow with the package.
 *
 * Invariant: the same package and epoch give the same bytes; memory does not grow with the files.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeAr } from "../../formats/ar.ts";
import { type TarEntry, writeTar } from "../../formats/tar-gnu.ts";
import type { Bytes, Files } from "../../ports/files.ts";
import type { Processes } from "../../ports/processes.ts";
import { requireEpoch } from "../archive/epoch.ts";
import { compressMember } from "./compress.ts";
import { compressionSuffix, type DebCompression } from "./compression.ts";
import { type ControlData, formatControl } from "./control.ts";
import { type Conffile, formatConffile } from "./control-files.ts";
import { completeEntries, conffilesOf, type DataEntry, installedSize } from "./data-entries.ts";
import { requireScript } from "./maintainer-script.ts";
import { spool } from "./spool.ts";
import type { Scripts } from "./snippet.ts";
import { once } from "../../formats/once.ts";

export interface DebPackage {
  readonly control: ControlData;
  /** Folders above them need not be named. */
  readonly data: readonly DataEntry[];
  readonly scripts: Scripts;
  /** Beside everything under /etc. */
  readonly conffiles?: readonly Conffile[];
  /** Checked files of control.tar. */
  readonly triggers?: string;
  readonly debconf?: { readonly templates: string; readonly config?: Uint8Array };
}

export interface DebJob {
  readonly compression: DebCompression;
  readonly processes: Processes;
  /** Seconds since 1970: the time of every member. */
  readonly epoch: number;
  /** A folder for the temporary file; it is gone when the stream has ended, well or not. */
  readonly scratch: string;
  readonly files: Files;
}

/** The file's bytes. Throws PACKAGE_PATH_*, PACKAGE_SCRIPT_*, PACKAGE_TOO_LARGE, PACKAGE_EPOCH_INVALID, DEB_FIELD_INVALID, ARTIFACT_CHANGED, TOOL_MISSING. */
export async function* writeDeb(made: DebPackage, job: DebJob): Bytes {
  const { epoch, scratch, files, compression } = job;
  requireEpoch(epoch);
  const entries = completeEntries(made.data);
  const conffiles = conffilesOf(entries, made.conffiles ?? []);
  const unsummed = new Set(conffiles.map(({ path }) => path));
  for (const [name, content] of Object.entries(made.scripts)) requireScript(name, content);
  const dataFile = join(scratch, `${made.control.name}_${made.control.architecture}.data.tar`);
  const compressed = (bytes: Bytes): Bytes =>
    compressMember(bytes, compression, { processes: job.processes, folder: scratch });
  const suffix = compressionSuffix[compression];
  // xz runs in it.
  await files.makeFolder(scratch);
  const sums: string[] = [];
  const tar = writeTar(
    entries.map((entry) => {
      // dpkg keeps its own sums of conffiles, which are meant to change.
      return tarEntry(entry, (sum) => (unsummed.has(entry.path) ? 0 : sums.push(sum)));
    }),
    epoch,
  );
  const data = await spool(compressed(tar), dataFile, files);
  try {
    const control = await collect(compressed(writeTar(controlMembers(made, { entries, conffiles, sums }), epoch)));
    yield* writeAr(
      [
        member("debian-binary", new TextEncoder().encode("2.0\n")),
        member(`control.tar${suffix}`, control),
        { name: `data.tar${suffix}`, size: data.size, content: data.content },
      ],
      epoch,
    );
  } finally {
    await data.remove();
  }
}

/** `onSum` gets the file's line of md5sums(5) once the content has passed. */
function tarEntry(entry: DataEntry, onSum: (line: string) => void): TarEntry {
  const path = `.${entry.path === "/" ? "" : entry.path}`;
  switch (entry.kind) {
    case "folder":
      return { kind: "folder", path, mode: 0o755 };
    case "symlink":
      return { kind: "symlink", path, target: entry.target };
    case "file": {
      const content = summed(entry.content, (md5) => {
        onSum(`${md5}  ${entry.path.slice(1)}\n`);
      });
      return { kind: "file", path, mode: entry.executable ? 0o755 : 0o644, size: entry.size, content };
    }
  }
}

async function* summed(content: Bytes, onEnd: (md5: string) => void): Bytes {
  const hash = createHash("md5");
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  onEnd(hash.digest("hex"));
}

interface Contents {
  readonly entries: readonly DataEntry[];
  readonly conffiles: readonly Conffile[];
  readonly sums: readonly string[];
}

function controlMembers(made: DebPackage, { entries, conffiles, sums }: Contents): readonly TarEntry[] {
  const { preinst, postinst, prerm, postrm } = made.scripts;
  const members: readonly (readonly [name: string, content: Uint8Array | string | undefined, mode: number])[] = [
    ["conffiles", conffiles.length === 0 ? undefined : conffiles.map(formatConffile).join(""), 0o644],
    ["config", made.debconf?.config, 0o755],
    ["control", formatControl(made.control, installedSize(entries)), 0o644],
    ["md5sums", sums.join(""), 0o644],
    ["postinst", postinst, 0o755],
    ["postrm", postrm, 0o755],
    ["preinst", preinst, 0o755],
    ["prerm", prerm, 0o755],
    ["templates", made.debconf?.templates, 0o644],
    ["triggers", made.triggers, 0o644],
  ];
  const files = members.flatMap(([name, content, mode]): TarEntry[] => {
    if (content === undefined) return [];
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return [{ kind: "file", path: `./${name}`, mode, size: bytes.length, content: once(bytes) }];
  });
  return [{ kind: "folder", path: ".", mode: 0o755 }, ...files];
}

function member(name: string, content: Uint8Array): { name: string; size: number; content: Bytes } {
  return { name, size: content.length, content: once(content) };
}

async function collect(bytes: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
