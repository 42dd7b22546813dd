/**
 * The .zip (PKWARE APPNOTE 6.3.10), written by archiver entry by entry. It is what Windows unpacks, so what Windows
 * cannot hold is refused. DOS times know no zone: UTC is written, on every machine alike, in steps of two seconds from
 * 1980 to 2043.
 * Invariant: the same entries and epoch give the same bytes; nothing is held but the chunks that pass.
 */
import { Readable } from "node:stream";
import type { ZipArchive } from "archiver";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { exactSize } from "../../formats/exact-size.ts";
import type { Bytes } from "../../ports/files.ts";
import { compression } from "./compression.ts";
import type { ArchiveEntry } from "./entry.ts";
import { requireEpoch } from "./epoch.ts";

/** 4 GiB end the fields of 32 bits; ZIP64, which many unpackers lack, is not written. Headers need some room too. */
const largest = 4_000_000_000;
const firstTime = 315_532_800;
const lastTime = 2_335_219_198;

/** Writes the entries in their order, dated `epoch` (seconds since 1970). Throws ARTIFACT_CHANGED. */
export async function* writeZip(entries: readonly ArchiveEntry[], epoch: number): Bytes {
  requireEpoch(epoch);
  requireZippable(entries);
  const { ZipArchive } = await import("archiver");
  const archive = new ZipArchive({ zlib: { level: compression } });
  const feed = new Feed(archive, new Date(Math.min(Math.max(epoch, firstTime), lastTime) * 1000));
  try {
    const fed = feed.all(entries);
    // Whoever reads below meets the failure; without a handler here it would count as unhandled before.
    fed.catch((error: unknown) => archive.destroy(error as Error));
    for await (const chunk of archive) yield chunk as Uint8Array;
    await fed;
  } finally {
    feed.stop();
  }
}

/** Throws PACKAGE_PATH_INVALID, PACKAGE_TOO_LARGE for what a zip cannot bring to its users. */
export function requireZippable(entries: readonly ArchiveEntry[]): void {
  for (const { path } of entries) {
    if (!isWindowsPath(path)) {
      throw new ReleaseError("PACKAGE_PATH_INVALID", {
        what: `Windows cannot hold a file called ${quoted(path)}.`,
        next: "Rename the file, or choose tar.gz instead of zip in ggen-release.yaml.",
      });
    }
  }
  const size = entries.reduce((total, entry) => total + (entry.kind === "file" ? entry.size : 0), 0);
  if (size <= largest) return;
  throw new ReleaseError("PACKAGE_TOO_LARGE", {
    what: `The files have ${size} bytes together; a zip holds ${largest}.`,
    next: "Choose tar.gz instead of zip in ggen-release.yaml.",
  });
}

/** Naming Files, Paths, and Namespaces (Win32): reserved characters, device names, no dot or space at the end. */
function isWindowsPath(path: string): boolean {
  return !/[\\:*?"<>|\u0000-\u001f]|[. ](?:\/|$)|(?:^|\/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|$)/i.test(path);
}

/** Hands archiver one entry after the other, so that never more than one input is open. */
class Feed {
  readonly #archive: ZipArchive;
  readonly #date: Date;
  #source: Readable | undefined;

  constructor(archive: ZipArchive, date: Date) {
    this.#archive = archive;
    this.#date = date;
  }

  async all(entries: readonly ArchiveEntry[]): Promise<void> {
    for (const entry of entries) await this.#one(entry);
    await this.#archive.finalize();
  }

  #one(entry: ArchiveEntry): Promise<void> {
    const isFile = entry.kind === "file";
    const source = isFile ? Readable.from(exactSize(entry.open(), entry.size, entry.path)) : Buffer.alloc(0);
    return new Promise((resolve, reject) => {
      if (source instanceof Readable) {
        // archiver pipes the source on and does not listen to its failures.
        source.once("error", reject);
        this.#source = source;
      }
      this.#archive.once("entry", () => resolve());
      this.#archive.append(source, {
        name: entry.path,
        type: isFile ? "file" : "directory",
        date: this.#date,
        mode: !isFile || entry.executable ? 0o755 : 0o644,
      });
    });
  }

  /** Closes the input that is open when the reader goes away early. */
  stop(): void {
    this.#source?.destroy();
  }
}
