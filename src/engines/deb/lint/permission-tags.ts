/** Modes and owners (Debian Policy 10.9): what a package brings is root's, and everybody may read it. */
import { at, type LintTag, ofEntries } from "./tag.ts";
import { isExecutable, octal, type SubjectEntry } from "./subject.ts";

const setuid = 0o4000;
const setgid = 0o2000;

function isElevated({ mode }: SubjectEntry): boolean {
  return (mode & (setuid | setgid)) !== 0;
}

function isReserved(id: number): boolean {
  return id <= 99 || id === 65_534 || (id >= 60_000 && id <= 64_999);
}

const gamesScores = /^var\/(?:lib\/)?games\/\S/;

function isUsualFolder({ mode, identity, path, shown }: SubjectEntry): boolean {
  if (mode === 0o2775 && identity === "root/games") return gamesScores.test(path);
  if (mode === 0o1777 && identity === "root/root") return /^(?:var\/)?tmp\//.test(shown) || path === "var/lock";
  if (mode === 0o2775 && identity === "root/staff") return path === "var/local";
  return mode === 0o2775 && identity === "root/src" && path === "usr/src";
}

const modes =
  "This program packs programs as 0755 and all else as 0644: set or take the execute permission in the tree.";

export const permissionTags: readonly LintTag[] = [
  {
    tag: "wrong-file-owner-uid-or-gid",
    severity: "error",
    explain:
      "The owner is a number that means another user, or none, on the user's machine: whoever has it may change the file.",
    next: "Let root own every file of the package; change owners in postinst, after the user is made.",
    find: ofEntries(({ uid, gid }) => !(isReserved(uid) && isReserved(gid)) && `${uid}/${gid}`),
  },
  {
    tag: "elevated-privileges",
    severity: "warning",
    explain:
      "Whoever starts the program runs it with the rights of its owner or group: a fault in it is a way to become root.",
    next: "Leave setuid and setgid out; use a service, polkit or file capabilities, or tell in an override why it is needed.",
    find: ofEntries((entry) => entry.isFile && isElevated(entry) && `${octal(entry.mode)} ${entry.identity}`),
  },
  {
    tag: "non-standard-setuid-executable-perm",
    severity: "warning",
    explain:
      "A setuid or setgid program usually has mode 4755 or 2755; another one keeps users from reading or starting it.",
    next: modes,
    find: ofEntries(
      (entry) =>
        entry.isFile &&
        isElevated(entry) &&
        (entry.mode & ~(setuid | setgid)) !== 0o755 &&
        entry.mode !== 0o4754 &&
        octal(entry.mode),
    ),
  },
  {
    tag: "executable-is-not-world-readable",
    severity: "warning",
    explain: "Not everybody may read the program, which anybody can read in the package itself.",
    next: modes,
    find: ofEntries(
      (entry) => entry.isFile && isExecutable(entry) && (entry.mode & 0o444) !== 0o444 && octal(entry.mode),
    ),
  },
  {
    tag: "non-standard-executable-perm",
    severity: "warning",
    explain:
      "Programs have mode 0755: root writes, everybody reads and runs. With another one some users cannot, or too many can write.",
    next: modes,
    find: ofEntries(
      (entry) =>
        entry.isFile &&
        !isElevated(entry) &&
        isExecutable(entry) &&
        entry.identity !== "root/games" &&
        entry.mode !== 0o755 &&
        `${octal(entry.mode)} != 0755`,
    ),
  },
  {
    tag: "non-standard-file-perm",
    severity: "warning",
    explain:
      "Files have mode 0644: with less, programs of users fail to read them; with more, users can change what root trusts.",
    next: modes,
    find: ofEntries(
      (entry) =>
        entry.isFile &&
        !isElevated(entry) &&
        !isExecutable(entry) &&
        entry.mode !== 0o644 &&
        !/^etc\/(?:sudoers|backup)\.d\//.test(entry.path) &&
        !/^usr\/lib\/.*\.ali$/.test(entry.path) &&
        !(entry.mode === 0o664 && entry.identity === "root/games" && gamesScores.test(entry.path)) &&
        `${octal(entry.mode)} != 0644`,
    ),
  },
  {
    tag: "bad-perm-for-file-in-etc-sudoers.d",
    severity: "error",
    explain: "sudo ignores a file there that has another mode than 0440, or refuses to work at all.",
    next: "Set the mode in postinst: chmod 0440 FILE.",
    find: ofEntries(
      (entry) =>
        entry.isFile &&
        !isExecutable(entry) &&
        entry.path.startsWith("etc/sudoers.d/") &&
        entry.mode !== 0o440 &&
        `${octal(entry.mode)} != 0440`,
    ),
  },
  {
    tag: "non-standard-dir-perm",
    severity: "warning",
    explain:
      "Folders have mode 0755. dpkg sets the mode of a folder that is new: others cannot enter it, or everybody can write there.",
    next: "Let the folder be 0755 in the package, and set another mode in postinst or by tmpfiles.d.",
    find: ofEntries(
      (entry) =>
        entry.kind === "folder" && entry.mode !== 0o755 && !isUsualFolder(entry) && `${octal(entry.mode)} != 0755`,
    ),
  },
  {
    tag: "world-writable",
    own: true,
    severity: "error",
    explain:
      "Every user of the machine can change the file, or replace what is in the folder, and whoever uses it runs into that.",
    next: "Give files 0644 or 0755 and folders 0755; a folder for all needs the sticky bit (1777).",
    find: ofEntries(
      ({ kind, mode }) =>
        kind !== "symlink" && (mode & 0o002) !== 0 && !(kind === "folder" && (mode & 0o1000) !== 0) && octal(mode),
    ),
  },
  {
    tag: "special-file",
    severity: "error",
    explain:
      "Devices and pipes do not belong into packages: in a container they cannot be made, and the installation stops.",
    next: "Make it when the program starts, by udev or by tmpfiles.d.",
    find: ofEntries(({ kind, mode }) => (kind === "fifo" || kind.endsWith("device")) && octal(mode)),
  },
  {
    tag: "package-contains-ancient-file",
    severity: "error",
    explain: "The time is before 1976: archives and backups refuse such files, and make takes them for outdated.",
    next: "Build with this program, which gives every file the commit's time, or set SOURCE_DATE_EPOCH.",
    find: function* (deb) {
      for (const entry of deb.entries) {
        const date = new Date(entry.mtime * 1000);
        if (date.getUTCFullYear() <= 1975) yield at(entry, date.toISOString().slice(0, 10));
      }
    },
  },
];
