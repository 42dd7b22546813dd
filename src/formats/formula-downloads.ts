/**
 * Which archive a formula fetches where. Homebrew reads a formula for every system and architecture (`brew readall`) and
 * fails where it has no `url`, even where `depends_on` rules the machine out. So unless all four have an archive of
 * their own, one stands at the top for whoever has none, and the blocks name the others.
 * Invariant: each machine with an archive fetches that one, and each without is told so before any download.
 */
import { rubyString } from "./ruby-literal.ts";

const formulaSystems = ["macos", "linux"] as const;
export const formulaArchitectures = ["arm", "intel"] as const;
export type FormulaSystem = (typeof formulaSystems)[number];
export type FormulaArchitecture = (typeof formulaArchitectures)[number];

export interface Download {
  readonly url: string;
  readonly sha256: string;
}

/** At least one; a universal binary stands under both architectures. */
export type Downloads = Readonly<Partial<Record<FormulaSystem, Partial<Record<FormulaArchitecture, Download>>>>>;

export interface DownloadStanzas {
  /** `url` and `sha256` of the top, or none. */
  readonly top: readonly string[];
  /** What `depends_on` says of all machines: `arch: :arm64`, `:macos`. */
  readonly dependsOn: readonly string[];
  /** The `on_macos` and `on_linux` blocks. */
  readonly blocks: readonly string[];
}

const architectureNames: Readonly<Record<FormulaArchitecture, string>> = { arm: "arm64", intel: "x86_64" };

export function downloadStanzas(downloads: Downloads): DownloadStanzas {
  const systems = formulaSystems.filter((system) => distinct(downloads, system).length > 0);
  const top = topDownload(downloads, systems);
  const needed = systems.map((system) => onlyArchitecture(downloads, system));
  const everywhere = needed.every((architecture) => architecture === needed[0]) ? needed[0] : undefined;
  return {
    top: top === undefined ? [] : downloadLines(top),
    dependsOn: [
      ...(everywhere === undefined ? [] : [architectureLine(everywhere)]),
      ...(systems.length === 1 ? systems.map((system) => `:${system}`) : []),
    ],
    blocks: systems.flatMap((system) => systemBlock(downloads, system, top, everywhere)),
  };
}

/** A file that serves a whole system where there is one; else Intel's of the only system. */
function topDownload(downloads: Downloads, systems: readonly FormulaSystem[]): Download | undefined {
  const alone = systems.map((system) => distinct(downloads, system)).find((files) => files.length === 1);
  if (alone !== undefined) return alone[0];
  return systems.length === 1 ? downloads[systems[0] ?? "macos"]?.intel : undefined;
}

function systemBlock(
  downloads: Downloads,
  system: FormulaSystem,
  top: Download | undefined,
  everywhere: FormulaArchitecture | undefined,
): readonly string[] {
  const only = onlyArchitecture(downloads, system);
  const lines = only === undefined || only === everywhere ? [] : [`depends_on ${architectureLine(only)}`];
  for (const architecture of formulaArchitectures) {
    const download = downloads[system]?.[architecture];
    if (download === undefined || download.url === top?.url) continue;
    lines.push(
      ...(lines.length === 0 ? [] : [""]),
      `on_${architecture} do`,
      ...indented(downloadLines(download)),
      "end",
    );
  }
  return lines.length === 0 ? [] : [`on_${system} do`, ...indented(lines), "end"];
}

function distinct(downloads: Downloads, system: FormulaSystem): readonly Download[] {
  const files = formulaArchitectures.flatMap((architecture) => downloads[system]?.[architecture] ?? []);
  return files.filter((file, index) => files.findIndex(({ url }) => url === file.url) === index);
}

function onlyArchitecture(downloads: Downloads, system: FormulaSystem): FormulaArchitecture | undefined {
  const present = formulaArchitectures.filter((architecture) => downloads[system]?.[architecture] !== undefined);
  return present.length === 1 ? present[0] : undefined;
}

function downloadLines({ url, sha256 }: Download): readonly string[] {
  return [`url ${rubyString(url)}`, `sha256 ${rubyString(sha256)}`];
}

function architectureLine(architecture: FormulaArchitecture): string {
  return `arch: :${architectureNames[architecture]}`;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}
