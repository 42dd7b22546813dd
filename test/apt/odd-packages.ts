/** Packages with control files that nobody would write, and that dpkg takes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rawDeb } from "../deb-bytes.ts";

/** Every field that the programs know by name, in no order and spelled in odd ways, and others. */
const everyField = `Task: standard
X-Second: b${"  "}
package-type: deb
Package: every-field
tag: role::program,${" "}
 implemented-in::c
Description: a line that ends in spaces   ${""}
 as does this${"   "}
 .
  verbatim, voilà
X-First:   far in
kernel-version: 6
subarchitecture: generic
Architecture:\tall
Version:1:2.0-1
Essential: yes
Protected: yes
Important: yes
Build-Essential: yes
Installer-Menu-Item: 100
Maintainer: Jane Doe <jane@debian.org>${"  "}
Depends: a,
 b (>= 1) ,${"  "}
 c | d
Recommends:
 x,
 y
Built-Using: gcc (= 1)
Static-Built-Using: z (= 1)
Auto-Built-Package: debug-symbols
Built-For-Profiles: nocheck
Multi-Arch: foreign
Original-Maintainer: Jane Roe <jane@debian.org>
Bugs: debbugs://bugs.debian.org
Origin: Debian
Source: every (1.0)
Provides: p
Pre-Depends: q
Suggests: s
Enhances: e
Conflicts: k
Breaks: br
Replaces: r
Section: misc
Priority: optional
Homepage: https://samples.debian.net/à
Installed-Size: 3
`;
const lineEnds = everyField.replaceAll("\n", "\r\n").replace("every-field", "line-ends");

/** Absolute paths of files in a folder, which is made. */
export function oddPackages(folder: string): readonly string[] {
  return [everyField, lineEnds].map((control, index) => written(folder, `odd-${index}`, control));
}

const fieldNames =
  "Depends Pre-Depends Recommends Suggests Enhances Breaks Conflicts Provides Replaces Obsoletes " +
  "Installed-Size Multi-Arch Essential Tag";
const short = ["", "\t", "-1", "yes", "maybe", "é", "\u0001", "#", ":"];
const long = ["9".repeat(30), "x".repeat(9000), `${"a, ".repeat(3000)}b`];
const versioned =
  "a:any (>= 1);a (>1);a (< 2);a(=1);a (=1), b;a (=1)\n , b;a (= 1:);a (=);a (1);a | b (<<2);a | b (=1)";
const otherwise = "a:any;, a;a,,b;a (= 1;a (= 1));((((;a [amd64];a <!x>;${a};\n a;A_b";
const values = [...short, ...long, ...versioned.split(";"), ...otherwise.split(";")];

/** Packages that dpkg takes or not: each of many fields with each of many values, one a package. */
export function fuzzyPackages(folder: string): readonly string[] {
  const pairs = fieldNames.split(" ").flatMap((name) => values.map((value) => [name, value] as const));
  return pairs.map(([name, value], index) => {
    const own = [
      `Package: fuzzy-${index}`,
      "Version: 1.0",
      "Architecture: all",
      "Maintainer: Jane Doe <jane@debian.org>",
    ];
    const control = [...own, `${name}: ${value}`, "Description: fuzzy", ""].join("\n");
    return written(folder, `fuzzy-${index}`, control);
  });
}

function written(folder: string, name: string, control: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.deb`);
  writeFileSync(file, rawDeb({ control }));
  return file;
}
