/**
 * What dpkg takes in a package, and apt does not read in an index. Invariant: no package that is added keeps apt of any
 * supported release from reading all the others.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { relationFields } from "../../formats/debian-relation.ts";
import type { RawField } from "../../formats/index-stanzas.ts";

/**
 * Of a whole field: apt 2.2 to 2.6 want four characters behind its last parenthesis, as in `(= 1)`, and give the index
 * up at `(=1)`.
 */
const shortEnd = /\([ \t-\r]*[^()]{0,2}\)$/;

/** Throws APT_PACKAGE_UNREADABLE. */
export function demandReadable(fields: readonly RawField[]): void {
  for (const [name, value] of fields) {
    const end = relationFields.has(name.toLowerCase()) ? shortEnd.exec(value)?.[0] : undefined;
    if (end === undefined) continue;
    const [package_ = "", version = ""] = ["package", "version"].map(
      (wanted) => fields.find(([field]) => field.toLowerCase() === wanted)?.[1].trim() ?? "",
    );
    throw new ReleaseError("APT_PACKAGE_UNREADABLE", {
      what: `The field ${name} of ${package_} ${version} ends in ${quoted(end)}, which apt of Debian 11 and 12 cannot read.`,
      next: "Make the package again with a space behind the operator, as in tool (>= 1).",
    });
  }
}

/** apt gives the index up at an empty Provides; no program tells an empty field from none. */
export function saysNothing([, value]: RawField): boolean {
  return value === "";
}
