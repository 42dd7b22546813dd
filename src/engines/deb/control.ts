/**
 * The control file of a binary package (Debian Policy 5.3, whose order its fields keep; deb-control(5) for those that
 * Policy does not list, which stand beside their like). Invariant: its fields are those listed here and no others; above
 * all, never Essential or Protected, with which no third party's package could be removed again.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { formatStanza, type Field } from "../../formats/debian-control.ts";
import { descriptionLines } from "../../formats/debian-description.ts";
import { relationFields, sourceFields, type RelationField } from "./relation.ts";

export const multiArchs = ["foreign", "same", "allowed"] as const;
export type MultiArch = (typeof multiArchs)[number];

export interface ControlData {
  readonly name: string;
  /** The source package's name, where it is not the package's own. */
  readonly source?: string;
  /** With epoch and revision. */
  readonly version: string;
  /** Debian's name of the architecture. */
  readonly architecture: string;
  /** `Name <mail@host>`. */
  readonly maintainer: string;
  readonly section: string;
  readonly priority: string;
  readonly multiArch?: MultiArch;
  readonly homepage?: string;
  /** Web address at which the repository can be looked at. */
  readonly vcsBrowser?: string;
  /** Address that git clones. */
  readonly vcsGit?: string;
  /** Present in a package of debug symbols only (deb-control(5), Auto-Built-Package, Build-Ids). */
  readonly debugSymbols?: { readonly buildIds: readonly string[] };
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  readonly relations: Readonly<Partial<Record<RelationField, readonly string[]>>>;
}

/** The file's text. `installedSize` in KiB. Throws DEB_FIELD_INVALID. */
export function formatControl(data: ControlData, installedSize: number): string {
  return formatStanza([
    ["Package", data.name],
    ...optional("Source", data.source),
    ["Version", data.version],
    ["Section", data.section],
    ["Priority", data.priority],
    ["Architecture", data.architecture],
    ...optional("Multi-Arch", data.multiArch),
    ...relations(data, relationFields),
    ["Installed-Size", String(installedSize)],
    ["Maintainer", maintainer(data.maintainer)],
    ["Description", descriptionLines(data.summary, data.description)],
    ...optional("Homepage", data.homepage),
    ...relations(data, sourceFields),
    ...optional("Vcs-Browser", data.vcsBrowser),
    ...optional("Vcs-Git", data.vcsGit),
    ...optional("Auto-Built-Package", data.debugSymbols && "debug-symbols"),
    ...optional("Build-Ids", data.debugSymbols?.buildIds.join(" ")),
  ]);
}

function optional(name: string, value: string | undefined): readonly Field[] {
  return value === undefined ? [] : [[name, value]];
}

function relations(data: ControlData, fields: readonly RelationField[]): readonly Field[] {
  return fields.flatMap((field) => {
    const entries = data.relations[field] ?? [];
    return entries.length === 0 ? [] : optional(capitalised(field), entries.join(", "));
  });
}

/** dpkg takes any text; apt's tools and lintian want a name and one address. */
function maintainer(text: string): string {
  if (/^[^<>@"]*[^<>@"\s] <[^<>@\s,]+@[^<>@\s,]+>$/.test(text)) return text;
  throw new ReleaseError("DEB_FIELD_INVALID", {
    what: `The control field "Maintainer" would hold ${quoted(text)}, which is not a name and an address.`,
    next: "Set maintainer in ggen-release.yaml: Jane Doe <jane@project.org>",
  });
}

/** `pre-depends` is Pre-Depends. */
function capitalised(field: string): string {
  return field.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}
