/**
 * The control file of a binary package (deb-control(5)), read as dpkg 1.21 reads it: one stanza, fields that it knows
 * checked by its rules, all others taken as they are.
 * Invariant: a file that dpkg refuses is refused here.
 */
import { quoted } from "../domain/quoted.ts";
import { malformed, stricter, type StricterRuleName } from "./deb-refusal.ts";
import type { Stanza } from "./debian-control.ts";
import { relationFault, relationFields } from "./debian-relation.ts";
import { debianVersionFault } from "./debian-version.ts";

export interface BinaryControl {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  /** In the file's order. */
  readonly stanza: Stanza;
  /** Name and value of each field as they stand: lines joined by newlines, continuation lines with their first space. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

// dpkg's idea of white space, in its locale C.
const white = "\\t\\n\\v\\f\\r ";
const fieldLine = new RegExp(`^([^${white}:]+)[\\t\\v\\f\\r ]*:([^]*)$`);
const blank = new RegExp(`^[${white}]*$`);
const start = new RegExp(`^[${white}]+`);
const end = new RegExp(`[${white}]+$`);
const continuation = new RegExp(`^[${white}]`);

/** `where` is what messages call the file. Throws DEB_MALFORMED, DEB_AMBIGUOUS. */
export function parseBinaryControl(bytes: Uint8Array, where: string): BinaryControl {
  const { text, encoding } = decoded(bytes);
  const fields = fieldsOf(text, where);
  const values = new Map<string, string>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (values.has(key)) throw malformed(`${where} has the field ${quoted(name)} twice.`);
    if (Buffer.byteLength(name, encoding) < 2)
      throw malformed(`${where} has a field ${quoted(name)}; a name has two bytes or more.`);
    values.set(key, value);
    checkField(name, key, value, where);
  }
  const required = (name: string): string => {
    const value = values.get(name.toLowerCase());
    if (value !== undefined && value !== "") return value;
    throw malformed(`${where} has ${value === undefined ? "no" : "an empty"} field ${name}.`);
  };
  const found = { package: required("Package"), version: required("Version") };
  const architecture = values.get("architecture") ?? "";
  const same = /^same/i.test(values.get("multi-arch") ?? "");
  if (same && (architecture === "" || architecture === "all")) {
    throw malformed(`${where} has Multi-Arch: same with Architecture: ${architecture}, which cannot be.`);
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(architecture)) {
    throw stricter("architecture", `${where} has ${quoted(architecture)} for its architecture.`);
  }
  return { ...found, architecture, stanza: fields.map(([name, value]) => [name, linesOf(value)]), fields };
}

/** UTF-8; a file that is none, as some old ones, byte by byte. */
function decoded(bytes: Uint8Array): { readonly text: string; readonly encoding: "utf8" | "latin1" } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString("utf8");
  const isText = !text.includes("\ufffd") || Buffer.from(text).equals(buffer);
  return isText ? { text, encoding: "utf8" } : { text: buffer.toString("latin1"), encoding: "latin1" };
}

function fieldsOf(text: string, where: string): readonly (readonly [string, string])[] {
  const control = /[\0\x1a]/.exec(text)?.[0];
  if (control !== undefined) throw stricter("control-bytes", `${where} holds the byte ${quoted(control)}.`);
  const lines = text.replace(/^\n+/, "").split("\n");
  if (lines.length < 2) throw malformed(`${where} is empty or has no line that ends in a newline.`);
  if (lines.pop() !== "") throw stricter("final-newline", `The last line of ${where} does not end in a newline.`);
  const fields: [string, string][] = [];
  for (const [index, line] of lines.entries()) {
    const fail = (fault: string): never => {
      throw malformed(`Line ${quoted(line)} of ${where} ${fault}.`);
    };
    if (line === "") {
      if (lines.slice(index).some((rest) => rest !== "")) throw malformed(`${where} has more than one stanza.`);
      break;
    }
    if (continuation.test(line)) {
      const last = fields.at(-1) ?? fail("continues a field, and none stands before it");
      if (blank.test(line)) fail("is blank within a field");
      last[1] += `\n${line}`;
      continue;
    }
    const [, name = "", value = ""] = fieldLine.exec(line) ?? fail("is neither `Name: value` nor a continuation line");
    if (name.startsWith("-")) fail("names a field that begins with a hyphen");
    // dpkg misses the end of the value there, and takes the file for cut short.
    if (index === lines.length - 1 && blank.test(value)) fail("ends the file without a value");
    fields.push([name, value.replace(start, "")]);
  }
  return fields.map(([name, value]) => [name, value.replace(end, "")]);
}

function linesOf(value: string): readonly string[] {
  const [first = "", ...rest] = value.split("\n");
  return [
    first.replace(end, ""),
    ...rest.map((line) => line.slice(1).replace(end, "")).map((line) => (line === "." ? "" : line)),
  ];
}

const keywords: Readonly<Record<string, readonly string[]>> = {
  essential: ["yes", "no"],
  protected: ["yes", "no"],
  "multi-arch": ["no", "same", "allowed", "foreign"],
};
const priorities = ["required", "important", "standard", "optional", "extra", "unknown"];
const notInPackages = ["status", "config-version", "triggers-pending", "triggers-awaited"];
const stricterFields: ReadonlyMap<string, StricterRuleName> = new Map([
  ...["conffiles", "filename", "size", "md5sum", "sha1", "sha256", "sha512", "msdos-filename"].map(
    (name) => [name, "status-field"] as const,
  ),
  ...["recommended", "optional", "class", "revision", "package-revision", "package_revision"].map(
    (name) => [name, "obsolete-field"] as const,
  ),
]);

function checkField(name: string, key: string, value: string, where: string): void {
  const fail = (fault: string): never => {
    throw malformed(`The field ${name} of ${where} ${fault}.`);
  };
  if (notInPackages.includes(key)) fail("belongs to dpkg's database and has no place in a package");
  const rule = stricterFields.get(key);
  if (rule !== undefined) throw stricter(rule, `${where} has the field ${name}.`);
  if (key === "package") checkName(value, where);
  else if (key === "version") checkVersion(value, where);
  else if (relationFields.has(key)) {
    const fault = relationFault(key, value, (version) => versionFault(version, where));
    if (fault !== undefined) fail(`is wrong: ${fault}`);
  } else if (key === "priority") {
    if (priorities.some((word) => hasJunk(value, word))) fail(`is ${quoted(value)}`);
  } else if (keywords[key] !== undefined && value !== "") {
    const word = keywords[key].find((known) => value.toLowerCase().startsWith(known));
    if (word === undefined || hasJunk(value, word)) fail(`is ${quoted(value)}, not one of ${keywords[key].join(", ")}`);
  }
}

/** dpkg looks for a known word at the beginning, and then for the end. */
function hasJunk(value: string, word: string): boolean {
  return value.toLowerCase().startsWith(word) && !blank.test(value.slice(word.length));
}

function checkName(name: string, where: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(name)) throw malformed(`${where} names the package ${quoted(name)}.`);
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name))
    throw stricter("package-name", `${where} names the package ${quoted(name)}.`);
}

function checkVersion(version: string, where: string): void {
  const fault = versionFault(version, where);
  if (fault !== undefined) throw malformed(`${where} has the version ${quoted(version)}: ${fault}.`);
}

function versionFault(version: string, where: string): string | undefined {
  if (/^\+[0-9]+:/.test(version)) throw stricter("version-sign", `${where} has the version ${quoted(version)}.`);
  return debianVersionFault(version);
}
