/** The files of control.tar that a package needs beside `control`: maintainer scripts, triggers, debconf's, conffiles. */
import {
  type Conffile,
  meaningful,
  parseConffile,
  parseTemplates,
  parseTriggers,
} from "../../engines/deb/control-files.ts";
import { requireScript, scriptNames } from "../../engines/deb/maintainer-script.ts";
import { maintainerScripts, type OwnScript, type Scripts, type Snippet } from "../../engines/deb/snippet.ts";
import { loadAnswers, purgeAnswers } from "../../engines/deb/snippets.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { join } from "node:path";
import type { DebFolder } from "./deb-folder.ts";
import type { FurtherSection } from "./deb-section.ts";

export interface ControlFiles {
  readonly scripts: Scripts;
  readonly conffiles: readonly Conffile[];
  readonly triggers?: string;
  readonly debconf?: { readonly templates: string; readonly config?: Uint8Array };
  readonly depends: readonly string[];
}

/** What debhelper lets a package with questions depend on. */
const debconfDepends = "debconf (>= 0.5) | debconf-2.0";

/** Throws PACKAGE_SCRIPT_CRLF, PACKAGE_SCRIPT_INVALID, DEB_CONTROL_FILE_INVALID, PACKAGE_FILE_MISSING. */
export async function controlFiles(
  name: string,
  section: FurtherSection,
  folder: DebFolder,
  snippets: readonly Snippet[],
  inputs: PackageInputs,
): Promise<ControlFiles> {
  const own: Partial<Record<(typeof scriptNames)[number], OwnScript>> = {};
  for (const script of scriptNames) {
    const found = await folder.find(script, section.scripts?.[script]);
    if (found !== undefined) own[script] = found;
  }
  const debconf = await questions(section, folder, inputs);
  const triggers = await folder.find("triggers", section.triggers);
  const listed = await folder.find("conffiles");
  const lines = [...(section.conffiles ?? []), ...(listed === undefined ? [] : meaningful(textOf(listed)))];
  return {
    scripts: maintainerScripts(name, own, [...(debconf === undefined ? [] : answers(own.postinst)), ...snippets]),
    conffiles: lines.map(parseConffile),
    ...(triggers === undefined ? {} : { triggers: parseTriggers(triggers.path, textOf(triggers)) }),
    ...(debconf === undefined ? {} : { debconf }),
    depends: debconf === undefined ? [] : [debconfDepends],
  };
}

function answers(postinst: OwnScript | undefined): readonly Snippet[] {
  if (postinst === undefined) return [loadAnswers, purgeAnswers];
  if (textOf(postinst).includes("debconf/confmodule")) return [purgeAnswers];
  throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
    what: `${postinst.path} does not load debconf, so the package's questions would never be asked.`,
    next: "Let its third line, after `set -e`, be: . /usr/share/debconf/confmodule",
  });
}

async function questions(
  section: FurtherSection,
  folder: DebFolder,
  { source, files }: PackageInputs,
): Promise<ControlFiles["debconf"]> {
  const templates = await folder.find("templates", section.debconf?.templates);
  const config = await folder.find("config", section.debconf?.config);
  if (config !== undefined) requireScript(config.path, config.content);
  if (templates === undefined) {
    if (config === undefined) return undefined;
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${config.path} asks questions, and there are no debconf templates for them.`,
      next: "Name the templates: packages.deb.debconf.templates, or take the script out of the debian folder.",
    });
  }
  if (section.debconf?.templates === undefined && (await files.status(join(source, "debian", "po"))) !== null) {
    throw new ReleaseError("DEB_CONTROL_FILE_INVALID", {
      what: `${templates.path} has translations in debian/po, which only po2debconf can put into it.`,
      next: "Commit what `po2debconf` prints, and name that file: packages.deb.debconf.templates",
    });
  }
  const text = parseTemplates(templates.path, textOf(templates));
  return config === undefined ? { templates: text } : { templates: text, config: config.content };
}

function textOf({ content }: { readonly content: Uint8Array }): string {
  return new TextDecoder().decode(content);
}
