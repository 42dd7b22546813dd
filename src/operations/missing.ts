/** What the configuration names and a tree does not hold: told before anything is built for it. */
import type { Finding } from "../domain/finding.ts";
import { nearest } from "../domain/nearest.ts";
import type { Project } from "../domain/project.ts";
import { quoted } from "../domain/quoted.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { Config } from "../steps/config/config.ts";
import { missingFiles } from "../steps/config/missing-files.ts";
import { kinds } from "./kinds.ts";
import { unfitDocuments } from "./unfit-documents.ts";

/**
 * Documents, places of the version, and the sources of programs.
 *
 * @param tree with the overlay laid over it
 */
export async function missingFindings(config: Config, project: Project, tree: Tree): Promise<readonly Finding[]> {
  const entries = await tree.entries();
  // What is to be laid over the tree and cannot be is told by itself.
  const paths = [...new Set([...entries.map(({ path }) => path), ...Object.keys(project.source.overlay)])];
  return [
    ...missingFiles(config, paths),
    ...(await unfitDocuments(project, tree, entries)),
    ...missingSources(project, entries, paths),
  ];
}

/** For a release: places of the version are compared, and refused, by themselves. */
export async function missingFromRelease(config: Config, project: Project, tree: Tree): Promise<readonly Finding[]> {
  const found = await missingFindings(config, project, tree);
  return found.filter(({ code }) => code !== "VERSION_PLACE_UNREADABLE");
}

function missingSources(
  { builds }: Project,
  entries: readonly TreeEntry[],
  paths: readonly string[],
): readonly Finding[] {
  const folders = [...new Set(paths.flatMap(foldersAbove))];
  // What lies in a submodule or behind a link is not among the entries.
  const opaque = entries.filter(({ kind }) => kind === "submodule" || kind === "symlink").map(({ path }) => path);
  const isThere = (source: string): boolean =>
    source === "" ||
    paths.includes(source) ||
    folders.includes(source) ||
    opaque.some((path) => source.startsWith(`${path}/`));
  return builds.flatMap(({ id, builder, section, binaries }) => {
    const known = kinds.builders.find((one) => one.id === builder);
    const sources = [...new Set(known?.sources?.(section as never, binaries) ?? [])];
    return sources
      .filter((source) => !isThere(source))
      .map((source): Finding => {
        const guess = nearest(source, folders);
        return {
          id: `build:${id}:source`,
          verdict: "fail",
          code: "CONFIG_INVALID",
          message: `The build ${id} makes its program from ${quoted(source)}, and the tree has no such folder`,
          next: `${guess === undefined ? "" : `Did you mean ${guess}? `}Commit it, or name the right one in the build's section.`,
        };
      });
  });
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
