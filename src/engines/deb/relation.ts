/** Relations between packages (Debian Policy 7.1, as dpkg reads them in a binary package: no build profiles). */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { parseDebianVersion } from "../../formats/debian-version.ts";

/** In the order in which Policy 7.2 to 7.6 names them. */
export const relationFields = [
  "depends",
  "recommends",
  "suggests",
  "enhances",
  "pre-depends",
  "breaks",
  "conflicts",
  "provides",
  "replaces",
] as const;
/** Sources that went into the program (Policy 7.8; deb-control(5)). */
export const sourceFields = ["built-using", "static-built-using"] as const;
export type RelationField = (typeof relationFields)[number] | (typeof sourceFields)[number];

/** Only in these does dpkg take alternatives. */
const withAlternatives: ReadonlySet<RelationField> = new Set(["depends", "recommends", "suggests", "pre-depends"]);
const ofSources: ReadonlySet<RelationField> = new Set(sourceFields);

const packageName = /^[a-z0-9][a-z0-9+.-]+$/;
const grammar = /^([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?(?: ?\( ?(<<|<=|=|>=|>>) ?([^\s()]+) ?\))?$/;

/** dpkg's rule for names; lower case. Throws DEB_NAME_INVALID. */
export function parsePackageName(text: string): string {
  if (packageName.test(text) && text.length <= 100) return text;
  throw new ReleaseError("DEB_NAME_INVALID", {
    what: `${quoted(text)} is not the name of a Debian package.`,
    next: "Set packages.deb.name: two or more lower-case letters, digits, + - . and a letter or digit first.",
  });
}

/** One relation, `git (>= 1:2.30) | mercurial`. Throws DEB_FIELD_INVALID. */
export function parseRelation(field: RelationField, text: string): string {
  const alternatives = text.split("|").map((part) => part.trim());
  if (alternatives.length > 1 && !withAlternatives.has(field))
    throw invalid(field, text, "alternatives have no place there");
  for (const alternative of alternatives) {
    const [, , operator, version] = grammar.exec(alternative) ?? invalidNow(field, text);
    if (version !== undefined) parseDebianVersion(version);
    if (field === "provides" && operator !== undefined && operator !== "=") {
      throw invalid(field, text, "a package provides one version, with =");
    }
    if (ofSources.has(field) && operator !== "=") {
      throw invalid(field, text, "it names one version of a source package, with =");
    }
  }
  return alternatives.join(" | ");
}

function invalidNow(field: RelationField, text: string): never {
  throw invalid(field, text, "one relation is a name, with a version in brackets where it matters");
}

function invalid(field: RelationField, text: string, why: string): ReleaseError {
  return new ReleaseError("DEB_FIELD_INVALID", {
    what: `${quoted(text)} cannot stand in packages.deb.${field}: ${why}.`,
    next: "Write each relation as an entry of its own, such as: libssl3 (>= 3.0) | libssl1.1",
  });
}
