/**
 * Paths and globs in a tree, relative, with forward slashes. Invariant: what is accepted names something inside the tree,
 * on every system.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

/** A path, without `./` before it and without a slash at its end. Throws CONFIG_PATH_ESCAPES, CONFIG_INVALID. */
export function parseTreePath(text: string): string {
  const path = text.replace(/^(?:\.\/)+/, "").replace(/\/$/, "");
  if (/^(?:\/|~|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..")) {
    throw new ReleaseError("CONFIG_PATH_ESCAPES", {
      what: `${quoted(text)} leads out of the tree.`,
      next: "Write a path inside the repository, relative to its top folder, without ../ in it.",
    });
  }
  if (path.split(/[/\\]/).some((part) => part.toLowerCase() === ".git")) {
    throw new ReleaseError("CONFIG_PATH_ESCAPES", {
      what: `${quoted(text)} is git's own, and no file of the tree.`,
      next: "Name a file that is committed; what git keeps in .git differs in every clone.",
    });
  }
  const odd = /[\\\u0000-\u001f\u007f]/.test(path) || path.split("/").some((part) => part === "" || part === ".");
  if (odd || path.length > 1000) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `${quoted(text)} is not a path in the tree.`,
      next: "Write it with forward slashes and without empty parts, for example doc/tool.1.",
    });
  }
  return path;
}

/** Like a path; `*` and `?` stand for characters of one name, `**` for any folders. */
export function parseTreeGlob(text: string): string {
  const glob = parseTreePath(text);
  if (!/[[\]{}!]/.test(glob)) return glob;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(text)} holds a character that globs do not know here.`,
    next: "Use * and ? within a name and ** for any folders; write one entry for each alternative.",
  });
}
