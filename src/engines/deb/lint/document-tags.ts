/** Documentation: copyright and changelog (Debian Policy 12.5, 12.7), and what lies in /usr/share/doc. */
import { at, type LintTag, ofEntries, once } from "./tag.ts";
import { hashbang, isExecutable, isNative, type Subject, type SubjectEntry } from "./subject.ts";

/** Files and links right in the package's documentation; undefined where that is a link itself, or is not there. */
function documentsOf(deb: Subject): readonly SubjectEntry[] | undefined {
  const folder = `usr/share/doc/${deb.name}/`;
  const own = deb.entries.filter((entry) => entry.folder === folder && (entry.isFile || entry.kind === "symlink"));
  return own.length > 0 || deb.byPath.get(folder.slice(0, -1))?.kind === "folder" ? own : undefined;
}

function isLinked(deb: Subject): boolean {
  return deb.byPath.get(`usr/share/doc/${deb.name}`)?.kind === "symlink";
}

const changelog = /^changelog(?:\.html|\.Debian)?(?:\.gz)?$/;

function ofDocuments(check: (entry: SubjectEntry, deb: Subject) => boolean): (deb: Subject) => Iterable<string> {
  return (deb) =>
    isLinked(deb) ? [] : (documentsOf(deb) ?? []).filter((entry) => check(entry, deb)).map((entry) => at(entry));
}

/** Follows links within the package, a few. */
function textOf(entry: SubjectEntry | undefined, deb: Subject, links = 0): SubjectEntry | undefined {
  if (entry?.kind !== "symlink" || links === 8) return entry;
  const target = entry.target ?? "";
  return textOf(deb.byPath.get(target.startsWith("/") ? target.slice(1) : entry.folder + target), deb, links + 1);
}

function ofCopyright(check: (text: string, deb: Subject) => string | boolean): (deb: Subject) => Iterable<string> {
  return once((deb) => {
    const entry = textOf(deb.byPath.get(`usr/share/doc/${deb.name}/copyright`), deb);
    return entry?.text !== undefined && entry.textUtf8 && check(entry.text, deb);
  });
}

const writeCopyright =
  "Set `license:` in ggen-release.yaml and keep the licence's text in the repository: this program writes the file from both.";
const writeChangelog = "Keep a CHANGELOG.md in the repository: this program writes the file from it.";
const common =
  "Refer to the text under /usr/share/common-licenses in place of repeating it, and keep the notice of the years and holders.";

export const documentTags: readonly LintTag[] = [
  {
    tag: "no-copyright-file",
    severity: "error",
    explain: "Users are not told under which licence they may use the program; many licences demand it.",
    next: writeCopyright,
    find: once((deb) => {
      if (isLinked(deb) || deb.name === "perl") return false;
      return !(documentsOf(deb) ?? []).some(({ base }) => base === "copyright" || base === "copyright.gz");
    }),
  },
  {
    tag: "copyright-file-compressed",
    severity: "error",
    explain: "Programs that collect licences look for the plain file.",
    next: writeCopyright,
    find: ofDocuments(({ base }) => base === "copyright.gz"),
  },
  {
    tag: "copyright-file-is-symlink",
    severity: "error",
    explain: "The licence has to come with the package itself.",
    next: writeCopyright,
    find: ofDocuments(({ base, kind }) => base === "copyright" && kind === "symlink"),
  },
  {
    tag: "copyright-without-copyright-notice",
    severity: "warning",
    explain: "The file names no holder of the copyright with a year.",
    next: "Let the licence file of the repository have a line such as: Copyright 2026 Jane Doe",
    find: (deb) => {
      const entry = deb.byPath.get(`usr/share/doc/${deb.name}/copyright`);
      if (entry?.isFile !== true || entry.text === undefined || !entry.textUtf8) return [];
      return /(?:Copyright|Copr\.|©)(?:.*|[(C):\s]+)\b\d{4}\b|\bpublic(?:\s+|-)domain\b/i.test(entry.text) ? [] : [""];
    },
  },
  {
    tag: "copyright-has-crs",
    severity: "info",
    explain: "The file has Windows line ends, which many programs show as garbage.",
    next: "Save the licence file with Unix line ends: sed -i 's/\\r$//' LICENSE",
    find: ofCopyright((text) => text.includes("\r")),
  },
  {
    tag: "copyright-file-contains-full-gpl-license",
    severity: "error",
    explain: "The whole GPL is on every Debian system already.",
    next: common,
    find: ofCopyright(
      (text) =>
        text.length > 12_000 &&
        (/\bGNU GENERAL PUBLIC LICENSE\s*TERMS AND CONDITIONS FOR COPYING,\s*DISTRIBUTION AND MODIFICATION\b/.test(
          text,
        ) ||
          (/\bGNU GENERAL PUBLIC LICENSE\s*Version 3/.test(text) && /\bTERMS AND CONDITIONS\s/.test(text))),
    ),
  },
  {
    tag: "copyright-file-contains-full-apache-2-license",
    severity: "error",
    explain: "The whole Apache licence is on every Debian system already.",
    next: common,
    find: ofCopyright(
      (text) =>
        text.length > 10_000 &&
        /\bApache License\s+Version 2\.0,/.test(text) &&
        text.includes("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"),
    ),
  },
  {
    tag: "helper-templates-in-copyright",
    severity: "error",
    explain: "The file still holds words of a template: what is the licence is not said.",
    next: writeCopyright,
    find: ofCopyright((text) =>
      /<fill in (?:http\/)?ftp site>|<Must follow here>|<Put the license of the package here|<put author['(]s\)? name and email here>|<Copyright \(C\) YYYY Name OfAuthor>|Upstream Author\(s\)|<years>|<special license>|<Including paragraphs>|<likewise for another author>|<INSERT COPYRIGHT YEAR\(S\) HERE>/.test(
        text,
      ),
    ),
  },
  {
    tag: "old-fsf-address-in-copyright-file",
    severity: "warning",
    explain: "The Free Software Foundation has moved; letters to the old address do not arrive.",
    next: "Replace the address by <https://www.gnu.org/licenses/>.",
    find: ofCopyright((text) => hasOldAddress(text)),
  },
  {
    tag: "copyright-refers-to-incorrect-directory",
    severity: "error",
    explain: "The folder with the licences has another name.",
    next: "Write /usr/share/common-licenses.",
    find: ofCopyright((text) => text.includes("usr/share/common-licences") && "usr/share/common-licences"),
  },
  {
    tag: "copyright-refers-to-symlink-license",
    severity: "info",
    explain: "GPL and LGPL without a number are links to the newest version, which changes.",
    next: "Name the version: /usr/share/common-licenses/GPL-3.",
    find: ofCopyright((text) => versionless(text, true)),
  },
  {
    tag: "copyright-refers-to-versionless-license-file",
    severity: "warning",
    explain: "GPL and LGPL without a number are links to the newest version, which is not the one that is meant.",
    next: "Name the version: /usr/share/common-licenses/GPL-3.",
    find: ofCopyright((text) => versionless(text, false)),
  },
  {
    tag: "no-changelog",
    severity: "error",
    explain: "Users are not told what a new version changes: apt-listchanges and `apt changelog` show nothing.",
    next: writeChangelog,
    find: once((deb) => {
      if (isLinked(deb)) return false;
      const names = (documentsOf(deb) ?? []).map(({ base }) => base);
      const folder = `usr/share/doc/${deb.name}`;
      if (isNative(deb)) {
        const found = names.some((name) => /^changelog(?:\.gz)?$|^changelog[.]debian\.gz$/i.test(name));
        return !found && `${folder}/changelog.gz (native package)`;
      }
      const upstream = names.some((name) => /^changelog(?:\.gz)?$/.test(name));
      const own = names.some((name) => /^changelog\.debian(?:\.gz)?$/i.test(name));
      return !upstream && !own && isForeign(deb) && `${folder}/changelog.Debian.gz (non-native package)`;
    }),
  },
  {
    tag: "debian-changelog-file-missing-or-wrong-name",
    severity: "error",
    explain: "The program's changes are there, those of the package are not.",
    next: writeChangelog,
    find: once((deb) => {
      if (isLinked(deb) || isNative(deb) || !isForeign(deb)) return false;
      const names = (documentsOf(deb) ?? []).map(({ base }) => base);
      return (
        names.some((name) => /^changelog(?:\.gz)?$/.test(name)) &&
        !names.some((name) => /^changelog\.debian(?:\.gz)?$/i.test(name))
      );
    }),
  },
  {
    tag: "wrong-name-for-changelog-of-native-package",
    severity: "warning",
    explain: "The version has no revision: programs look for changelog.gz and do not find it.",
    next: "Set packages.deb.revision, or let the file be changelog.gz.",
    find: (deb) => {
      const documents = isLinked(deb) || !isNative(deb) ? [] : (documentsOf(deb) ?? []);
      if (documents.some(({ base }) => /^changelog(?:\.gz)?$/.test(base))) return [];
      return documents
        .filter(({ base }) => /^changelog[.]debian\.gz$/i.test(base))
        .slice(0, 1)
        .map((entry) => at(entry));
    },
  },
  {
    tag: "wrong-name-for-debian-changelog-file",
    severity: "error",
    explain: "Programs look for changelog.Debian.gz and do not find it.",
    next: "Let the file be changelog.Debian.gz.",
    find: (deb) => {
      const documents = isLinked(deb) || isNative(deb) ? [] : (documentsOf(deb) ?? []);
      if (documents.some(({ base }) => /^changelog\.Debian(?:\.gz)?$/.test(base))) return [];
      return documents
        .filter(({ base }) => /^changelog\.debian(?:\.gz)?$/i.test(base))
        .slice(0, 1)
        .map((entry) => at(entry));
    },
  },
  {
    tag: "changelog-file-not-compressed",
    severity: "error",
    explain: "Programs look for the compressed file.",
    next: writeChangelog,
    find: ofDocuments(({ base }) => changelog.test(base) && !base.endsWith(".gz")),
  },
  {
    tag: "changelog-not-compressed-with-max-compression",
    severity: "warning",
    explain: "Users download more than is needed.",
    next: "Compress it by gzip -9n, or let this program write it.",
    find: ofDocuments((entry, deb) => {
      const file = changelog.test(entry.base) && entry.base.endsWith(".gz") ? textOf(entry, deb) : undefined;
      return file !== undefined && file.isFile && !isMostCompressed(file);
    }),
  },
  {
    tag: "debian-changelog-file-is-a-symlink",
    severity: "warning",
    explain: "The changelog has to come with the package itself.",
    next: writeChangelog,
    find: ofDocuments(({ base, kind }) => changelog.test(base) && kind === "symlink"),
  },
  {
    tag: "html-changelog-without-text-version",
    severity: "error",
    explain: "Programs show the plain changelog, and there is none.",
    next: "Ship changelog.gz beside changelog.html.gz.",
    find: ofDocuments(
      ({ base }, deb) =>
        /^changelog\.html(?:\.gz)?$/.test(base) &&
        !(documentsOf(deb) ?? []).some((other) => /^changelog(?:\.gz)?$/.test(other.base)),
    ),
  },
  {
    tag: "bad-owner-for-doc-file",
    severity: "error",
    explain: "Documentation belongs to root, so that nobody else can change what users are told.",
    next: "Make the package by this program, or by dpkg-deb --root-owner-group.",
    find: ofEntries(
      ({ shown, identity }) =>
        /^usr\/share\/doc\/\S/.test(shown) &&
        identity !== "root/root" &&
        identity !== "0/0" &&
        `${identity} != root/root (or 0/0)`,
    ),
  },
  {
    tag: "executable-in-usr-share-doc",
    severity: "error",
    explain:
      "Nobody runs programs from the documentation, and programs must work where that is left out (dpkg --path-exclude).",
    next: "Install it in /usr/bin or /usr/share/doc/NAME/examples.",
    find: ofEntries(
      (entry) =>
        isExecutableDocument(entry) && hashbang(entry.start) === undefined && entry.mode.toString(8).padStart(4, "0"),
    ),
  },
  {
    tag: "script-in-usr-share-doc",
    severity: "info",
    explain: "Programs must work where documentation is left out (dpkg --path-exclude).",
    next: "Install it in /usr/share/doc/NAME/examples, or take its execute permission.",
    find: ofEntries((entry) => isExecutableDocument(entry) && hashbang(entry.start) !== undefined),
  },
  {
    tag: "zero-byte-file-in-doc-directory",
    severity: "warning",
    explain: "An empty document: its content was lost, or it says nothing.",
    next: "Leave it out of `documents:`.",
    find: ofEntries(
      (entry) =>
        entry.kind === "file" &&
        entry.path.startsWith("usr/share/doc/") &&
        (entry.size === 0
          ? !/^usr\/share\/doc\/(?:(?:[^/]+\/)?examples\/|(?:.+\/)?(?:doxygen|html)\/.*\.map$|(?:.+\/)?__init__\.py$)/.test(
              entry.path,
            )
          : entry.path.endsWith(".gz") && entry.text === ""),
    ),
  },
  {
    tag: "file-directly-in-usr-share-doc",
    severity: "error",
    explain: "/usr/share/doc has a folder for each package.",
    next: "Install it in /usr/share/doc/NAME.",
    find: ofEntries(({ isFile, path }) => isFile && /^usr\/share\/doc\/[^/]+$/.test(path)),
  },
  {
    tag: "package-contains-upstream-installation-documentation",
    severity: "warning",
    explain: "Who reads it has installed the program already.",
    next: "Leave INSTALL out of `documents:`.",
    find: ofEntries(
      ({ path, folder, base }, { name }) =>
        folder === `usr/share/doc/${name}/` && /^INSTALL(?:\..+)*$/.test(base) && path !== "",
    ),
  },
  {
    tag: "package-contains-readme-for-other-platform-or-distro",
    severity: "warning",
    explain: "The text is about another system.",
    next: "Leave it out of `documents:`.",
    find: ofEntries(({ folder, base }, { name }) => folder === `usr/share/doc/${name}/` && otherSystems.test(base)),
  },
  {
    tag: "package-contains-info-dir-file",
    severity: "error",
    explain: "The index of all info pages is each machine's own; two packages with it cannot both be installed.",
    next: "Leave /usr/share/info/dir out.",
    find: ofEntries(({ path }) => /^usr\/share\/info\/dir(?:\.old)?(?:\.gz)?$/.test(path)),
  },
  {
    tag: "nested-examples-directory",
    severity: "error",
    explain: "examples/examples: a folder was installed into itself.",
    next: "Look at its path under packages.deb.files.",
    find: ofEntries(({ kind, path }) => kind === "folder" && /^usr\/share\/doc\/[^/]+\/examples\/examples$/.test(path)),
  },
  {
    tag: "duplicate-changelog-files",
    severity: "warning",
    explain: "Two of the changelogs have the same content.",
    next: "Leave one of them out of `documents:`.",
    find: (deb) => sameDocuments(deb, true),
  },
  {
    tag: "duplicate-files",
    severity: "info",
    explain: "Two of the documents have the same content.",
    next: "Leave one of them out of `documents:`, or make it a link.",
    find: (deb) => sameDocuments(deb, false),
  },
];

const otherSystems =
  /^readme\.(?:apple|aix|atari|be|beos|bsd|bsdi|cygwin|darwin|irix|gentoo|freebsd|mac|macos|macosx|netbsd|openbsd|osf|redhat|sco|sgi|solaris|suse|sun|vms|win32|win9x|windows)(?:\.txt)?(?:\.gz)?$/i;

function isForeign({ version }: Subject): boolean {
  return !version.includes("-0.");
}

/** gzip's header says with how much effort it was made (RFC 1952, XFL). */
export function isMostCompressed({ start }: SubjectEntry): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[8] === 2;
}

function versionless(text: string, isLink: boolean): string | false {
  const [, reference, license = "", separator = ""] =
    /(usr\/share\/common-licenses\/(L?GPL|GFDL))([^-])/i.exec(text) ?? [];
  if (reference === undefined || /[\d\w]/.test(separator)) return false;
  const later =
    /\b(?:any|or)\s+later(?:\s+version)?\b/i.test(text) ||
    new RegExp(String.raw`License: ${license}-[\d.]+\+`, "i").test(text) ||
    /as Perl itself/i.test(text) ||
    /License-Alias:\s+Perl|License:\s+Perl/.test(text);
  return later === isLink && (isLink || text.includes("version")) && reference;
}

function isExecutableDocument(entry: SubjectEntry): boolean {
  return (
    entry.isFile &&
    isExecutable(entry) &&
    entry.path.startsWith("usr/share/doc/") &&
    !/^usr\/share\/doc\/(?:[^/]+\/)?examples\//.test(entry.path)
  );
}

function sameDocuments(deb: Subject, changelogs: boolean): readonly string[] {
  const documents = deb.entries.filter(
    ({ kind, size, path }) => kind === "file" && size > 0 && path.startsWith("usr/share/doc/"),
  );
  return [...Map.groupBy(documents, ({ md5 }) => md5).values()]
    .map((same) => same.map(({ shown }) => shown))
    .filter((names) => names.length > 1 && names.some((name) => /changelog/i.test(name)) === changelogs)
    .map((names) => names.sort().join(" "));
}

function hasOldAddress(text: string): boolean {
  const foundation = text.search(/Free\s*Software\s*Foundation/);
  return text.includes("02111-1307") || (foundation >= 0 && text.includes("02139", foundation));
}
