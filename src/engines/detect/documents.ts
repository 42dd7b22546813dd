/** README, licences, manual pages and completions of a tree, by the names and folders that projects use for them. */
import { type DocumentSpec, type Shell, shells } from "../../domain/project.ts";
import type { TreeView } from "./detected.ts";

/** People's documents at the top of a tree; sources of other names (LICENSE.rs, readme.py) are none. */
const document = /^(?:readme(?:\.[a-z]+)?|(?:licen[cs]e|copying|unlicense|notice|copyright)(?:[-_.][a-z0-9_-]+)*)$/i;
const textFile = /^[^.]*$|\.(?:md|txt|rst|adoc|markdown|org)$|^[^.]*-[a-z0-9.]+$/i;
/** Tests, examples, other people's files, and what only a build makes pages and completions of. */
const notShipped =
  /(?:^|\/)(?:tests?|testdata|fixtures?|examples?|node_modules|vendor|third[-_]party|target|src|crates|internal)\//;

export function documentsOf(tree: TreeView, binaries: readonly string[]): DocumentSpec {
  // A document may be a link to another one: where it leads is looked at before a release ships it.
  const paths = [...tree.paths, ...tree.links].sort().filter((path) => !notShipped.test(path));
  return {
    files: paths.filter((path) => !path.includes("/") && document.test(path) && textFile.test(path)),
    man: paths.filter((path) => isManualPage(path, binaries)),
    completions: { files: completionsOf(paths, binaries) },
  };
}

export function licenseFiles(tree: TreeView): readonly string[] {
  return tree.paths.filter(
    (path) => !path.includes("/") && /^(?:licen[cs]e|copying|unlicense)/i.test(path) && textFile.test(path),
  );
}

/** `tool.1`, and `tool-sub.1` for its subcommands; a version number after a dot is no section. */
function isManualPage(path: string, binaries: readonly string[]): boolean {
  const [, name = ""] = /(?:^|\/)([^/]+)\.[1-8]$/.exec(path) ?? [];
  return binaries.some((binary) => name === binary || name.startsWith(`${binary}-`));
}

const completionNames: Readonly<Record<Shell, (binary: string) => readonly string[]>> = {
  bash: (binary) => [`${binary}.bash`, `${binary}.bash-completion`, `${binary}-completion.bash`, `bash/${binary}`],
  zsh: (binary) => [`_${binary}`, `${binary}.zsh`, `${binary}-completion.zsh`],
  fish: (binary) => [`${binary}.fish`],
};

/** Of the first program that has any: the configuration holds one file for each shell. */
function completionsOf(
  paths: readonly string[],
  binaries: readonly string[],
): Readonly<Partial<Record<Shell, string>>> {
  for (const binary of binaries) {
    const found = shells.flatMap((shell) => {
      const path = completionNames[shell](binary)
        .map((name) => paths.find((one) => one === name || one.endsWith(`/${name}`)))
        .find((one) => one !== undefined);
      return path === undefined ? [] : [[shell, path] as const];
    });
    if (found.length > 0) return Object.fromEntries(found);
  }
  return {};
}
