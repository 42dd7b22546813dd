/**
 * The lists in control.tar: conffiles (deb-conffiles(5)), triggers (deb-triggers(5)), md5sums (deb-md5sums(5)).
 * Invariant: what dpkg 1.21 refuses when it unpacks the package is refused here.
 */
import { quoted } from "../../domain/quoted.ts";
import { malformed } from "../../formats/deb-refusal.ts";
import { shownBytes } from "../../formats/tar-header.ts";

export interface Conffile {
  /** Absolute. */
  readonly path: string;
  readonly removeOnUpgrade: boolean;
}

export interface Trigger {
  readonly directive: string;
  readonly name: string;
}

/** A buffer of 1000 bytes with a newline, a NUL and one more. */
const longestConffileLine = 996;
/** dpkg's MAXTRIGDIRECTIVE. */
const longestTriggerLine = 254;
const directives = ["interest", "interest-await", "interest-noawait", "activate", "activate-await", "activate-noawait"];

/** Throws DEB_MALFORMED. */
export function parseConffiles(content: Uint8Array, where: string): readonly Conffile[] {
  return linesOf(content, where).flatMap((line): Conffile[] => {
    if (line.length > longestConffileLine) throw malformed(`${where} has a line of ${line.length} characters.`);
    const text = line.replace(/[\t\v\f\r ]+$/, "");
    if (text === "") return [];
    if (text.startsWith("/")) return [{ path: shown(text), removeOnUpgrade: false }];
    const [, flag, path] = /^([^ ]*) (\/.*)$/s.exec(text) ?? [];
    if (flag === "remove-on-upgrade" && path !== undefined) return [{ path: shown(path), removeOnUpgrade: true }];
    throw malformed(`${where} has the line ${quoted(text)}, which is no absolute path.`);
  });
}

/** Throws DEB_MALFORMED. */
export function parseTriggers(content: Uint8Array, where: string): readonly Trigger[] {
  return linesOf(content, where).flatMap((line): Trigger[] => {
    if (line.length > longestTriggerLine) throw malformed(`${where} has a line of ${line.length} characters.`);
    const text = line.replace(/^[\t\n ]+|[\t\n ]+$/g, "");
    if (text === "" || text.startsWith("#")) return [];
    const [, directive = "", name = ""] = /^([^\t ]+)[\t ]+([\x21-\x7e]+)$/.exec(text) ?? [];
    if (directives.includes(directive)) return [{ directive, name }];
    throw malformed(`${where} has the line ${quoted(text)}, which is no directive of deb-triggers(5).`);
  });
}

/** Path without a slash before it → digest. Lines of another form, which dpkg does not look at, are left out. */
export function parseMd5sums(content: Uint8Array): ReadonlyMap<string, string> {
  // Line by line: a name that is no UTF-8 must not change how the others are read.
  const lines = Buffer.from(content).toString("latin1").split("\n");
  return new Map(
    lines.flatMap((bytes) => {
      const line = shownBytes(Buffer.from(bytes, "latin1"));
      const [, digest, path] = /^([0-9a-f]{32}) [ *](.+)$/s.exec(line) ?? [];
      return digest === undefined || path === undefined ? [] : [[path, digest] as const];
    }),
  );
}

/** A character for each byte, as dpkg counts and judges them. */
function linesOf(content: Uint8Array, where: string): readonly string[] {
  const text = Buffer.from(content).toString("latin1");
  if (text === "") return [];
  if (text.includes("\0")) throw malformed(`${where} holds a NUL.`);
  if (!text.endsWith("\n")) throw malformed(`${where} does not end in a newline.`);
  return text.slice(0, -1).split("\n");
}

function shown(bytes: string): string {
  return shownBytes(Buffer.from(bytes, "latin1"));
}
