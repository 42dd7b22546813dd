/**
 * The documents of a package at the places that Debian gives them (Policy 12): manual pages and changelogs compressed,
 * completions where each shell looks, the rest under /usr/share/doc/PACKAGE. Licence files are not shipped as files:
 * the copyright file holds them.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Shell } from "../../domain/project.ts";
import { quoted } from "../../domain/quoted.ts";
import { mainProgram } from "../../engines/archive/layout.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { dataFile, type DataFile } from "../../engines/deb/data-entries.ts";
import { gzip } from "../../formats/gzip.ts";
import type { InputDocument, PackageInputs } from "../../ports/packager.ts";
import type { DebIdentity } from "./deb-identity.ts";

const completionPaths: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `/usr/share/bash-completion/completions/${program}`,
  zsh: (program) => `/usr/share/zsh/vendor-completions/_${program}`,
  fish: (program) => `/usr/share/fish/vendor_completions.d/${program}.fish`,
};

export async function debDocuments(identity: DebIdentity, inputs: PackageInputs): Promise<readonly DataFile[]> {
  const folder = `/usr/share/doc/${identity.name}`;
  const isNative = identity.version.revision === undefined;
  const shipped = inputs.documents.filter(({ role }) => role !== "license");
  // A package with a revision tells upstream's changes from its own.
  const upstream = isNative ? undefined : shipped.find(({ name }) => /^change(?:s|log)?(?:\.|$)/i.test(name));
  const files: DataFile[] = [];
  for (const document of shipped) {
    const bytes = await inputs.files.read(await regularFile(document.path, inputs.source, inputs.files));
    const isUpstream = document === upstream;
    files.push(
      isUpstream
        ? await compressed(`${folder}/changelog.gz`, bytes)
        : await placedDocument(document, bytes, folder, mainProgram(inputs.project)),
    );
  }
  return files;
}

async function placedDocument(
  document: InputDocument,
  bytes: Uint8Array,
  folder: string,
  program: string,
): Promise<DataFile> {
  if (document.role === "man") return manualPage(document.name, bytes);
  if (document.shell !== undefined) return dataFile(completionPaths[document.shell](program), bytes);
  return dataFile(`${folder}/${document.name}`, bytes);
}

/** `tool.1` is page tool of section 1, `tool.3pm` of 3 as well. */
async function manualPage(name: string, bytes: Uint8Array): Promise<DataFile> {
  const [, section] = /^[^/]+\.([1-9])[a-z0-9]*(?:\.gz)?$/.exec(name) ?? [];
  if (section === undefined) {
    throw new ReleaseError("PACKAGE_PATH_INVALID", {
      what: `${quoted(name)} is not the name of a manual page.`,
      next: "Name it after the program and the section, such as tool.1.",
    });
  }
  const folder = `/usr/share/man/man${section}`;
  return name.endsWith(".gz") ? dataFile(`${folder}/${name}`, bytes) : compressed(`${folder}/${name}.gz`, bytes);
}

export async function compressed(path: string, bytes: Uint8Array): Promise<DataFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of gzip(dataFile(path, bytes).content)) chunks.push(chunk);
  return dataFile(path, Buffer.concat(chunks));
}
