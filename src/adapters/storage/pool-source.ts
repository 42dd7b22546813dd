/** The bytes of a file of this machine on their way into a tree. Invariant: of other bytes than were read before, not all are given. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Bytes } from "../../ports/files.ts";
import type { NewPoolFile } from "../../ports/storage.ts";
import { translated } from "../file-failure.ts";

/** The file's bytes; the last ones only when the digest of all is known to be right. Failures: ARTIFACT_CHANGED. */
export async function* onlyThese({ from, size, sha256 }: Omit<NewPoolFile, "path">): Bytes {
  const hash = createHash("sha256");
  let held: Uint8Array | null = null;
  let length = 0;
  for await (const part of bytesOf(from)) {
    length += part.length;
    if (length > size) break;
    hash.update(part);
    if (held !== null) yield held;
    held = part;
  }
  if (length !== size) throw changed(from, `has ${length > size ? "more" : "fewer"} than the ${size} bytes`);
  demandDigest(from, hash.digest("hex"), sha256);
  if (held !== null) yield held;
}

/** Failures: FILE_MISSING, PERMISSION, IO. */
export async function* bytesOf(from: string): Bytes {
  try {
    for await (const part of createReadStream(from, { highWaterMark: 256 * 1024 })) yield part as Uint8Array;
  } catch (error) {
    throw translated(error, "read", from);
  }
}

export function demandDigest(from: string, seen: string, sha256: string): void {
  if (seen !== sha256) throw changed(from, `has sha256 ${seen} now; ${sha256} is that of what`);
}

function changed(from: string, how: string): ReleaseError {
  return new ReleaseError("ARTIFACT_CHANGED", {
    what: `${from} ${how} was read before.`,
    next: "Find what writes to it, then run the same command again.",
  });
}
