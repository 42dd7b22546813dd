/**
 * What a package's services need: units, users, folders at their places, and the commands of maintainer scripts for them.
 * What `packages.deb.files` installs at those places counts as well.
 */
import { basename, dirname } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { dataFile, type DataEntry } from "../../engines/deb/data-entries.ts";
import type { PlacedFile } from "../../engines/deb/placed-file.ts";
import type { Snippet } from "../../engines/deb/snippet.ts";
import { createTemporaryFiles, createUsers, offerAlternative } from "../../engines/deb/snippets.ts";
import { requireUnit, type Unit, unitFolder, unitSnippets, unitTypes, usualUse } from "../../engines/deb/units.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { type DebFolder, readTree } from "./deb-folder.ts";
import type { FurtherSection } from "./deb-section.ts";

export interface Services {
  readonly data: readonly DataEntry[];
  readonly snippets: readonly Snippet[];
  /** Relations that the commands rest on. */
  readonly depends: readonly string[];
}

interface Wanted {
  readonly name: string;
  readonly section: FurtherSection;
  readonly folder: DebFolder;
  /** What else the package holds. */
  readonly placed: readonly PlacedFile[];
  readonly inputs: PackageInputs;
}

/** What debhelper lets a package with sysusers.d depend on. */
const systemUsers = "systemd | systemd-standalone-sysusers | systemd-sysusers";

/** Throws DEB_UNIT_INVALID, PACKAGE_FILE_MISSING. */
export async function services(wanted: Wanted): Promise<Services> {
  const { own, placed } = await units(wanted);
  const users = await lists("sysusers", wanted);
  const temporary = await lists("tmpfiles", wanted);
  for (const unit of [...own, ...placed]) requireUnit(unit);
  return {
    data: [
      ...own.map(({ name, text }) => dataFile(`${unitFolder}/${name}`, new TextEncoder().encode(text))),
      ...users.data,
      ...temporary.data,
    ],
    snippets: [
      ...(users.names.length === 0 ? [] : [createUsers(users.names)]),
      ...(temporary.names.length === 0 ? [] : [createTemporaryFiles(temporary.names)]),
      ...(wanted.section.alternatives ?? []).flatMap(offerAlternative),
      ...unitSnippets([...own, ...placed]),
    ],
    depends: users.names.length === 0 ? [] : [systemUsers],
  };
}

async function units({ name, section, folder, placed, inputs }: Wanted): Promise<{ own: Unit[]; placed: Unit[] }> {
  const own = new Map<string, Unit>();
  for (const use of section.systemd ?? []) {
    const text = new TextDecoder().decode(await readTree(use.unit, inputs));
    const unit = { ...usualUse, ...use, name: basename(use.unit), text };
    own.set(unit.name, unit);
  }
  for (const type of unitTypes) {
    const found = [
      [`${name}.${type}`, await folder.find(type)],
      [`${name}@.${type}`, await folder.findTemplate(type)],
    ] as const;
    for (const [unit, file] of found) {
      if (file === undefined || own.has(unit)) continue;
      own.set(unit, { ...usualUse, name: unit, text: new TextDecoder().decode(file.content) });
    }
  }
  const installed = placed.filter(({ at }) => dirname(at) === unitFolder && isUnit(at));
  const others = installed.map(async ({ at, path }) => ({
    ...usualUse,
    name: basename(at),
    text: await inputs.files.readText(path),
  }));
  return { own: [...own.values()], placed: await Promise.all(others) };
}

function isUnit(path: string): boolean {
  return unitTypes.some((type) => path.endsWith(`.${type}`));
}

/** Files of `/usr/lib/KIND.d`: the package's own one, and those that are installed there. */
async function lists(
  kind: "sysusers" | "tmpfiles",
  { name, section, folder, placed }: Wanted,
): Promise<{ readonly data: readonly DataEntry[]; readonly names: readonly string[] }> {
  const place = `/usr/lib/${kind}.d`;
  const own = await folder.find(kind, section[kind]);
  if (own !== undefined && own.content.includes(0x0d)) {
    throw new ReleaseError("DEB_UNIT_INVALID", {
      what: `${quoted(own.path)} has lines that end in CR LF.`,
      next: "Save it with Unix line ends (sed -i 's/\\r$//').",
    });
  }
  const data = own === undefined ? [] : [dataFile(`${place}/${name}.conf`, own.content)];
  const installed = placed
    .map(({ at }) => at)
    .filter((at) => dirname(at) === place && /\/[A-Za-z0-9._-]+\.conf$/.test(at));
  return { data, names: [...data.map(({ path }) => path), ...installed].map((path) => basename(path)).sort() };
}
