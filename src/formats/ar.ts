/**
 * The ar container of .deb files (deb(5), "FORMAT"): the common header of 60 bytes, names of at most 15 characters
 * without a trailing slash, no long names, owner root.
 * Invariant: every member has exactly the size that its header states.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { exactSize } from "./exact-size.ts";

export interface ArMember {
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const magic = "!<arch>\n";
const largest = 9_999_999_999;
const pad = new TextEncoder().encode("\n");

/** Writes the members in the order given, each dated `seconds` since 1970. Throws PACKAGE_TOO_LARGE, ARTIFACT_CHANGED. */
export async function* writeAr(members: readonly ArMember[], seconds: number): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(magic);
  for (const member of members) {
    yield arHeader(member.name, member.size, seconds);
    yield* exactSize(member.content, member.size, member.name);
    if (member.size % 2 === 1) yield pad;
  }
}

/** Name 16, time 12, owner 6, group 6, mode 8 (octal), size 10: ASCII, padded with spaces, ended by "`\n". */
export function arHeader(name: string, size: number, seconds: number): Uint8Array {
  if (!/^[\x21-\x2e\x30-\x7e]{1,15}$/.test(name)) {
    throw new ReleaseError("DEB_MALFORMED", {
      what: `${JSON.stringify(name)} cannot be the name of an ar member.`,
      next: "Use at most 15 printable ASCII characters without space or slash.",
    });
  }
  if (size > largest) {
    throw new ReleaseError("PACKAGE_TOO_LARGE", {
      what: `${name} has ${size} bytes; a .deb holds at most ${largest} in one member.`,
      next: "Ship less in the package, for example large data as a download of its own.",
    });
  }
  const fields = [
    name.padEnd(16),
    String(seconds).padEnd(12),
    "0".padEnd(6),
    "0".padEnd(6),
    "100644".padEnd(8),
    String(size).padEnd(10),
  ];
  return new TextEncoder().encode(`${fields.join("")}\`\n`);
}
