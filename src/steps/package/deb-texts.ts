/** What every package has in /usr/share/doc and for lintian: copyright, changelog, overrides. */
import type { DataFile } from "../../engines/deb/data-entries.ts";
import { dataFile } from "../../engines/deb/data-entries.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { debChangelog } from "./deb-changelog.ts";
import { debCopyright } from "./deb-copyright.ts";
import { compressed } from "./deb-documents.ts";
import type { DebFolder } from "./deb-folder.ts";
import type { DebIdentity } from "./deb-identity.ts";
import { formatOverrides, type Override } from "./deb-overrides.ts";
import type { FurtherSection } from "./deb-section.ts";

/** `overrides`: what lintian says of the contents and is meant to be so. */
export async function debTexts(
  identity: DebIdentity,
  section: FurtherSection,
  folder: DebFolder,
  overrides: readonly Override[],
  inputs: PackageInputs,
): Promise<readonly DataFile[]> {
  const documents = `/usr/share/doc/${identity.name}`;
  // A package with a revision tells upstream's changes from its own.
  const changelog = identity.version.revision === undefined ? "changelog.gz" : "changelog.Debian.gz";
  const given = await folder.find("lintian-overrides", section["lintian-overrides"]);
  const lines = formatOverrides(identity.name, overrides, given && new TextDecoder().decode(given.content));
  return [
    text(`${documents}/copyright`, await debCopyright(section.copyright, identity, inputs)),
    await compressed(`${documents}/${changelog}`, encoded(await debChangelog(identity, section.changelog, inputs))),
    ...(lines === "" ? [] : [text(`/usr/share/lintian/overrides/${identity.name}`, lines)]),
  ];
}

function text(path: string, content: string): DataFile {
  return dataFile(path, encoded(content));
}

function encoded(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
