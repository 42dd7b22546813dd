/**
 * Files of the tree that packages ship and that are none: links to nothing or out of the tree, and folders. A package
 * would refuse each of them; that is told before anything is built for it.
 */
import { posix } from "node:path";
import type { ErrorCode } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Project } from "../domain/project.ts";
import { quoted } from "../domain/quoted.ts";
import { requireSafePath } from "../engines/archive/entry.ts";
import { type Reached, treeLinks } from "../engines/tree-links.ts";
import { matchGlob } from "../engines/values/glob.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import { kinds } from "./kinds.ts";

interface Shipped {
  readonly id: string;
  readonly path: string;
  /** Whether a folder is as good: it is shipped with what it holds. */
  readonly mayBeFolder: boolean;
}

/** Throws PACKAGE_PATH_INVALID for a name that no archive can hold. */
export async function unfitDocuments(
  project: Project,
  tree: Tree,
  entries: readonly TreeEntry[],
): Promise<readonly Finding[]> {
  const { reach } = await treeLinks(tree);
  const isLink = new Set(entries.filter(({ kind }) => kind === "symlink").map(({ path }) => path));
  const findings: Finding[] = [];
  for (const { path } of documents(project, entries)) requireSafePath(posix.basename(path));
  for (const shipped of [...documents(project, entries), ...ofPackages(project, isLink)]) {
    const finding = findingOf(shipped, await reach(shipped.path), isLink.has(shipped.path));
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Patterns that match nothing are told by themselves. */
function documents({ documents: spec }: Project, entries: readonly TreeEntry[]): readonly Shipped[] {
  const paths = entries.map(({ path }) => path);
  const matched = (patterns: readonly string[]): readonly string[] =>
    patterns.flatMap((pattern) => matchGlob(pattern, paths));
  const files = (id: string, found: readonly string[]): readonly Shipped[] =>
    [...new Set(found)].map((path) => ({ id, path, mayBeFolder: false }));
  return [
    ...files("documents.files", matched(spec.files)),
    ...files("documents.man", matched(spec.man)),
    ...Object.entries(spec.completions.files).flatMap(([shell, path]) =>
      files(`documents.completions.${shell}`, paths.includes(path) ? [path] : []),
    ),
  ];
}

/** What a section names, and the links in a folder that it names. */
function ofPackages({ packages }: Project, links: ReadonlySet<string>): readonly Shipped[] {
  return kinds.packagers.flatMap((packager) => {
    const { format } = packager;
    const section = packages[format];
    if (section === undefined) return [];
    return (packager.sources?.(section as never) ?? []).flatMap((path) =>
      [path, ...[...links].filter((link) => link.startsWith(`${path}/`))].map((one) => ({
        id: `packages.${format}`,
        path: one,
        mayBeFolder: true,
      })),
    );
  });
}

function findingOf({ id, path, mayBeFolder }: Shipped, reached: Reached, isLink: boolean): Finding | undefined {
  const told = (code: ErrorCode, message: string, next: string): Finding => ({
    id,
    verdict: "fail",
    code,
    message,
    next,
  });
  const other = `or leave it out of ${id} in ggen-release.yaml.`;
  if (reached === "outside") {
    const message = `${quoted(path)} is a link that leads out of the tag's tree, or in a circle`;
    return told("GIT_SYMLINK_ESCAPES", message, `Commit the file itself in place of the link, ${other}`);
  }
  if (reached === "nothing") {
    return isLink
      ? told("GIT_SYMLINK_DANGLING", `${quoted(path)} is a link to what is not there`, `Commit what it names, ${other}`)
      : told("PACKAGE_FILE_MISSING", `${id} names ${quoted(path)}, and the tree has no such file`, `Add it, ${other}`);
  }
  if (reached !== "folder" || mayBeFolder) return undefined;
  const message = `${quoted(path)} is a link to a folder, not a file`;
  return told("PACKAGE_SPECIAL_FILE", message, `Name the files in it one by one, ${other}`);
}
