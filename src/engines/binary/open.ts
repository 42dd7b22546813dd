/** A binary of a build, opened to be read here and there. Invariant: it is a regular file, or this throws. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { paged, type RandomAccess } from "../../formats/random-access.ts";
import type { Files, FileStatus } from "../../ports/files.ts";

export interface NamedFile {
  /** What messages call it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface OpenBinary {
  readonly bytes: RandomAccess;
  readonly status: FileStatus;
}

/** Throws BUILD_OUTPUT_MISSING, and BINARY_FORMAT_WRONG for a folder, a symbolic link or a device. */
export async function openBinary(binary: NamedFile, files: Files): Promise<OpenBinary> {
  const status = await files.status(binary.path);
  if (status === null) {
    throw new ReleaseError("BUILD_OUTPUT_MISSING", {
      what: `${binary.name} is not at ${binary.path}.`,
      next: "Look where the build writes its program, and name that file in the configuration.",
    });
  }
  if (status.kind !== "file") {
    const kind = { folder: "a folder", symlink: "a symbolic link", special: "a device, pipe or socket" }[status.kind];
    throw new ReleaseError("BINARY_FORMAT_WRONG", {
      what: `${binary.path}, which should be the program ${binary.name}, is ${kind}.`,
      next: "Let the build write the program itself to that place, or name another file in the configuration.",
    });
  }
  const read = (offset: number, length: number): Promise<Uint8Array> => files.readAt(binary.path, offset, length);
  return { bytes: paged(binary.name, status.size, read), status };
}
