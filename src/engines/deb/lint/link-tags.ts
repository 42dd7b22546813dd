/** Symbolic and hard links (Debian Policy 10.5). */
import { posix } from "node:path";
import { type LintTag, ofEntries } from "./tag.ts";
import type { Subject, SubjectEntry } from "./subject.ts";

type Check = (link: string, entry: SubjectEntry, deb: Subject) => string | boolean | undefined;

function ofLinks(check: Check): (deb: Subject) => Iterable<string> {
  return ofEntries((entry, deb) =>
    entry.kind === "symlink" && entry.target !== undefined ? check(entry.target, entry, deb) : undefined,
  );
}

/** Without repeated slashes and one at the end. */
function tidy(link: string): string {
  return link.replace(/\/\/+/g, "/").replace(/(.)\/$/, "$1");
}

/** Where it points from the root on; undefined where it climbs out. */
function resolved(link: string, { folder }: SubjectEntry): string | undefined {
  const path = link.startsWith("/") ? posix.normalize(link.slice(1)) : posix.join(folder === "" ? "." : folder, link);
  return path === ".." || path.startsWith("../") ? undefined : path.replace(/^\/+|\/+$/g, "");
}

interface Steps {
  /** More `..` than there are folders. */
  readonly outside: boolean;
  /** The last folder that was left. */
  readonly left: string | undefined;
  /** The first part that is no `..`; undefined where there is none. */
  readonly first: string | undefined;
  readonly rest: readonly string[];
  readonly foldersLeft: number;
  readonly spurious: boolean;
}

function stepsOf(link: string, { path }: SubjectEntry): Steps {
  const folders = path.split("/").slice(0, -1);
  const parts = tidy(link).split("/");
  let left: string | undefined;
  let spurious = false;
  for (;;) {
    const first = parts.shift();
    if (first === ".") {
      spurious ||= tidy(link) !== ".";
      continue;
    }
    if (first !== "..") {
      const dots = parts.some((part) => part === ".." || part === ".");
      return { outside: false, left, first, rest: parts, foldersLeft: folders.length, spurious: spurious || dots };
    }
    if (folders.length === 0) {
      return { outside: true, left, first, rest: parts, foldersLeft: 0, spurious };
    }
    left = folders.pop();
  }
}

function isRelative(link: string): boolean {
  return !tidy(link).startsWith("/");
}

const again = "Mend the target of the link in the tree that packages.deb.files installs.";

export const linkTags: readonly LintTag[] = [
  {
    tag: "symlink-has-double-slash",
    severity: "warning",
    explain: "Two slashes in a row in a link's target are a mistake in how it was put together.",
    next: again,
    find: ofLinks((link) => link.includes("//") && link),
  },
  {
    tag: "symlink-ends-with-slash",
    severity: "warning",
    explain: "Some programs take such a link for the folder itself, and remove what is in it.",
    next: again,
    find: ofLinks((link) => /.\/$/.test(link.replace(/\/\/+/g, "/")) && link),
  },
  {
    tag: "absolute-symlink-in-top-level-folder",
    severity: "warning",
    explain:
      "Within one top folder links are relative: an absolute one points out of a system that is mounted elsewhere, in a chroot or container.",
    next: "Let it be relative: ../lib/tool/tool in place of /usr/lib/tool/tool.",
    find: ofLinks((link, { path }) => {
      const top = /^\/([^/]*)/.exec(tidy(link))?.[1];
      return top !== undefined && top === path.split("/")[0] && link;
    }),
  },
  {
    tag: "relative-symlink",
    severity: "error",
    explain:
      "From one top folder to another links are absolute: /var or /usr may be a link to another disk, and .. then leads elsewhere.",
    next: "Let it be absolute: /var/lib/tool in place of ../../var/lib/tool.",
    find: ofLinks((link, entry) => {
      if (!isRelative(link)) return undefined;
      const { outside, first, foldersLeft } = stepsOf(link, entry);
      return !outside && foldersLeft === 0 && first !== entry.path.split("/")[0] && link;
    }),
  },
  {
    tag: "lengthy-symlink",
    severity: "error",
    explain: "The link leaves a folder only to enter it again; when the folder is renamed it breaks for no reason.",
    next: again,
    find: ofLinks((link, entry) => {
      if (!isRelative(link)) return undefined;
      const { outside, left, first } = stepsOf(link, entry);
      return !outside && left !== undefined && first === left && link;
    }),
  },
  {
    tag: "symlink-contains-spurious-segments",
    severity: "error",
    explain: "A . or .. in the middle of a link's target is a mistake in how it was put together.",
    next: again,
    find: ofLinks((link, entry) => isRelative(link) && stepsOf(link, entry).spurious && link),
  },
  {
    tag: "symlink-has-too-many-up-segments",
    severity: "error",
    explain: "The link climbs out of the root.",
    next: again,
    find: ofLinks((link, entry) => isRelative(link) && stepsOf(link, entry).outside && link),
  },
  {
    tag: "symlink-is-self-recursive",
    severity: "warning",
    explain: "The link points to a folder in which it lies itself: programs that walk the tree go round in it.",
    next: again,
    find: ofLinks((link, entry) => {
      const { outside, first } = stepsOf(link, entry);
      return (tidy(link) === "/" || (isRelative(link) && !outside && first === undefined)) && link;
    }),
  },
  {
    tag: "package-contains-unsafe-symlink",
    severity: "error",
    explain: "The link points out of the root: unpacked elsewhere it leads to files of another system.",
    next: again,
    find: ofLinks((link, entry) => resolved(link, entry) === undefined),
  },
  {
    tag: "symlink-target-in-tmp",
    severity: "error",
    explain: "Anybody can put a file at the place to which the link points.",
    next: again,
    find: ofLinks((link) => /^\/(?:(?:var|usr)\/)?tmp\/./.test(tidy(link)) && tidy(link)),
  },
  {
    tag: "symlink-target-in-build-tree",
    severity: "error",
    explain: "The link points to a folder of the machine that built the package.",
    next: again,
    find: ofLinks(
      (link) =>
        /^\/(?:var\/cache\/pbuilder\/build|var\/lib\/(?:sbuild|buildd)|build|tmp\/buildd)\//.test(tidy(link)) &&
        tidy(link),
    ),
  },
  {
    tag: "compressed-symlink-with-wrong-ext",
    severity: "error",
    explain: "Programs take a file for compressed or not by its name: they do not unpack what is behind the link.",
    next: "Give the link the same ending as the file to which it points.",
    find: ofLinks((link, { path }) => {
      const ending = /\.(gz|bz2|xz|lzma|lz|lzo|Z|zip)\s*$/.exec(link)?.[1];
      return ending !== undefined && !path.endsWith(`.${ending}`) && link;
    }),
  },
  {
    tag: "dangling-symlink",
    own: true,
    severity: "info",
    explain: "The link points to a file that is not in the package. Where no dependency brings it, it leads nowhere.",
    next: "Ship the file, depend on the package that has it, or leave the link out.",
    find: (deb) => {
      if (deb.relations("Depends", "Pre-Depends").length > 0) return [];
      const implied = new Set(deb.missingFolders);
      return ofLinks((link, entry) => {
        const path = resolved(link, entry);
        if (path === undefined || path === "" || /^(?:dev|proc|sys|run|etc)\//.test(path)) return undefined;
        return !deb.byPath.has(path) && !implied.has(path) && link;
      })(deb);
    },
  },
  {
    tag: "package-contains-hardlink",
    severity: "warning",
    explain: "Hard links cannot cross file systems: where the two folders are on different disks dpkg fails.",
    next: "Use a symbolic link in the tree.",
    find: ofEntries(({ kind, path, folder, target = "" }) => {
      if (kind !== "hardlink") return undefined;
      const far = path.startsWith("etc/") || target.startsWith("etc/") || folder !== target.replace(/[^/]*$/, "");
      return far && `pointing to: ${target}`;
    }),
  },
];
