/**
 * A package's copyright file (copyright-format 1.0, known as DEP-5; Debian Policy 12.5), made of the licence files of
 * the source. Invariant: it is a valid stanza file, whatever the licence files hold.
 */
import { formatStanza, type Field } from "./debian-control.ts";
import { licenseField, licensesOf, type DebianLicense } from "./debian-license.ts";

export interface CopyrightSource {
  readonly name: string;
  /** Where the source is found, a web address. */
  readonly source?: string;
  /** `Name <mail@host>`: who to ask, and whose the copyright is where no licence file says it. */
  readonly contact: string;
  /** SPDX expression; absent where the project states none. */
  readonly license?: string;
  readonly texts: readonly LicenseText[];
  /** What the programs are built with, of other projects. */
  readonly dependencies?: readonly Dependency[];
  /** What of it the source holds. */
  readonly vendored?: readonly VendoredLicense[];
}

export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** As its own project states it. */
  readonly license?: string;
}

export interface VendoredLicense {
  /** In the source tree. */
  readonly folder: string;
  readonly texts: readonly LicenseText[];
}

interface LicenseText {
  /** File name: `LICENSE-MIT`. */
  readonly name: string;
  readonly text: string;
}

const format = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/";

export function formatCopyright(source: CopyrightSource): string {
  const texts = source.texts.map(({ name, text }) => ({ name, text: printable(text) }));
  const expression = source.license ?? recognised(texts);
  const header: Field[] = [
    ["Format", format],
    ["Upstream-Name", source.name],
    ["Upstream-Contact", source.contact],
    ...(source.source === undefined ? [] : ([["Source", source.source]] as const)),
    ...builtWith(source.dependencies ?? []),
  ];
  const vendored = (source.vendored ?? []).map((one) => vendoredStanza(one, source.contact));
  const copyright = holders(texts, source.contact);
  if (expression === undefined) return stanzas(header, [["Files", "*"], copyright, unstated(texts)], ...vendored);
  const files: Field[] = [["Files", "*"], copyright, ["License", licenseField(expression)]];
  const licenses = licensesOf(expression);
  return stanzas(
    header,
    files,
    ...vendored,
    ...licenses.map((license): Field[] => [["License", body(license, licenses, texts)]]),
  );
}

/** A formatted text: a paragraph, and a list whose lines are kept as they are. */
function builtWith(all: readonly Dependency[]): readonly Field[] {
  if (all.length === 0) return [];
  const lines = all.map(({ name, version, license }) =>
    printable(` ${name} ${version}${license === undefined ? "" : ` (${license})`}`).replaceAll("\n", " "),
  );
  return [["Comment", ["", "The source is built with these, each under its own license:", ...lines]]];
}

function vendoredStanza({ folder, texts }: VendoredLicense, contact: string): readonly Field[] {
  const clean = texts.map(({ name, text }) => ({ name, text: printable(text) }));
  const license = recognised(clean) ?? `of-${folder.split("/").at(-1) ?? ""}`.replace(/[^A-Za-z0-9.+-]/g, "-");
  const files = printable(folder).replace(/[\s*?\\]/g, "?");
  return [["Files", `${files}/*`], holders(clean, contact), ["License", [license, ...verbatim(clean)]]];
}

function stanzas(...all: readonly (readonly Field[])[]): string {
  return all.map(formatStanza).join("\n");
}

/** Years and names of the copyright lines, each once. Lines about the text of a licence itself do not count. */
function holders(texts: readonly LicenseText[], contact: string): Field {
  const lines = texts
    .flatMap(({ text }) => text.split("\n"))
    .map((line) => /^\W*copyright\s+(?:\(c\)|©)?\s*(.*[0-9]{4}.*)$/i.exec(line)?.[1]?.trim() ?? "")
    .filter((line) => line !== "" && !/Free Software Foundation|Creative Commons/.test(line));
  const found = [...new Set(lines)];
  return ["Copyright", found.length > 0 ? found : contact];
}

function body(license: DebianLicense, all: readonly DebianLicense[], texts: readonly LicenseText[]): readonly string[] {
  if (license.common !== undefined) return [license.name, ...common(license)];
  const own = textsFor(license, all, texts);
  if (own.length === 0) return [license.name, `The terms are those of ${address(license.spdx)}`];
  return [license.name, ...verbatim(own)];
}

/** Policy 12.5: the text is not repeated where every system has it. */
function common({ spdx, common: file }: DebianLicense): readonly string[] {
  const exception = spdx.split(" WITH ")[1];
  return [
    "On Debian systems, the full text of this license can be found in the file",
    `/usr/share/common-licenses/${file}.`,
    ...(exception === undefined ? [] : ["", `The exception is the one of ${address(exception)}`]),
  ];
}

function address(spdx: string): string {
  return `https://spdx.org/licenses/${spdx.split(" ")[0]?.replace(/\+$/, "")}.html`;
}

/** Of several files, the one whose name says the licence: LICENSE-MIT. A file that says no other's serves as well. */
function textsFor(
  license: DebianLicense,
  all: readonly DebianLicense[],
  texts: readonly LicenseText[],
): readonly LicenseText[] {
  const names = (file: LicenseText, { spdx }: DebianLicense): boolean =>
    file.name.toUpperCase().includes((spdx.split("-")[0] ?? spdx).toUpperCase());
  const named = texts.filter((text) => names(text, license));
  return named.length > 0 ? named : texts.filter((text) => !all.some((other) => names(text, other)));
}

function unstated(texts: readonly LicenseText[]): Field {
  const text = texts.length > 0 ? verbatim(texts) : ["The source states no license."];
  return ["License", ["unstated", ...text]];
}

/** Licences whose full text lintian refuses in a package, told by their titles. */
function recognised(texts: readonly LicenseText[]): string | undefined {
  const [only, ...others] = texts;
  if (only === undefined || others.length > 0) return undefined;
  const title = only.text.trimStart().slice(0, 200).replace(/\s+/g, " ");
  const [, license, version] =
    /^(Apache License|GNU GENERAL PUBLIC LICENSE|GNU LESSER GENERAL PUBLIC LICENSE) Version ([0-9.]+)/i.exec(title) ??
    [];
  if (license === undefined) return undefined;
  const family = license.startsWith("A") ? "Apache" : /lesser/i.test(license) ? "LGPL" : "GPL";
  return `${family}-${version?.replace(/\.$/, "").replace(/^([0-9])$/, "$1.0")}`;
}

function verbatim(texts: readonly LicenseText[]): readonly string[] {
  const lines = texts.flatMap(({ text }, index) => [...(index === 0 ? [] : [""]), ...text.trim().split("\n")]);
  return lines.map((line) => (line.startsWith(".") ? ` ${line}` : line));
}

/** GNU's licences hold form feeds, and files from Windows CR. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", "        ")
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufeff]/g, "");
}
