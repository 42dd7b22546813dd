/**
 * The documents of a package at the places that Debian gives them (Policy 12): manual pages and changelogs compressed,
 * completions where each shell looks, the rest under /usr/share/doc/PACKAGE. Licence files are not shipped as files:
 * the copyright file holds them.
 */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Shell } from "../../domain/project.ts";
import { quoted } from "../../domain/quoted.ts";
import { isPrerelease } from "../../domain/version.ts";
import { mainProgram } from "../../engines/archive/layout.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { dataFile, type DataFile } from "../../engines/deb/data-entries.ts";
import { formatChangelog, newestEntry } from "../../formats/debian-changelog.ts";
import { formatCopyright } from "../../formats/debian-copyright.ts";
import { formatDebianVersion } from "../../formats/debian-version.ts";
import { gzip } from "../../formats/gzip.ts";
import type { InputDocument, PackageInputs } from "../../ports/packager.ts";
import type { DebIdentity } from "./deb-identity.ts";
import type { DebSection } from "./deb-section.ts";

const completionPaths: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `/usr/share/bash-completion/completions/${program}`,
  zsh: (program) => `/usr/share/zsh/vendor-completions/_${program}`,
  fish: (program) => `/usr/share/fish/vendor_completions.d/${program}.fish`,
};

export async function debDocuments(
  identity: DebIdentity,
  section: DebSection,
  inputs: PackageInputs,
): Promise<readonly DataFile[]> {
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
  const own = `${folder}/${isNative ? "changelog.gz" : "changelog.Debian.gz"}`;
  files.push(
    text(`${folder}/copyright`, await copyright(section, identity, inputs)),
    await compressed(own, new TextEncoder().encode(await changelog(section, identity, inputs))),
    ...(await overrides(section, identity, inputs)),
  );
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

async function copyright(section: DebSection, identity: DebIdentity, inputs: PackageInputs): Promise<string> {
  if (section.copyright !== undefined) return readText(join(inputs.source, section.copyright), inputs);
  const { name, about } = inputs.project;
  const licenses = inputs.documents.filter(({ role }) => role === "license");
  const texts = await Promise.all(
    licenses.map(async ({ path, ...file }) => ({ name: file.name, text: await readText(path, inputs) })),
  );
  const source = about.repository ?? about.homepage;
  return formatCopyright({
    name,
    contact: identity.maintainer,
    texts,
    ...(source === undefined ? {} : { source }),
    ...(about.license === undefined ? {} : { license: about.license }),
  });
}

async function changelog(section: DebSection, identity: DebIdentity, inputs: PackageInputs): Promise<string> {
  const version = formatDebianVersion(identity.version);
  const { project, epoch } = inputs;
  if (section.changelog === undefined) {
    return formatChangelog({
      package: identity.name,
      version,
      distribution: isPrerelease(project.version) ? "experimental" : "unstable",
      changes: [`Release ${project.version.text}.`],
      maintainer: identity.maintainer,
      date: epoch,
    });
  }
  const written = await readText(join(inputs.source, section.changelog), inputs);
  const newest = newestEntry(written);
  if (newest.version === version) return written;
  throw new ReleaseError("VERSION_DISAGREES", {
    what: `${section.changelog} has ${newest.version} as its newest entry; the package is ${version}.`,
    next: `Add an entry: dch -c ${section.changelog} -v ${version}`,
  });
}

async function overrides(
  section: DebSection,
  { name }: DebIdentity,
  inputs: PackageInputs,
): Promise<readonly DataFile[]> {
  const path = section["lintian-overrides"];
  return path === undefined
    ? []
    : [text(`/usr/share/lintian/overrides/${name}`, await readText(join(inputs.source, path), inputs))];
}

async function readText(path: string, { source, files }: PackageInputs): Promise<string> {
  return files.readText(await regularFile(path, source, files));
}

function text(path: string, content: string): DataFile {
  return dataFile(path, new TextEncoder().encode(content));
}

async function compressed(path: string, bytes: Uint8Array): Promise<DataFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of gzip(dataFile(path, bytes).content)) chunks.push(chunk);
  return dataFile(path, Buffer.concat(chunks));
}
