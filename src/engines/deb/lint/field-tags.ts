/** Control fields (Debian Policy 5.3), relations (7) and the form of the package itself. */
import { architectureNames } from "./architectures.ts";
import { type LintTag, once } from "./tag.ts";
import { isTransitional, type Subject } from "./subject.ts";

const known = new Set(
  (
    "package package-type version architecture depends pre-depends recommends suggests enhances conflicts provides replaces " +
    "breaks essential maintainer section priority source description installed-size python-version homepage bugs origin " +
    "multi-arch build-ids built-using ruby-versions ghc-package gstreamer-version gstreamer-elements gstreamer-uri-sources " +
    "gstreamer-uri-sinks gstreamer-encoders gstreamer-decoders lua-versions auto-built-package x-cargo-built-using"
  ).split(" "),
);
const sections = new Set(
  (
    "admin cli-mono comm database debian-installer debug devel doc editors education electronics embedded fonts games gnome " +
    "gnu-r gnustep golang graphics hamradio haskell httpd interpreters introspection java javascript kde kernel libdevel " +
    "libs lisp localization mail math metapackages misc net news ocaml oldlibs otherosfs perl php python raku ruby rust " +
    "science shells sound tasks tex text utils vcs video web x11 xfce zope"
  ).split(" "),
);
const parts = new Set(["main", "contrib", "non-free", "non-free-firmware"]);
const priorities = new Set(["required", "important", "standard", "optional", "extra"]);
const essential = new Set(
  (
    "base-files base-passwd bash bsdutils coreutils dash debianutils diffutils dpkg findutils grep gzip hostname hurd init-system-helpers " +
    "libc-bin login ncurses-base ncurses-bin perl-base sed sysvinit-utils tar util-linux"
  ).split(" "),
);

/** lintian lets a dependency on these stand: one was renamed, the other need not be /bin/sh. */
const renamed = new Set(["diffutils", "dash"]);

interface Contact {
  readonly phrase: string;
  readonly address: string;
}

/** `Jane Doe <jane@example.org>`; undefined for what is none. */
function contactOf(text: string): Contact | undefined {
  const [, phrase = "", address] = /^\s*(?:"?([^<>"]*?)"?\s*)<([^<>\s]+)>\s*$/.exec(text) ?? [];
  if (address !== undefined) return { phrase, address };
  return /^[^\s<>@]+@[^\s<>@]+$/.test(text.trim()) ? { phrase: "", address: text.trim() } : undefined;
}

function maintainer(deb: Subject, check: (contact: Contact) => string | false): string | false {
  const contact = contactOf(deb.field("Maintainer") ?? "");
  return contact !== undefined && check(contact);
}

function isDomain(host: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i.test(host);
}

const setMaintainer = "Set `maintainer: Name <mail@host>` in ggen-release.yaml.";

export const fieldTags: readonly LintTag[] = [
  {
    tag: "required-field",
    severity: "error",
    explain: "Package managers and repositories need the field; some refuse the package without it.",
    next: "Set it in ggen-release.yaml (maintainer, summary), or write the control file anew.",
    find: (deb) =>
      ["Package", "Version", "Architecture", "Maintainer", "Description"]
        .filter((name) => deb.field(name) === undefined)
        .map((name) => `${deb.file} ${name}`),
  },
  {
    tag: "unknown-field",
    severity: "warning",
    explain: "No program reads the field: it is most often misspelt, and what it should say is not said.",
    next: "Correct its name, or leave it out.",
    find: (deb) => deb.fields.map(([name]) => name).filter((name) => !known.has(name.toLowerCase())),
  },
  {
    tag: "empty-field",
    severity: "warning",
    explain: "A field without a value says nothing.",
    next: "Leave it out.",
    find: (deb) => deb.fields.filter(([, value]) => value.trim() === "").map(([name]) => name),
  },
  {
    tag: "no-phrase",
    severity: "error",
    explain: "The maintainer has an address and no name: users do not see who made the package.",
    next: setMaintainer,
    find: once((deb) => maintainer(deb, ({ phrase, address }) => phrase === "" && `Maintainer ${address}`)),
  },
  {
    tag: "malformed-contact",
    severity: "error",
    explain: "The maintainer's address cannot be read: nobody can report a fault.",
    next: setMaintainer,
    find: once((deb) => {
      const value = deb.field("Maintainer") ?? "";
      return value !== "" && contactOf(value) === undefined && `Maintainer ${value}`;
    }),
  },
  {
    tag: "bogus-mail-host",
    severity: "error",
    explain: "No mail can reach the host of the maintainer's address.",
    next: setMaintainer,
    find: once((deb) =>
      maintainer(deb, ({ address }) => !isDomain(address.split("@").at(-1) ?? "") && `Maintainer ${address}`),
    ),
  },
  {
    tag: "root-in-contact",
    severity: "error",
    explain: "root is the administrator of the machine that built the package, not its maintainer.",
    next: setMaintainer,
    find: once((deb) =>
      maintainer(
        deb,
        ({ phrase, address }) =>
          phrase !== "" && (address.startsWith("root@") || phrase === "root") && `Maintainer ${phrase} <${address}>`,
      ),
    ),
  },
  {
    tag: "unknown-section",
    severity: "warning",
    explain: "Graphical package managers sort by section; under one that they do not know nobody finds the package.",
    next: "Set packages.deb.section to one of Debian's, for example utils, devel, net, admin.",
    find: once((deb) => {
      const section = deb.field("Section");
      if (section === undefined || section === "unknown") return false;
      const [part, ...rest] = section.split("/");
      const isKnown = rest.length === 0 ? sections.has(section) : parts.has(part ?? "") && sections.has(rest.join("/"));
      return !isKnown && section;
    }),
  },
  {
    tag: "section-is-dh_make-template",
    severity: "error",
    explain: "The section is still the template's: nobody finds the package by its subject.",
    next: "Set packages.deb.section to one of Debian's, for example utils.",
    find: once((deb) => deb.field("Section") === "unknown"),
  },
  {
    tag: "unknown-priority",
    severity: "error",
    explain: "Installers decide by the priority; another word than Debian's means nothing to them.",
    next: "Set packages.deb.priority to optional.",
    find: once((deb) => {
      const priority = deb.field("Priority");
      return priority !== undefined && !priorities.has(priority) && priority;
    }),
  },
  {
    tag: "priority-extra-is-replaced-by-priority-optional",
    severity: "warning",
    explain: "The priority extra was given up in 2017.",
    next: "Set packages.deb.priority to optional.",
    find: once((deb) => deb.field("Priority") === "extra" && deb.field("Auto-Built-Package") === undefined),
  },
  {
    tag: "unknown-architecture",
    severity: "warning",
    explain: "No machine of Debian's has this name: dpkg refuses to install the package.",
    next: "Use dpkg's name: amd64 for x86_64, arm64 for aarch64, armhf, i386, riscv64, all.",
    find: once(({ architecture }) => !architectureNames.has(architecture) && architecture),
  },
  {
    tag: "documentation-package-not-architecture-independent",
    severity: "warning",
    explain: "Documentation is the same for every machine; built for one only, the others do not get it.",
    next: "Set packages.deb.architecture: all.",
    find: once(({ name, architecture }) => /-docs?$/.test(name) && architecture !== "all"),
  },
  {
    tag: "bad-homepage",
    severity: "warning",
    explain: "The address is none that a browser opens.",
    next: "Set `homepage:` in ggen-release.yaml to an address that begins with https://.",
    find: once((deb) => {
      const homepage = deb.field("Homepage");
      return homepage !== undefined && !/^<?(?:UR[LI]:)?(?:ftp|https?|gopher):/i.test(homepage) && homepage;
    }),
  },
  {
    tag: "superfluous-clutter-in-homepage",
    severity: "warning",
    explain: "Programs take the brackets for a part of the address.",
    next: "Set `homepage:` in ggen-release.yaml without < and >.",
    find: once((deb) => {
      const homepage = deb.field("Homepage") ?? "";
      return /^<(?:UR[LI]:)?.*>$/i.test(homepage) && homepage;
    }),
  },
  {
    tag: "debian-revision-is-zero",
    severity: "error",
    explain: "A revision 0 sorts like none at all, and is kept for packages that come before Debian's own.",
    next: "Set packages.deb.revision to 1, or leave it out.",
    find: once(({ version }) => version.endsWith("-0") && version),
  },
  {
    tag: "essential-no-not-needed",
    severity: "warning",
    explain: "Essential: no is what holds without the field.",
    next: "Leave it out.",
    find: once((deb) => deb.field("Essential") === "no"),
  },
  {
    tag: "new-essential-package",
    severity: "error",
    explain: "An essential package cannot be removed without force: a system must not work without it.",
    next: "Leave Essential out.",
    find: once((deb) => deb.field("Essential") === "yes" && !essential.has(deb.name)),
  },
  {
    tag: "depends-on-essential-package-without-using-version",
    severity: "error",
    explain: "The package is on every system; the dependency says nothing and hinders its replacement.",
    next: "Leave it out of packages.deb.depends, or say which version is needed.",
    find: (deb) =>
      eachRelation(deb, ["Depends", "Pre-Depends", "Recommends", "Suggests"]).flatMap(({ field, relation }) =>
        essential.has(relation.name) && !renamed.has(relation.name) && relation.version === undefined
          ? [`${field}: ${relation.text}`]
          : [],
      ),
  },
  {
    tag: "package-relation-with-self",
    severity: "warning",
    explain: "A package that names itself says nothing, and apt may take it for a cycle.",
    next: "Leave its own name out of the relations.",
    find: (deb) =>
      eachRelation(deb, ["Depends", "Pre-Depends", "Recommends", "Suggests", "Enhances", "Breaks"]).flatMap(
        ({ field, relation }) =>
          relation.name === deb.name && relation.qualifier === undefined ? [`${field}: ${relation.text}`] : [],
      ),
  },
  {
    tag: "obsolete-relation-form",
    severity: "warning",
    explain: "< and > mean <= and >= to dpkg, which hardly anybody expects.",
    next: "Write << or <=, >> or >=.",
    find: (deb) =>
      eachRelation(deb, [
        "Depends",
        "Pre-Depends",
        "Recommends",
        "Suggests",
        "Conflicts",
        "Provides",
        "Enhances",
        "Replaces",
        "Breaks",
      ]).flatMap(({ field, relation }) =>
        relation.operator === "<" || relation.operator === ">" ? [`${field}: ${relation.text}`] : [],
      ),
  },
  {
    tag: "invalid-versioned-provides",
    severity: "error",
    explain: "A package can provide a version, not a range: dpkg and apt ignore the relation.",
    next: "Write `name (= version)` under packages.deb.provides.",
    find: (deb) =>
      eachRelation(deb, ["Provides"]).flatMap(({ relation }) =>
        relation.operator !== undefined && relation.operator !== "=" ? [relation.text] : [],
      ),
  },
  {
    tag: "conflicts-with-version",
    severity: "info",
    explain: "Conflicts with a version makes upgrades of the two together hard: apt has to remove one first.",
    next: "Use packages.deb.breaks in place of conflicts.",
    find: (deb) =>
      eachRelation(deb, ["Conflicts"]).flatMap(({ relation }) =>
        relation.version === undefined ? [] : [relation.text],
      ),
  },
  {
    tag: "uses-no-compression-for-data-tarball",
    severity: "error",
    explain: "Users download the files unpacked: two to four times as much as they need.",
    next: "Set packages.deb.compression to xz or gzip.",
    find: once(({ dataCompression }) => dataCompression === "none"),
  },
  {
    tag: "uses-no-compression-for-control-tarball",
    severity: "error",
    explain: "Users download the control files unpacked.",
    next: "Set packages.deb.compression to xz or gzip.",
    find: once(({ controlCompression }) => controlCompression === "none"),
  },
  {
    tag: "uses-deprecated-compression-for-data-tarball",
    severity: "error",
    explain: "Debian's tools are about to give up this compression.",
    next: "Set packages.deb.compression to xz or gzip.",
    find: once(({ dataCompression }) => {
      if (dataCompression === "lzma") return "lzma";
      return dataCompression === "bz2" && "bzip2";
    }),
  },
  {
    tag: "package-has-long-file-name",
    severity: "warning",
    explain: "Disks and web servers that cut long names lose the package.",
    next: "Shorten packages.deb.name or the version.",
    find: once(
      ({ file, architecture, field }) =>
        file.length - architecture.length + "kfreebsd-amd64".length > 80 &&
        field("Auto-Built-Package") === undefined &&
        file,
    ),
  },
  {
    tag: "transitional-package-not-oldlibs-optional",
    severity: "warning",
    explain: "Cleaning tools remove transitional packages by their section; in another one they stay for ever.",
    next: "Set packages.deb.section: oldlibs and priority: optional.",
    find: once((deb) => {
      const section = deb.field("Section");
      const priority = deb.field("Priority") ?? "";
      const fraction = section?.split("/").at(-1);
      if (fraction === undefined || !isTransitional(deb)) return false;
      return !(fraction === "oldlibs" && priority === "optional") && `${fraction}/${priority}`;
    }),
  },
];

function eachRelation(deb: Subject, fields: readonly string[]) {
  return fields.flatMap((field) =>
    deb.relations(field).flatMap((group) => group.map((relation) => ({ field, relation }))),
  );
}
