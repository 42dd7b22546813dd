/** Settings (Debian Policy 10.7), checksums and the other files of control.tar. */
import { at, type LintTag, ofEntries } from "./tag.ts";
import { octal, type Subject } from "./subject.ts";

/** Path without its first slash → line, counted from 1. */
function declared(deb: Subject): ReadonlyMap<string, number> {
  return new Map(deb.conffiles.map(({ path }, index) => [path.slice(1), index + 1]));
}

function control(name: string, line?: number): string {
  return `[${name}${line === undefined ? "" : `:${line}`}]`;
}

function ofConffiles(
  check: (path: string, removeOnUpgrade: boolean, deb: Subject) => boolean,
): (deb: Subject) => Iterable<string> {
  return (deb) =>
    deb.conffiles.flatMap(({ path, removeOnUpgrade }, index) =>
      check(path.slice(1), removeOnUpgrade, deb) ? [`${path.slice(1)} ${control("conffiles", index + 1)}`] : [],
    );
}

const modes: Readonly<Record<string, number>> = {
  clilibs: 0o644,
  config: 0o755,
  control: 0o644,
  conffiles: 0o644,
  md5sums: 0o644,
  postinst: 0o755,
  preinst: 0o755,
  postrm: 0o755,
  prerm: 0o755,
  shlibs: 0o644,
  symbols: 0o644,
  templates: 0o644,
  triggers: 0o644,
};

const declare =
  "Name it under packages.deb.conffiles; this program does so by itself for what packages.deb.files installs in /etc.";

export const conffileTags: readonly LintTag[] = [
  {
    tag: "file-in-etc-not-marked-as-conffile",
    severity: "error",
    explain: "An upgrade overwrites the file and what the administrator changed in it, without asking.",
    next: declare,
    find: (deb) => {
      const settings = declared(deb);
      return ofEntries(
        ({ isFile, path }) =>
          isFile &&
          path.startsWith("etc/") &&
          !path.endsWith("/README") &&
          !/^etc\/init\.d\/(?:skeleton|rcS?)$/.test(path) &&
          !settings.has(path),
      )(deb);
    },
  },
  {
    tag: "conffile-has-bad-file-type",
    severity: "error",
    explain:
      "dpkg keeps changes of regular files only: a link or folder among the conffiles makes it fail or lose them.",
    next: "Take it out of the conffiles, or ship a regular file.",
    find: (deb) => {
      const settings = declared(deb);
      return ofEntries(({ isFile, path }) => !isFile && settings.has(path))(deb);
    },
  },
  {
    tag: "duplicate-conffile",
    severity: "error",
    explain: "The same file twice among the conffiles: dpkg handles it twice and asks twice.",
    next: "Name it once.",
    find: (deb) =>
      [
        ...Map.groupBy(
          deb.conffiles.map(({ path }, index) => ({ path, line: index + 1 })),
          ({ path }) => path,
        ),
      ].flatMap(([path, lines]) =>
        lines.length > 1
          ? [`${path.slice(1)} (lines ${lines.map(({ line }) => line).join(" ")}) ${control("conffiles")}`]
          : [],
      ),
  },
  {
    tag: "missing-conffile",
    severity: "error",
    explain: "The package says that the file is one of its settings, and does not bring it.",
    next: "Ship the file, or take it out of the conffiles.",
    find: ofConffiles((path, removeOnUpgrade, { byPath }) => !removeOnUpgrade && !byPath.has(path)),
  },
  {
    tag: "unexpected-conffile",
    severity: "error",
    explain: "The package says that the file is to go, and brings it.",
    next: "Leave the file out, or remove-on-upgrade.",
    find: ofConffiles((path, removeOnUpgrade, { byPath }) => removeOnUpgrade && byPath.has(path)),
  },
  {
    tag: "non-etc-file-marked-as-conffile",
    severity: "error",
    explain: "Administrators look for settings in /etc, and back up /etc.",
    next: "Install the setting in /etc, or take it out of the conffiles.",
    find: ofConffiles((path) => !path.startsWith("etc/")),
  },
  {
    tag: "file-in-usr-marked-as-conffile",
    severity: "error",
    explain: "/usr may be read-only: what is there is never the administrator's to change.",
    next: "Install the setting in /etc, or take it out of the conffiles.",
    find: ofConffiles((path) => path.startsWith("usr/")),
  },
  {
    tag: "file-in-etc-rc.d-marked-as-conffile",
    severity: "error",
    explain: "The links there are made by update-rc.d, not by packages.",
    next: "Leave them out.",
    find: ofConffiles((path) => /^etc\/rc.\.d\//.test(path)),
  },
  {
    tag: "no-md5sums-control-file",
    severity: "info",
    explain: "Administrators cannot find out by `dpkg --verify` whether a file was changed or is damaged.",
    next: "Make the package by this program, which writes them.",
    find: (deb) => {
      const settings = declared(deb);
      const isThere = deb.controlFiles.some(({ name }) => name === "md5sums");
      return !isThere && deb.entries.some(({ kind, path }) => kind === "file" && !settings.has(path)) ? [""] : [];
    },
  },
  {
    tag: "md5sums-lists-nonexistent-file",
    severity: "error",
    explain: "`dpkg --verify` tells every user that a file is missing.",
    next: "Make the package by this program, which writes the sums of what it packs.",
    find: (deb) =>
      [...deb.md5sums.keys()].flatMap((path) =>
        deb.byPath.get(tidy(path))?.isFile === true ? [] : [`${tidy(path)} ${control("md5sums")}`],
      ),
  },
  {
    tag: "file-missing-in-md5sums",
    severity: "warning",
    explain: "`dpkg --verify` does not notice when the file is changed.",
    next: "Make the package by this program, which writes the sums of what it packs.",
    find: (deb) => {
      if (deb.md5sums.size === 0) return [];
      const listed = new Set([...deb.md5sums.keys()].map(tidy));
      const settings = declared(deb);
      return deb.entries
        .filter(
          ({ isFile, path }) =>
            isFile && !listed.has(path) && !settings.has(path) && !/^var\/lib\/[ai]spell\/./.test(path),
        )
        .map(({ path }) => `${path} ${control("md5sums")}`);
    },
  },
  {
    tag: "md5sum-mismatch",
    severity: "error",
    explain:
      "The file is not the one of which the sum was taken: `dpkg --verify` reports it as changed on every machine.",
    next: "Make the package again; nothing may touch its files once the sums are taken.",
    find: (deb) =>
      [...deb.md5sums].flatMap(([path, sum]) => {
        const entry = deb.byPath.get(tidy(path));
        return entry?.isFile === true && entry.md5 !== undefined && entry.md5 !== sum
          ? [`${tidy(path)} ${control("md5sums")}`]
          : [];
      }),
  },
  {
    tag: "control-file-has-bad-permissions",
    severity: "error",
    explain: "dpkg cannot run a script that is not executable; other control files are 0644.",
    next: "Make the package by this program, which sets the modes.",
    find: (deb) =>
      deb.controlFiles.flatMap(({ name, mode }) => {
        const right = modes[name];
        return right === undefined || name === "control" || mode === right
          ? []
          : [`${octal(mode)} != ${octal(right)} ${control(name)}`];
      }),
  },
  {
    tag: "control-file-is-empty",
    severity: "warning",
    explain: "An empty control file does nothing; most often its content was lost.",
    next: "Leave it out, or look what should be in it.",
    find: (deb) =>
      deb.controlFiles.flatMap(({ name, content }) =>
        modes[name] !== undefined && content.length === 0 && name !== "md5sums" ? [control(name)] : [],
      ),
  },
  {
    tag: "unknown-control-file",
    severity: "warning",
    explain: "dpkg does not look at the file: its name is misspelt, or it belongs into the package itself.",
    next: "Correct its name (postinst, prerm, triggers …) or leave it out.",
    find: (deb) =>
      deb.controlFiles.flatMap(({ name }) =>
        modes[name] !== undefined || ofInstaller.has(name) ? [] : [control(name)],
      ),
  },
  {
    tag: "override-file-in-wrong-location",
    severity: "error",
    explain: "The package's overrides are read from the file /usr/share/lintian/overrides/NAME only.",
    next: "Use packages.deb.lintian-overrides.",
    find: ofEntries(
      ({ shown }, { name }) =>
        /^override\.[lL]intian(?:\.gz)?$/.test(after(shown, `usr/share/doc/${name}/`)) ||
        after(shown, `usr/share/lintian/overrides/${name}/`) !== "",
    ),
  },
  {
    tag: "uses-implicit-await-trigger",
    severity: "warning",
    explain:
      "The package counts as installed only when the triggered one is done, which is seldom meant and can end in a circle.",
    next: "Write interest-noawait or activate-noawait in the file of packages.deb.triggers, or -await where it is meant.",
    find: (deb) =>
      triggersOf(deb).flatMap(({ directive, line }) =>
        directive === "interest" || directive === "activate" ? [`${directive} ${control("triggers", line)}`] : [],
      ),
  },
  {
    tag: "repeated-trigger-name",
    severity: "error",
    explain: "The same trigger twice: dpkg takes one of the lines, and which one is chance.",
    next: "Name it once in the file of packages.deb.triggers.",
    find: (deb) =>
      [...Map.groupBy(triggersOf(deb), ({ name }) => name)].flatMap(([name, found]) =>
        found.length > 1 ? [`${name} (lines ${found.map(({ line }) => line).join(" ")}) ${control("triggers")}`] : [],
      ),
  },
  {
    tag: "package-installs-into-etc-rc.d",
    severity: "error",
    explain: "The links there are the administrator's choice of what starts when; update-rc.d makes them.",
    next: "Ship a systemd unit (packages.deb.systemd), or call update-rc.d in postinst.",
    find: ofEntries(
      ({ shown }, { name }) => /^etc\/rc(?:\d|S)?\.d\/\S/.test(shown) && name !== "sysvinit" && name !== "file-rc",
    ),
  },
  {
    tag: "non-standard-file-permissions-for-etc-init.d-script",
    severity: "error",
    explain: "A start script that is not executable does not start anything.",
    next: "Make it executable in the tree (chmod +x FILE): this program then packs it as 0755.",
    find: function* (deb) {
      for (const entry of deb.entries) {
        if (!entry.isFile || !/^etc\/init\.d\/\S/.test(entry.path) || /\/(?:README|skeleton)$/.test(entry.path))
          continue;
        if (entry.mode !== 0o755) yield at(entry, `${octal(entry.mode)} != 0755`);
      }
    },
  },
];

/** Known to the installer of Debian, and refused by lintian under another name. */
const ofInstaller = new Set(["isinstallable", "menutest"]);

function tidy(path: string): string {
  return path.replace(/^(?:\.?\/)+/, "");
}

/** What stands behind the folder; empty for what is not below it. */
function after(path: string, folder: string): string {
  return path.startsWith(folder) ? path.slice(folder.length) : "";
}

interface TriggerLine {
  readonly directive: string;
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
}

function triggersOf({ controlFiles }: Subject): readonly TriggerLine[] {
  const content = controlFiles.find(({ name }) => name === "triggers")?.content ?? new Uint8Array(0);
  return Buffer.from(content)
    .toString("utf8")
    .split("\n")
    .flatMap((text, index): TriggerLine[] => {
      const [directive = "", ...name] = text.trim().split(" ");
      return directive === "" || directive.startsWith("#")
        ? []
        : [{ directive, name: name.join(" "), line: index + 1 }];
    });
}
