/** Manual pages (Debian Policy 12.1). */
import { at, type LintTag, ofEntries } from "./tag.ts";
import { isMostCompressed } from "./document-tags.ts";
import { isExecutable, isUtf8, type Subject, type SubjectEntry } from "./subject.ts";

interface Page {
  readonly entry: SubjectEntry;
  /** Of the folder: `1` of man1. */
  readonly section: string;
  /** Empty for English. */
  readonly language: string;
  /** Without section and .gz; undefined where the name has no section. */
  readonly name: string | undefined;
  /** `1`, `3pm`. */
  readonly written: string;
}

function* pagesOf(deb: Subject): Iterable<Page> {
  for (const entry of deb.entries) {
    const [usr, share, man, ...below] = entry.folder.slice(0, -1).split("/");
    const section = /^man(\d)$/.exec(below.pop() ?? "")?.[1];
    const language = below.at(-1) ?? "";
    if (`${usr}/${share}/${man}` !== "usr/share/man") continue;
    if (section === undefined || !(entry.isFile || entry.kind === "symlink")) continue;
    const parts = entry.base.replace(/\.gz$/, "").split(".");
    const written = parts.pop() ?? "";
    yield {
      entry,
      section,
      language,
      written,
      name: parts.length > 0 && /^\d/.test(written) ? parts.join(".") : undefined,
    };
  }
}

function ofPages(check: (page: Page) => string | boolean): (deb: Subject) => Iterable<string> {
  return function* (deb) {
    for (const page of pagesOf(deb)) {
      const found = check(page);
      if (found !== false) yield at(page.entry, found === true ? "" : found);
    }
  };
}

const commands = new Set([
  "bin/",
  "usr/bin/",
  "usr/bin/X11/",
  "usr/bin/mh/",
  "usr/games/",
  "sbin/",
  "usr/sbin/",
  "usr/libexec/",
]);

function* undocumented(deb: Subject, isMissing: (pages: readonly Page[]) => boolean): Iterable<string> {
  const pages = Map.groupBy(pagesOf(deb), ({ name }) => name);
  const byName = new Map(
    deb.entries
      .filter(({ folder, isFile, kind }) => commands.has(folder) && (isFile || kind === "symlink"))
      .map((entry) => [entry.base, entry] as const),
  );
  for (const [name, entry] of byName) {
    if (isMissing(pages.get(name) ?? [])) yield at(entry);
  }
}

const compress = "Name the page under documents.man: this program compresses and places it.";
const pointer = "Name the page under documents.man; its file is called NAME.SECTION, such as tool.1.";

export const manualTags: readonly LintTag[] = [
  {
    tag: "no-manual-page",
    severity: "warning",
    explain: "`man` knows nothing of the command.",
    next: "Write a page and name it under documents.man; help2man makes one of the output of --help.",
    find: (deb) => undocumented(deb, (pages) => pages.length === 0),
  },
  {
    tag: "no-english-manual-page",
    severity: "warning",
    explain: "There are pages on the command in other languages, and none in the one that everybody falls back to.",
    next: "Write a page in English and name it under documents.man.",
    find: (deb) => undocumented(deb, (pages) => pages.length > 0 && pages.every(({ language }) => language !== "")),
  },
  {
    tag: "uncompressed-manual-page",
    severity: "error",
    explain: "Manual pages are compressed; programs that replace or remove them look for the ending .gz.",
    next: compress,
    find: ofPages(({ entry }) => !entry.base.endsWith(".gz")),
  },
  {
    tag: "wrong-compression-in-manual-page",
    severity: "error",
    explain: "The page ends in .gz and is not compressed by gzip: man cannot show it.",
    next: compress,
    find: ofPages(({ entry }) => entry.isFile && entry.base.endsWith(".gz") && !isGzip(entry)),
  },
  {
    tag: "poor-compression-in-manual-page",
    severity: "error",
    explain: "Users download more than is needed.",
    next: compress,
    find: ofPages(
      ({ entry }) => entry.isFile && entry.base.endsWith(".gz") && isGzip(entry) && !isMostCompressed(entry),
    ),
  },
  {
    tag: "odd-place-for-manual-page",
    severity: "error",
    explain: "man looks for a page in the folder of its section, and does not find this one.",
    next: pointer,
    find: function* (deb) {
      for (const entry of deb.entries) {
        if (!(entry.isFile || entry.kind === "symlink") || !entry.path.startsWith("usr/share/man/")) continue;
        if (!/^usr\/share\/man\/.*man\d\/$|^usr\/share\/man\/man\d\/$/.test(entry.folder)) yield at(entry);
      }
      for (const { entry, name, written, section } of pagesOf(deb)) {
        if (name !== undefined && written[0] !== section) yield at(entry);
      }
    },
  },
  {
    tag: "wrong-name-for-manual-page",
    severity: "error",
    explain: "The page's name has no section: man does not find it.",
    next: pointer,
    find: ofPages(({ name }) => name === undefined),
  },
  {
    tag: "stray-folder-in-manual",
    severity: "error",
    explain: "man does not look into such a folder.",
    next: pointer,
    find: ofEntries(
      ({ kind, shown }) =>
        kind === "folder" &&
        /^usr\/share\/man\/\S+/.test(shown) &&
        !/^usr\/share\/man\/(?:[^/]+\/)?(?:man\d\/)?$/.test(shown),
    ),
  },
  {
    tag: "executable-manual-page",
    severity: "error",
    explain: "A page is read, not run.",
    next: compress,
    find: ofEntries((entry) => entry.isFile && /^usr\/share\/man\/\S+/.test(entry.path) && isExecutable(entry)),
  },
  {
    tag: "manual-page-with-generic-name",
    severity: "error",
    explain: "Two packages with a page of this name cannot both be installed.",
    next: "Call the page after the command, or leave it out.",
    find: ofPages(({ entry }) => entry.base.startsWith("README.")),
  },
  {
    tag: "country-in-manual",
    severity: "warning",
    explain: "Users of the same language in other countries do not get the page.",
    next: "Use the folder of the language alone: /usr/share/man/de.",
    find: ofPages(({ language }) => language.includes("_") && !/^(?:pt_BR|zh_[A-Z][A-Z])$/.test(language)),
  },
  {
    tag: "empty-manual-page",
    severity: "error",
    explain: "man shows an empty page.",
    next: "Look why the build made it empty, or leave it out.",
    find: ofPages(({ entry }) => entry.isFile && entry.size < 256 && entry.text === ""),
  },
  {
    tag: "national-encoding",
    severity: "warning",
    explain: "The text is not UTF-8: on most machines its letters are shown wrongly.",
    next: "Convert it: iconv -f latin1 -t utf8 FILE",
    find: function* (deb) {
      for (const { entry } of pagesOf(deb)) if (!entry.textUtf8 && isGzip(entry)) yield at(entry);
      for (const { name, content } of deb.controlFiles) if (!isUtf8(content)) yield `[${name}]`;
      const copyright = deb.byPath.get(`usr/share/doc/${deb.name}/copyright`);
      if (copyright !== undefined && !copyright.textUtf8) yield at(copyright);
    },
  },
];

function isGzip({ start }: SubjectEntry): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}
