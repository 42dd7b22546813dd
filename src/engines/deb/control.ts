/** The control file of a binary package (deb-control(5)). Invariant: its fields are those listed here and no others. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { formatStanza, type Field } from "../../formats/debian-control.ts";
import { descriptionLines } from "../../formats/debian-description.ts";
import { relationFields, type RelationField } from "./relation.ts";

export interface ControlData {
  readonly name: string;
  /** With epoch and revision. */
  readonly version: string;
  /** Debian's name of the architecture. */
  readonly architecture: string;
  /** `Name <mail@host>`. */
  readonly maintainer: string;
  readonly section: string;
  readonly priority: string;
  readonly homepage?: string;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  readonly relations: Readonly<Partial<Record<RelationField, readonly string[]>>>;
}

/** The file's text. `installedSize` in KiB. Throws DEB_FIELD_INVALID. */
export function formatControl(data: ControlData, installedSize: number): string {
  const relations = relationFields.flatMap((field): Field[] => {
    const entries = data.relations[field] ?? [];
    return entries.length === 0 ? [] : [[capitalised(field), entries.join(", ")]];
  });
  return formatStanza([
    ["Package", data.name],
    ["Version", data.version],
    ["Architecture", data.architecture],
    ["Maintainer", maintainer(data.maintainer)],
    ["Installed-Size", String(installedSize)],
    ...relations,
    ["Section", data.section],
    ["Priority", data.priority],
    ...(data.homepage === undefined ? [] : ([["Homepage", data.homepage]] as const)),
    ["Description", descriptionLines(data.summary, data.description)],
  ]);
}

/** dpkg takes any text; apt's tools and lintian want a name and one address. */
function maintainer(text: string): string {
  if (/^[^<>@"]*[^<>@"\s] <[^<>@\s,]+@[^<>@\s,]+>$/.test(text)) return text;
  throw new ReleaseError("DEB_FIELD_INVALID", {
    what: `The control field "Maintainer" would hold ${quoted(text)}, which is not a name and an address.`,
    next: "Set maintainer in ggen-release.yaml: Jane Doe <jane@project.org>",
  });
}

function capitalised(field: string): string {
  return `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}
