/**
 * Name, version and licence text of every package that is part of a bundle, in one file that goes along with it.
 * Invariant: a package without a licence text stops the bundling.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

/**
 * Packages under the LGPL may be part of a program of another licence where users can change them: their part is not
 * obfuscated, and its licence and the GPL that it builds on go along (LGPL 3, 4).
 */
const lesserGeneralPublic = /^LGPL-3/;

/** Stands between two packages, behind a full line. */
export const separator = `\n${"-".repeat(80)}\n\n`;

/** @param modules paths of the bundled files */
export function thirdPartyLicenses(modules: readonly string[], root: string): string {
  const packages = [...new Set(modules.map(packageFolder))].filter((folder) => folder !== undefined);
  const described = packages.map(describe).sort((a, b) => (a.title < b.title ? -1 : 1));
  const titlesOf = Map.groupBy(described, ({ text }) => text);
  const texts = [...titlesOf].map(([text, sharing]) => {
    const titles = new Set(sharing.map(({ title }) => title));
    return `${[...titles].join("\n")}\n\n${text}`;
  });
  if (described.some(({ manifest }) => lesserGeneralPublic.test(manifest.license ?? ""))) {
    texts.push(readFileSync(join(root, "packaging", "licenses", "GPL-3.0.txt"), "utf8").trim());
  }
  return `Parts of this program come from others, each under the licence that follows its name.\n${separator}${texts.join(`\n${separator}`)}\n`;
}

/** Of `…/node_modules/@scope/name/dist/index.js`, the part up to the name. */
function packageFolder(module: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll("\\", "/"))?.[1];
}

function describe(folder: string): { manifest: Manifest; title: string; text: string } {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version, license = "", repository } = manifest;
  const address = typeof repository === "string" ? repository : repository?.url;
  const source = lesserGeneralPublic.test(license)
    ? `\nIts source: ${address ?? ""}, or npm pack ${name}@${version}`
    : "";
  return { manifest, title: `${name} ${version} (${license})${source}`, text: licenseText(folder, name) };
}

/** The package's licence files, or the chapter of its README that holds the text. */
function licenseText(folder: string, name: string): string {
  const files = readdirSync(folder).sort();
  const texts = files.filter((file) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(file));
  if (texts.length > 0) return texts.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
  const readme = files.find((file) => /^readme\.md$/i.test(file));
  const chapter = readme === undefined ? undefined : licenseChapter(readFileSync(join(folder, readme), "utf8"));
  if (chapter !== undefined) return chapter;
  throw new Error(`${name} ships no licence text; it cannot be bundled`);
}

function licenseChapter(readme: string): string | undefined {
  const chapter = readme.split(/^#+ /m).find((part) => /^licen[cs]e/i.test(part));
  const text = chapter?.replace(/^.*\n/, "").replace(/^> ?/gm, "").replaceAll("**", "").trim();
  return text !== undefined && /permission|licensed/i.test(text) && text.length > 200 ? text : undefined;
}
