/**
 * SPDX licence expressions (SPDX 2.3, annex D) in the words of Debian's copyright files (copyright-format 1.0,
 * section 7), and which of them every Debian system holds the text of (Debian Policy 12.5).
 */

export interface DebianLicense {
  /** SPDX identifier, `WITH` and its exception included. */
  readonly spdx: string;
  /** Short name in a copyright file. */
  readonly name: string;
  /** File under /usr/share/common-licenses, where there is one. */
  readonly common?: string;
}

/** Short names that differ from SPDX's, apart from the GNU family. */
const names: Readonly<Record<string, string>> = {
  MIT: "Expat",
  "BSD-2-Clause": "BSD-2-clause",
  "BSD-3-Clause": "BSD-3-clause",
  "BSD-4-Clause": "BSD-4-clause",
  "Artistic-1.0-Perl": "Artistic",
};

/** Present since bullseye's base-files. */
const commonTexts: ReadonlySet<string> = new Set(
  "Apache-2.0 Artistic CC0-1.0 GFDL-1.2 GFDL-1.3 GPL-1 GPL-2 GPL-3 LGPL-2 LGPL-2.1 LGPL-3 MPL-1.1 MPL-2.0".split(" "),
);

/** The licences that an expression names, each once, in its order. */
export function licensesOf(expression: string): readonly DebianLicense[] {
  const words = expression.match(/[^\s()/]+/g) ?? [];
  const found: string[] = [];
  words.forEach((word, index) => {
    if (isOperator(word)) return;
    if (words[index - 1] === "WITH") found.push(`${found.pop() ?? ""} WITH ${word}`);
    else found.push(word);
  });
  return [...new Set(found)].map(debianLicense);
}

/** The expression as the License field says it: `Expat or Apache-2.0`; a comma before an operator stands for brackets. */
export function licenseField(expression: string): string {
  const words: string[] = [];
  const setApart = (): void => {
    const before = words.findLastIndex((word) => !isOperator(word));
    if (before >= 0) words[before] = `${(words[before] ?? "").replace(/,$/, "")},`;
  };
  const tokens = expression.match(/[()/]|[^\s()/]+/g) ?? [];
  tokens.forEach((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const closes = token === ")" && after !== undefined && after !== ")";
    if (token === "(" || closes) setApart();
    else if (token === ")" || token === "WITH" || before === "WITH") return;
    else if (token === "/" || isOperator(token)) words.push(token === "/" ? "or" : token.toLowerCase());
    else words.push(debianLicense(after === "WITH" ? `${token} WITH ${tokens[index + 2] ?? ""}` : token).name);
  });
  return words.join(" ");
}

function debianLicense(spdx: string): DebianLicense {
  const [id = "", exception] = spdx.split(" WITH ");
  const [, family, version, suffix] = /^(A?L?GPL|GFDL)-([0-9.]+?)(?:\.0)?(\+|-only|-or-later)?$/.exec(id) ?? [];
  const plain = family === undefined ? (names[id] ?? id) : `${family}-${version}`;
  const later = suffix === "+" || suffix === "-or-later" ? "+" : "";
  const name = `${plain}${later}${exception === undefined ? "" : ` with ${exception} exception`}`;
  return commonTexts.has(plain) ? { spdx, name, common: plain } : { spdx, name };
}

function isOperator(word: string): boolean {
  return /^(?:and|or|with)$/i.test(word);
}
