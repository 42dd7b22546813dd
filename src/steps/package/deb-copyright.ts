/** The package's copyright file: the project's own, or made of its licence files and of the list of what is built in. */
import { formatCopyright } from "../../formats/debian-copyright.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import type { DebIdentity } from "./deb-identity.ts";
import { readTree } from "./deb-folder.ts";
import { dependencies, vendoredLicenses } from "./deb-dependencies.ts";

/** `given`: a copyright file in the tree. */
export async function debCopyright(
  given: string | undefined,
  identity: DebIdentity,
  inputs: PackageInputs,
): Promise<string> {
  if (given !== undefined) return new TextDecoder().decode(await readTree(given, inputs));
  const { name, about } = inputs.project;
  const licenses = inputs.documents.filter(({ role }) => role === "license");
  const texts = await Promise.all(
    licenses.map(async ({ path, name: file }) => ({
      name: file,
      text: await inputs.files.readText(await regularFile(path, inputs.source, inputs.files)),
    })),
  );
  const source = about.repository ?? about.homepage;
  return formatCopyright({
    name,
    contact: identity.maintainer,
    texts,
    dependencies: await dependencies(inputs),
    vendored: await vendoredLicenses(inputs),
    ...(source === undefined ? {} : { source }),
    ...(about.license === undefined ? {} : { license: about.license }),
  });
}
