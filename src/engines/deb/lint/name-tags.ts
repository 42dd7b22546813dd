/** Names of files, and files that came along by mistake. */
import { type LintTag, ofEntries } from "./tag.ts";
import { isExecutable, type Subject, type SubjectEntry } from "./subject.ts";

const path = new Set(["bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/games/"]);

function inPath({ folder }: SubjectEntry): boolean {
  return path.has(folder);
}

const leaveOut =
  "Leave it out: name the files that belong into the package under packages.deb.files, not whole folders.";

export const nameTags: readonly LintTag[] = [
  {
    tag: "file-name-ends-in-whitespace",
    severity: "warning",
    explain: "Nobody sees the space at the end, and nobody finds the file by its name.",
    next: "Rename the file.",
    find: ofEntries(({ shown }) => /\s$/.test(shown)),
  },
  {
    tag: "star-file",
    severity: "error",
    explain:
      "A file named * is what a shell pattern that matched nothing leaves behind; `rm *` beside it removes everything.",
    next: "Mend the command of the build that made it.",
    find: ofEntries(({ shown }) => shown.endsWith("/*")),
  },
  {
    tag: "hyphen-file",
    severity: "error",
    explain: "A file named - is what a program writes that does not take - for its output.",
    next: "Mend the command of the build that made it.",
    find: ofEntries(({ shown }) => shown.endsWith("/-")),
  },
  {
    tag: "file-name-contains-wildcard-character",
    severity: "warning",
    explain: "Shells expand * and ? in names: scripts that handle the file do something else than was meant.",
    next: "Rename the file.",
    find: ofEntries(({ shown }) => /[*?]/.test(shown)),
  },
  {
    tag: "file-name-in-PATH-is-not-ASCII",
    severity: "error",
    explain: "A command whose name is not plain ASCII cannot be typed on every keyboard nor shown in every locale.",
    next: "Rename the program.",
    find: ofEntries((entry) => inPath(entry) && /[^\x20-\x7e]/.test(entry.base)),
  },
  {
    tag: "shipped-file-without-utf8-name",
    severity: "error",
    explain: "The name's bytes are no UTF-8: programs show it as garbage or fail on it.",
    next: "Rename the file in UTF-8 (`convmv -f latin1 -t utf8 --notest FILE`).",
    find: ofEntries((entry) => !inPath(entry) && !entry.utf8),
  },
  {
    tag: "zero-byte-executable-in-path",
    severity: "error",
    explain: "The command is an empty file: it does nothing, and says that it worked.",
    next: "Look why the build made it empty.",
    find: ofEntries((entry) => inPath(entry) && entry.kind === "file" && isExecutable(entry) && entry.size === 0),
  },
  {
    tag: "script-with-language-extension",
    severity: "warning",
    explain: "Users type the .sh or .py for ever, also when the command is written in another language one day.",
    next: "Install it without its extension: the value under packages.deb.files is its place, /usr/bin/tool.",
    find: ofEntries(
      ({ isFile, path: name }) =>
        isFile && /^(?:usr\/)?(?:s?bin|games)\/[^/]+\.(?:p[ly]|php|rb|[bc]?sh|tcl)$/.test(name),
    ),
  },
  {
    tag: "backup-file-in-package",
    severity: "warning",
    explain: "An editor's copy of a file: old content, and sometimes what should not be published.",
    next: leaveOut,
    find: ofEntries(({ isFile, path: name }) => isFile && /~$|#[^/]+#$|\/\.[^/]+\.swp$/.test(name)),
  },
  {
    tag: "nfs-temporary-file-in-package",
    severity: "warning",
    explain: "A file that was removed while a program had it open, on a network file system.",
    next: leaveOut,
    find: ofEntries(({ isFile, path: name }) => isFile && /\/\.nfs[^/]+$/.test(name)),
  },
  {
    tag: "package-contains-vcs-control-file",
    severity: "warning",
    explain: "Git's own settings for the sources; on the user's machine they are of no use.",
    next: leaveOut,
    find: ofEntries(
      ({ isFile, path: name }) =>
        isFile &&
        /\/(?:\.arch-inventory|\.hgtags|\.(?:cvs|git|hg)_?ignore|\.git_?(?:modules|attributes)|\.hg_archival\.txt)(?:\.(?:gz|xz|bz2|lzma))?$/.test(
          name,
        ) &&
        !name.startsWith("usr/share/cargo/registry/"),
    ),
  },
  {
    tag: "package-contains-vcs-control-dir",
    severity: "warning",
    explain: "The history of the sources, with all that was ever in them: passwords that were removed, too.",
    next: leaveOut,
    find: ofEntries(
      ({ kind, path: name }) => kind === "folder" && /\/(?:CVS|\.(?:svn|bzr|git|hg)|\.arch-ids|\{arch\})$/.test(name),
    ),
  },
  {
    tag: "macos-ds-store-file-in-package",
    severity: "warning",
    explain: "macOS's notes on how a folder was looked at, with names of other files of the maker's machine.",
    next: leaveOut,
    find: ofEntries(({ isFile, path: name }) => isFile && /\/\.DS_Store(?:\.gz)?$/.test(name)),
  },
  {
    tag: "macos-resource-fork-file-in-package",
    severity: "warning",
    explain: "What macOS keeps beside a file on foreign file systems.",
    next: leaveOut,
    find: ofEntries(({ isFile, path: name }) => isFile && /\/\._[^_/][^/]*$/.test(name) && !name.endsWith(".swp")),
  },
  {
    tag: "windows-thumbnail-database-in-package",
    severity: "warning",
    explain: "Small pictures of files of the maker's machine.",
    next: leaveOut,
    find: ofEntries(({ isFile, path: name }) => isFile && /\/Thumbs\.db(?:\.gz)?$/i.test(name)),
  },
  {
    tag: "package-contains-file-in-etc-skel",
    severity: "error",
    explain: "The file goes into the home of every user who is made from then on, and never goes away again.",
    next: "Let the program do without the file, or make it when it runs first.",
    find: ofEntries(
      ({ path: name }) => /^etc\/skel\/./.test(name) && !/^etc\/skel\/\.(?:bashrc|profile|bash_logout)$/.test(name),
    ),
  },
  {
    tag: "package-installs-apt-sources",
    severity: "error",
    explain:
      "The package opens the machine to all packages of a repository; who installed one program did not ask for that.",
    next: "Ship the repository's file in a package of its own, named NAME-apt-source, or describe it in the documentation.",
    find: ofEntries(
      ({ path: name }, deb) =>
        apt(deb) && !deb.name.endsWith("-apt-source") && /^etc\/apt\/sources\.list(?:$|\.d\/[^/]+)/.test(name),
    ),
  },
  {
    tag: "package-installs-apt-keyring",
    severity: "error",
    explain: "A key in that place is trusted for every repository of the machine, not only for yours.",
    next: "Put the key into /usr/share/keyrings, and name it by Signed-By in the .sources file.",
    find: ofEntries(
      ({ path: name }, deb) =>
        apt(deb) &&
        !/-(?:apt-source|archive-keyring)$/.test(deb.name) &&
        /^etc\/apt\/trusted\.gpg(?:$|\.d\/[^/]+)/.test(name),
    ),
  },
  {
    tag: "package-installs-apt-preferences",
    severity: "error",
    explain: "It changes from where all other packages of the machine come.",
    next: "Leave it out, and describe in the documentation what users may want to set.",
    find: ofEntries(({ path: name }, deb) => apt(deb) && /^etc\/apt\/preferences(?:$|\.d\/[^/]+)/.test(name)),
  },
];

function apt({ source }: Subject): boolean {
  return source !== "apt";
}
