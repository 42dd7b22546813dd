/** A file of the disk and where it is to be installed, looked at before it is packed: its mode, and how it begins. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Files } from "../../ports/files.ts";
import { requireUnixScript } from "./maintainer-script.ts";

export interface PlacedFile {
  /** Absolute path at which it is installed. */
  readonly at: string;
  /** Where it is now. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
}

const elfMagic = "\u007fELF";

/** Throws PACKAGE_MODE_UNSAFE. World-writable bits are not refused: they are the umask's, and never get into a package. */
export function requireSafeMode(path: string, mode: number): void {
  if ((mode & 0o6000) === 0) return;
  throw new ReleaseError("PACKAGE_MODE_UNSAFE", {
    what: `${quoted(path)} has mode ${mode.toString(8)}: it would run as its owner or group.`,
    next: "Take the bit away (chmod ug-s), and let the administrator set it where it is needed.",
  });
}

/** Whether its beginning says ELF. Throws PACKAGE_SCRIPT_CRLF. */
export async function isElf({ at, path, executable }: PlacedFile, files: Files): Promise<boolean> {
  const head = await files.readAt(path, 0, 256);
  if (executable) requireUnixScript(at, head);
  return new TextDecoder("latin1").decode(head.subarray(0, elfMagic.length)) === elfMagic;
}
