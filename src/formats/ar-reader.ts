/**
 * Reading the ar container of a .deb (deb(5), "FORMAT") as dpkg 1.21 does: name and size of a header count, date, owner
 * and mode do not. Invariant: no member reaches beyond the end of the file.
 */
import { quoted } from "../domain/quoted.ts";
import { malformed } from "./deb-refusal.ts";
import type { RandomAccess } from "./random-access.ts";

/** Where a member's content lies in the file. */
export interface ArPlace {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export const arMagic = "!<arch>\n";
const headerLength = 60;

/** The member whose header is at `offset`; undefined at the end of the file. Throws DEB_MALFORMED. */
export async function arMemberAt(file: RandomAccess, offset: number): Promise<ArPlace | undefined> {
  if (offset >= file.size) return undefined;
  const header = text(await file.at(offset, headerLength));
  if (header.length < headerLength) {
    throw malformed(`${file.name} ends at byte ${file.size}, within the header of the member at ${offset}.`);
  }
  if (header.slice(58) !== "`\n") {
    throw malformed(`${file.name} has ${quoted(header.slice(58))} where the header at byte ${offset} should end.`);
  }
  const [name = ""] = header.slice(0, 16).replace(/ +$/, "").replace(/\/$/, "").split("\0");
  const [, digits] = /^ *([0-9]*)(?: .*)?$/s.exec(header.slice(48, 58)) ?? [];
  if (digits === undefined) {
    throw malformed(`The member ${quoted(name)} of ${file.name} has the size ${quoted(header.slice(48, 58))}.`);
  }
  return { name, offset: offset + headerLength, size: Number(digits) };
}

/** Where the header behind a member is: members begin at even offsets. */
export function afterMember({ offset, size }: ArPlace): number {
  return offset + size + (size % 2);
}

/** Throws DEB_MALFORMED where the file ends within the member. */
export function requireWhole(file: RandomAccess, { name, offset, size }: ArPlace): void {
  if (offset + size <= file.size) return;
  throw malformed(
    `${file.name} ends at byte ${file.size}; its member ${quoted(name)} should have ${size} bytes from ${offset} on.`,
  );
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
