/**
 * Relation fields of a control file as dpkg 1.21 reads them (Debian Policy 7.1): alternatives, architecture qualifiers,
 * versions. Invariant: what dpkg refuses has a fault here, and nothing that it takes has one.
 */
import { quoted } from "../domain/quoted.ts";

/** Field in small letters → whether dpkg takes alternatives in it. */
export const relationFields: ReadonlyMap<string, boolean> = new Map([
  ["depends", true],
  ["pre-depends", true],
  ["recommends", true],
  ["suggests", true],
  ["enhances", true],
  ["breaks", false],
  ["conflicts", false],
  ["provides", false],
  ["replaces", false],
]);

const space = "[\\t\\n\\v\\f\\r ]*";
const relation = new RegExp(
  `^([^\\t\\n\\v\\f\\r :(|]+)(?::([^\\t\\n\\v\\f\\r (|]+))?${space}` +
    `(?:\\(${space}(<<|<=|<(?!>)|>>|>=|>(?!<)|=|)${space}([^\\t\\n\\v\\f\\r ()]*)${space}\\)${space})?$`,
);
const name = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const architecture = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

/** What is wrong with the value of a relation field; undefined where nothing is. `versionFault` judges a version. */
export function relationFault(
  field: string,
  value: string,
  versionFault: (version: string) => string | undefined,
): string | undefined {
  if (value === "") return undefined;
  for (const group of value.split(",")) {
    const alternatives = group.split("|");
    if (alternatives.length > 1 && relationFields.get(field.toLowerCase()) === false) {
      return `alternatives are not allowed in it: ${quoted(group)}`;
    }
    for (const [index, text] of alternatives.entries()) {
      const [, package_ = "", qualifier, , version] =
        relation.exec(text.replace(/^[\t\n\v\f\r ]+/, "")) ?? ([] as string[]);
      if (!name.test(package_)) return `${quoted(alternatives[index] ?? "")} is no relation`;
      if (qualifier !== undefined && !architecture.test(qualifier)) {
        return `${quoted(qualifier)} is no architecture`;
      }
      const fault = version === undefined ? undefined : versionFault(version);
      if (fault !== undefined) return `${quoted(version ?? "")} is no version: ${fault}`;
    }
  }
  return undefined;
}
