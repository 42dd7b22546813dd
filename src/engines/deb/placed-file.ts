/** A file of the disk and where it is to be installed, looked at before it is packed: its mode, and how it begins. */
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

/** Whether its beginning says ELF. Throws PACKAGE_SCRIPT_CRLF. */
export async function isElf({ at, path, executable }: PlacedFile, files: Files): Promise<boolean> {
  const head = await files.readAt(path, 0, 256);
  if (executable) requireUnixScript(at, head);
  return new TextDecoder("latin1").decode(head.subarray(0, elfMagic.length)) === elfMagic;
}
