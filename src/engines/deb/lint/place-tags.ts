/** Where files lie (Filesystem Hierarchy Standard 3.0; Debian Policy 9.1). */
import { type LintTag, ofEntries, once } from "./tag.ts";
import { isMetaPackage, isTransitional, type Subject, type SubjectEntry } from "./subject.ts";

const usualPlaces =
  "Install it below /usr (programs /usr/bin, data /usr/share/NAME, private programs /usr/lib/NAME), settings in /etc.";

/** Something below a folder that is not the package's. */
function below(folder: RegExp): (entry: SubjectEntry) => boolean {
  return ({ shown }) => folder.test(shown);
}

function isTop({ shown }: SubjectEntry, parent: string): string | undefined {
  const rest = shown.startsWith(parent) ? shown.slice(parent.length) : "";
  return /^[^/]+\/$/.test(rest) ? rest.slice(0, -1) : undefined;
}

const ofUsr = new Set("X11R6 X386 bin games include lib local sbin share src spool tmp libexec".split(" "));
const oldOfUsr = new Set("dict doc etc info man adm preserve".split(" "));
const ofVar = new Set("account lib cache crash games lock log opt run spool state tmp www yp".split(" "));
const oldOfVar = new Set("adm catman named nis preserve".split(" "));
const ofRoot = new Set("bin boot dev etc home lib mnt opt root run sbin srv sys tmp usr var hurd servers".split(" "));
const multilib = /^lib(?:64|x?32)$/;

export const placeTags: readonly LintTag[] = [
  {
    tag: "dir-or-file-in-opt",
    severity: "error",
    explain:
      "/opt is for what is installed by hand; a program there is not on the PATH, and Debian's own packages never use it.",
    next: `${usualPlaces} Packages of a vendor may stay in /opt/VENDOR with an override that says so.`,
    find: ofEntries(below(/^opt\/./)),
  },
  {
    tag: "dir-or-file-in-etc-opt",
    severity: "error",
    explain: "/etc/opt belongs to what is in /opt.",
    next: usualPlaces,
    find: ofEntries(below(/^etc\/opt\/./)),
  },
  {
    tag: "file-in-usr-local",
    severity: "error",
    explain:
      "/usr/local is the administrator's own: the package may overwrite his files, and what is there goes before the system's.",
    next: usualPlaces,
    find: ofEntries((entry) => /^usr\/local\/\S+/.test(entry.shown) && entry.kind !== "folder"),
  },
  {
    tag: "dir-in-usr-local",
    severity: "error",
    explain: "dpkg would remove the administrator's folder together with the package.",
    next: "Make it in postinst, only if it is missing, or leave it out.",
    find: ofEntries((entry) => /^usr\/local\/\S+/.test(entry.shown) && entry.kind === "folder"),
  },
  {
    tag: "dir-or-file-in-home",
    severity: "error",
    explain: "Homes belong to users, may be on another machine, and have other names there.",
    next: usualPlaces,
    find: ofEntries(below(/^(?:home|root)\/./)),
  },
  {
    tag: "dir-or-file-in-tmp",
    severity: "error",
    explain:
      "What is in a folder for temporary files is gone after the next start, and any user may put something else there before.",
    next: usualPlaces,
    find: ofEntries(below(/^(?:(?:var|usr)\/)?tmp\/./)),
  },
  {
    tag: "dir-or-file-in-mnt",
    severity: "error",
    explain: "/mnt is where the administrator mounts something for a while: it hides the files, or they disturb him.",
    next: usualPlaces,
    find: ofEntries(below(/^mnt\/./)),
  },
  {
    tag: "dir-or-file-in-srv",
    severity: "error",
    explain: "What is in /srv, and how it is ordered, is the administrator's own affair.",
    next: "Ship an example in /usr/share/doc/NAME/examples, and use /var/lib/NAME for data.",
    find: ofEntries(below(/^srv\/./)),
  },
  {
    tag: "dir-or-file-in-run",
    severity: "error",
    explain: "/run is empty after each start of the machine: the file is there until then, and never again.",
    next: "Use RuntimeDirectory= in the unit, or tmpfiles.d (packages.deb.tmpfiles).",
    find: ofEntries(below(/^run\/./)),
  },
  {
    tag: "dir-or-file-in-var-run",
    severity: "error",
    explain: "/var/run is /run, which is empty after each start of the machine.",
    next: "Use RuntimeDirectory= in the unit, or tmpfiles.d (packages.deb.tmpfiles).",
    find: ofEntries(below(/^var\/run\/./)),
  },
  {
    tag: "dir-or-file-in-var-lock",
    severity: "error",
    explain: "/var/lock is /run/lock, which is empty after each start of the machine.",
    next: "Make the lock when the program runs, or use tmpfiles.d.",
    find: ofEntries(below(/^var\/lock\/./)),
  },
  {
    tag: "dir-or-file-in-var-www",
    severity: "error",
    explain: "/var/www is the administrator's web site.",
    next: "Install it in /usr/share/NAME, with a snippet for the web server in /etc.",
    find: ofEntries(below(/^var\/www\/\S+/)),
  },
  {
    tag: "file-directly-in-usr-share",
    severity: "error",
    explain:
      "/usr/share has a folder for each package; two packages with a file of the same name there cannot both be installed.",
    next: "Install it in /usr/share/NAME.",
    find: ofEntries(({ isFile, path }) => isFile && /^usr\/share\/[^/]+$/.test(path)),
  },
  {
    tag: "subdir-in-usr-bin",
    severity: "error",
    explain: "Shells do not look into folders below /usr/bin: what is there is no command.",
    next: "Install programs in /usr/bin itself, private ones in /usr/lib/NAME.",
    find: ofEntries(
      ({ kind, shown }) => kind === "folder" && /^usr\/bin\/./.test(shown) && !/^usr\/bin\/(?:X11|mh)\//.test(shown),
    ),
  },
  {
    tag: "subdir-in-bin",
    severity: "error",
    explain: "Shells do not look into folders below /bin.",
    next: "Install programs in /usr/bin itself, private ones in /usr/lib/NAME.",
    find: ofEntries(({ kind, shown }) => kind === "folder" && /^bin\/./.test(shown)),
  },
  {
    tag: "non-standard-toplevel-dir",
    severity: "error",
    explain:
      "A new folder in the root is in nobody's backup plan, and on systems with a read-only root it cannot be made.",
    next: usualPlaces,
    find: ofEntries((entry, { name }) => {
      const folder = isTop(entry, "");
      return folder !== undefined && !ofRoot.has(folder) && !multilib.test(folder) && name !== "base-files";
    }),
  },
  {
    tag: "non-standard-dir-in-usr",
    severity: "warning",
    explain: "Nobody looks for files in a folder of /usr that is not in the standard.",
    next: usualPlaces,
    find: ofEntries((entry) => {
      const folder = isTop(entry, "usr/");
      return folder !== undefined && !ofUsr.has(folder) && !oldOfUsr.has(folder) && !multilib.test(folder);
    }),
  },
  {
    tag: "FSSTND-dir-in-usr",
    severity: "error",
    explain: "The folder has been replaced long ago: /usr/man by /usr/share/man, /usr/doc by /usr/share/doc.",
    next: "Install it in /usr/share.",
    find: ofEntries((entry) => oldOfUsr.has(isTop(entry, "usr/") ?? "")),
  },
  {
    tag: "non-standard-dir-in-var",
    severity: "error",
    explain: "Nobody looks for data in a folder of /var that is not in the standard, nor backs it up.",
    next: "Use /var/lib/NAME for data, /var/cache/NAME for what can be made again, /var/log/NAME for logs.",
    find: ofEntries((entry, { name }) => {
      const folder = isTop(entry, "var/");
      if (/^var\/lib\/games\/./.test(entry.shown)) return true;
      if (folder === undefined || ofVar.has(folder) || oldOfVar.has(folder)) return false;
      return !(name === "base-files" && /^(?:backups|local)$/.test(folder));
    }),
  },
  {
    tag: "FSSTND-dir-in-var",
    severity: "error",
    explain: "The folder has been replaced long ago.",
    next: "Use /var/lib/NAME for data and /var/cache/NAME for what can be made again.",
    find: ofEntries((entry) => oldOfVar.has(isTop(entry, "var/") ?? "")),
  },
  {
    tag: "non-multi-arch-lib-dir",
    severity: "warning",
    explain:
      "Debian keeps libraries of another word size in folders named after the machine; the loader does not look there.",
    next: "Install libraries in /usr/lib/TRIPLET, for example /usr/lib/x86_64-linux-gnu.",
    find: ofEntries((entry, { name, source }) => {
      const folder = isTop(entry, "usr/") ?? isTop(entry, "") ?? "";
      return multilib.test(folder) && !/^e?glibc$/.test(source) && !name.startsWith(folder);
    }),
  },
  {
    tag: "use-of-compat-symlink",
    severity: "error",
    explain:
      "On the user's machine the folder is a link to another place: dpkg writes through it and then does not find its own file.",
    next: usualPlaces,
    find: ofEntries(({ shown }) => /^usr\/(?:spool|tmp)\/|^usr\/(?:doc|bin)\/X11\/|^var\/adm\//.test(shown)),
  },
  {
    tag: "file-in-unusual-dir",
    severity: "warning",
    explain: "Nobody looks for a file there.",
    next: usualPlaces,
    find: ofEntries(({ kind, path }) => kind !== "folder" && !usual.test(path)),
  },
  {
    tag: "dir-or-file-in-build-tree",
    severity: "error",
    explain:
      "The package holds the folder of the machine that built it: files were installed by their full path there.",
    next: "Name the files by their path in the package under packages.deb.files.",
    find: ofEntries(
      ({ path, shown }) =>
        /^(?:var\/cache\/pbuilder\/build|var\/lib\/(?:sbuild|buildd)|build|tmp\/buildd)\//.test(shown) && path !== "",
    ),
  },
  {
    tag: "repeated-path-segment",
    severity: "info",
    explain: "The same folder name twice in a row (usr/share/usr/share) is most often a mistake of the build.",
    next: "Look at the path under packages.deb.files.",
    find: ofEntries(
      ({ kind, path, base }) => kind === "folder" && path.split("/").filter((part) => part === base).length > 1 && base,
    ),
  },
  {
    tag: "package-contains-empty-directory",
    severity: "info",
    explain: "An empty folder often means that files were forgotten.",
    next: "Leave the folder out, or look what should be in it.",
    find: function* (deb) {
      const parents = new Set([
        ...deb.entries.map(({ folder }) => folder),
        ...deb.missingFolders.map((folder) => folder.replace(/[^/]*$/, "")),
      ]);
      for (const { kind, shown } of deb.entries) {
        if (kind !== "folder" || parents.has(shown) || deb.name === "base-files") continue;
        if (!/^(?:var|etc)\/|^usr\/lib\/(?:[^/]+\/)?perl5\/$|^usr\/share\/perl5\/$/.test(shown)) yield `[${shown}]`;
      }
    },
  },
  {
    tag: "missing-intermediate-directory",
    severity: "warning",
    explain:
      "dpkg makes no folder that is not in the package itself: where no other package brings it, the installation stops.",
    next: "Make the package by this program or by dpkg-deb, which write every folder.",
    find: (deb) => deb.missingFolders.map((folder) => `[${folder}/]`),
  },
  {
    tag: "empty-binary-package",
    severity: "warning",
    explain:
      "Nothing but documentation is installed: files were forgotten, or the package is meant to pull in others and does not say so.",
    next: "Look what the build gives, or say `metapackage` in the description.",
    find: once(
      (deb) => !isTransitional(deb) && !isMetaPackage(deb) && deb.entries.every((entry) => isNoContent(entry, deb)),
    ),
  },
  {
    tag: "file-in-root-and-usr",
    severity: "error",
    explain: "On today's systems /bin is /usr/bin: the two files are one, and which of them is left is chance.",
    next: "Install it below /usr only.",
    find: ofEntries((entry, deb) => inBoth(entry, deb, false)),
  },
  {
    tag: "library-in-root-and-usr",
    severity: "error",
    explain: "On today's systems /lib is /usr/lib: the two files are one, and which of them is left is chance.",
    next: "Install it below /usr/lib only.",
    find: ofEntries((entry, deb) => inBoth(entry, deb, true)),
  },
  {
    tag: "path-of-unmerged-usr",
    own: true,
    severity: "info",
    explain:
      "/bin, /sbin and /lib are links into /usr since Debian 12; dpkg does not know that the two names are one, and files can get lost when they move.",
    next: "Install it below /usr: /usr/bin/tool, /usr/lib/systemd/system/tool.service.",
    find: ofEntries(({ kind, path }) => kind !== "folder" && /^(?:s?bin|lib(?:64|x?32)?)\//.test(path)),
  },
  {
    tag: "repeated-entry",
    own: true,
    severity: "error",
    explain:
      "The archive holds the path twice. dpkg takes the last one, other programs the first: they see different packages.",
    next: "Make the package again by this program or by dpkg-deb.",
    find: (deb) => deb.repeated.map((path) => `[${path}]`),
  },
];

const usual = new RegExp(
  "^(?:usr/(?:bin|dict|doc|games|include|info|lib(?:x?32|64)?|man|sbin|share|src|X11R6|libexec|iraf)/" +
    "|lib(?:x?32|64)?/|var/(?:games|lib|www|named)/|(?:bin|boot|dev|etc|sbin)/|usr/[^/]+-linux[^/]*/" +
    "|build|home|mnt|opt|root|run|srv|(?:(?:usr|var)/)?tmp|var/www/)",
);

const documents =
  /^(?:(?:AUTHORS|BUGS|changelog|CHANGES|HACKING|NEWS|NEWS\.Debian|TODO)(?:\.gz)?|changelog\.Debian(?:\.\w+)?\.gz|COPYING\.gz|copyright|[Rr][Ee][Aa][Dd][Mm][Ee](?:\..*)?|buildinfo_\w+\.gz)$/;

function isNoContent({ kind, path, base, folder }: SubjectEntry, { name }: Subject): boolean {
  if (kind === "folder" || path === `usr/share/doc/${name}` || path === `usr/share/lintian/overrides/${name}`)
    return true;
  if (path === `usr/share/bug/${name}` || folder === `usr/share/bug/${name}/`) return true;
  return folder === `usr/share/doc/${name}/` && documents.test(base);
}

function inBoth({ path, kind }: SubjectEntry, { byPath }: Subject, library: boolean): string | undefined {
  const other = /^(?:s?bin|lib(?:|[ox]?32|64))\//.test(path) ? byPath.get(`usr/${path}`) : undefined;
  if (other === undefined || (kind === "folder" && other.kind === "folder")) return undefined;
  return /^lib.+\.(?:so[.0-9]*|a)$/.test(path) === library ? `already in: ${other.shown}` : undefined;
}
