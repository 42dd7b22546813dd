/** Programs and libraries in ELF: made for the right machine, complete, and guarded as Debian's own are. */
import { knownNeedsOf } from "../depends.ts";
import { compareDotted } from "../../../formats/dotted-version.ts";
import type { Elf } from "../../../formats/elf.ts";
import { at, type LintTag, ofEntries } from "./tag.ts";
import { namesAny } from "./relations.ts";
import { isExecutable, octal, type Subject, type SubjectEntry } from "./subject.ts";

interface Machine {
  readonly machines: readonly number[];
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

/** Debian's name → how ELF names it (e_machine). */
const machines: Readonly<Record<string, Machine>> = {
  amd64: { machines: [62], bits: 64, littleEndian: true },
  i386: { machines: [3], bits: 32, littleEndian: true },
  arm64: { machines: [183], bits: 64, littleEndian: true },
  armhf: { machines: [40], bits: 32, littleEndian: true },
  armel: { machines: [40], bits: 32, littleEndian: true },
  riscv64: { machines: [243], bits: 64, littleEndian: true },
  ppc64el: { machines: [21], bits: 64, littleEndian: true },
  s390x: { machines: [22], bits: 64, littleEndian: false },
  loong64: { machines: [258], bits: 64, littleEndian: true },
  mips64el: { machines: [8], bits: 64, littleEndian: true },
};

const guile = /^usr\/lib(?:\/[^/]+)+\/guile\/[^/]+\/.+\.go$/;

type ElfCheck = (elf: Elf, entry: SubjectEntry, deb: Subject) => string | boolean | undefined;

function ofElf(check: ElfCheck): (deb: Subject) => Iterable<string> {
  return ofEntries((entry, deb) =>
    entry.isFile && entry.elf?.read !== undefined ? check(entry.elf.read.elf, entry, deb) : undefined,
  );
}

function isElsewhere(elf: Elf, entry: SubjectEntry, { architecture }: Subject): boolean {
  const own = machines[architecture];
  if (own === undefined || fits(elf, own)) return false;
  const bits = /(?:^|\/)lib(?:x?)(\d\d)\//.exec(entry.path)?.[1] ?? /^emul\/ia(\d\d)/.exec(entry.path)?.[1];
  if (bits !== undefined && Number(bits) === elf.bits) return false;
  if (entry.path.startsWith("usr/lib/debug/.build-id/") || guile.test(entry.path)) return false;
  return !(architecture === "amd64" && elf.machine === 3);
}

function fits(elf: Elf, { machines: known, bits, littleEndian }: Machine): boolean {
  return known.includes(elf.machine) && elf.bits === bits && elf.littleEndian === littleEndian;
}

function isLoaded(elf: Elf): boolean {
  return elf.kind === "program" || elf.kind === "library";
}

function needed(elf: Elf): readonly string[] {
  return elf.dynamic?.needed ?? [];
}

function isFixed({ elf }: SubjectEntry): boolean {
  return elf?.read?.hardening.fixedAddress === true;
}

const hardening =
  "Build with the compiler's usual protection (Rust and Go: position independent by default or -buildmode=pie; C: -fPIE -pie -Wl,-z,relro).";
const override = "Where it must be so, say why in the package's lintian overrides (packages.deb.lintian-overrides).";

export const binaryTags: readonly LintTag[] = [
  {
    tag: "arch-independent-package-contains-binary-or-object",
    severity: "error",
    explain: "Architecture: all promises that the package runs on every machine; a program for one machine does not.",
    next: "Set packages.deb.architecture to that of the build's target, not all.",
    find: ofElf((_elf, _entry, { architecture }) => architecture === "all"),
  },
  {
    tag: "binary-from-other-architecture",
    severity: "error",
    explain: "The program is for another machine than the package: it cannot be started where it is installed.",
    next: "Look which target the build was made for; `file FILE` tells the machine.",
    find: ofElf((elf, entry, deb) => deb.architecture !== "all" && isElsewhere(elf, entry, deb)),
  },
  {
    tag: "unstripped-binary-or-object",
    severity: "error",
    explain:
      "The program still holds its symbol table, which only debuggers use: users download and store it for nothing.",
    next: `Strip it in the build (Cargo: strip = "symbols"; Go: -ldflags="-s -w"). A Node or Deno program in one file must not be stripped. ${override}`,
    find: ofElf(
      (elf, { path }, { name }) =>
        !elf.stripped &&
        !/\.(?:k?o|gox)$/.test(path) &&
        !name.endsWith("-dbg") &&
        !/^(?:usr\/)?lib\/debug\//.test(path) &&
        !guile.test(path),
    ),
  },
  {
    tag: "statically-linked-binary",
    severity: "error",
    explain: "The program carries its own copy of the C library: security updates of the system do not reach it.",
    next: `Build against the system's libraries, or keep it static for its reach. ${override}`,
    find: ofElf(
      (elf, entry, { name }) =>
        isLoaded(elf) &&
        isFixed(entry) &&
        needed(elf).length === 0 &&
        elf.interpreter === undefined &&
        !mayBeStatic(entry, name),
    ),
  },
  {
    tag: "hardening-no-pie",
    severity: "warning",
    explain: "The program is loaded at the same address at every start, which makes an attack on a fault in it easy.",
    next: hardening,
    find: ofElf((elf, entry, deb) => isGuarded(elf, deb) && isFixed(entry)),
  },
  {
    tag: "hardening-no-relro",
    severity: "warning",
    explain: "Tables that the loader fills in stay writable: a fault in the program can redirect its calls.",
    next: hardening,
    find: ofElf((elf, entry, deb) => isGuarded(elf, deb) && entry.elf?.read?.hardening.relro === false),
  },
  {
    tag: "hardening-no-bindnow",
    severity: "info",
    explain:
      "Calls of libraries are looked up when they first happen, so their table stays writable for a fault to redirect.",
    next: "Link it with -Wl,-z,now (Rust: -C relro-level=full, the default; Go: -ldflags=-extldflags=-Wl,-z,now).",
    find: ofElf((elf, entry, deb) => isGuarded(elf, deb) && entry.elf?.read?.hardening.bindNow === false),
  },
  {
    tag: "shared-library-lacks-stack-section",
    severity: "error",
    explain:
      "The library does not say that its stack holds no code: the system makes the stack executable for every program that loads it.",
    next: "Link it with -Wl,-z,noexecstack.",
    find: ofElf((elf, entry) => elf.dynamic?.soname !== undefined && entry.elf?.read?.hardening.stack === undefined),
  },
  {
    tag: "executable-stack-in-shared-library",
    severity: "warning",
    explain:
      "The library asks for a stack on which code can run, which makes attacks easy on every program that loads it.",
    next: "Link it with -Wl,-z,noexecstack; look for assembler files without a .note.GNU-stack section.",
    find: ofElf(
      (elf, entry, { architecture }) =>
        elf.dynamic?.soname !== undefined &&
        entry.elf?.read?.hardening.stack === "executable" &&
        !architecture.includes("mips"),
    ),
  },
  {
    tag: "shared-library-is-executable",
    severity: "error",
    explain: "A library is loaded and not started; started it crashes.",
    next: "Take its execute permission in the tree (chmod -x FILE): this program then packs it as 0644.",
    find: ofElf(
      (elf, entry) =>
        elf.dynamic?.soname !== undefined &&
        elf.interpreter === undefined &&
        isExecutable(entry) &&
        !/^lib.*\/ld-[\d.]+\.so$/.test(entry.path) &&
        octal(entry.mode),
    ),
  },
  {
    tag: "undeclared-elf-prerequisites",
    severity: "warning",
    explain:
      "The program needs libraries and the package depends on nothing: where they are missing it does not start.",
    next: "Let this program derive the dependencies, or name them under packages.deb.depends.",
    find: ofElf(
      (elf, _entry, deb) =>
        isLoaded(elf) &&
        needed(elf).length > 0 &&
        deb.relations("Depends", "Pre-Depends").length === 0 &&
        `(${[...new Set(needed(elf))].sort().join(" ")})`,
    ),
  },
  {
    tag: "missing-dependency-on-libc",
    severity: "error",
    explain:
      "The program needs the C library and the package does not say which one: on an older system it is installed and does not start.",
    next: "Let this program derive the dependencies, or add libc6 (>= VERSION) under packages.deb.depends.",
    find: (deb) => missingLibrary(deb, /^libc\.so\.(\d+.*)$/, "libc"),
  },
  {
    tag: "missing-dependency-on-libstdc++",
    severity: "error",
    explain:
      "The program needs the C++ library and the package does not depend on it: where it is missing the program does not start.",
    next: "Let this program derive the dependencies, or add libstdc++6 (>= VERSION) under packages.deb.depends.",
    find: (deb) => missingLibrary(deb, /^libstdc\+\+\.so\.(\d+)$/, "libstdc++"),
  },
  {
    tag: "library-dependency-missing-or-too-old",
    own: true,
    severity: "error",
    explain:
      "The package can be installed on a system whose library is missing or older than the program needs; there it does not start.",
    next: "Let this program derive the dependencies, or raise the version under packages.deb.depends.",
    find: weakDependencies,
  },
  {
    tag: "custom-library-search-path",
    severity: "error",
    explain:
      "The program looks for libraries in a folder that need not be the package's: whoever can write there runs code in it.",
    next: "Remove it (`chrpath --delete FILE`, or `patchelf --remove-rpath FILE`), or use $ORIGIN.",
    find: (deb) => searchPaths(deb, (path) => path.startsWith("/")),
  },
  {
    tag: "relative-library-search-path",
    severity: "error",
    explain:
      "The program looks for libraries in the folder in which it is started: whoever can put a file there runs code in it.",
    next: "Remove it (`chrpath --delete FILE`, or `patchelf --remove-rpath FILE`), or use $ORIGIN.",
    find: (deb) => searchPaths(deb, (path) => path !== "" && !path.startsWith("/")),
  },
  {
    tag: "binary-in-etc",
    severity: "error",
    explain: "/etc is for settings, and often shared between machines of several kinds.",
    next: "Install programs in /usr/bin or /usr/lib/NAME.",
    find: ofElf((_elf, { path }) => path.startsWith("etc/")),
  },
  {
    tag: "arch-dependent-file-in-usr-share",
    severity: "error",
    explain: "/usr/share is for data that machines of every kind can share; a program for one kind is not.",
    next: "Install it in /usr/lib/NAME.",
    find: ofElf((_elf, { path }) => path.startsWith("usr/share/")),
  },
  {
    tag: "executable-not-elf-or-script",
    severity: "warning",
    explain: "The file may be executed and is neither a program nor a script: started, it fails in odd ways.",
    next: "Give it mode 0644, or begin the script with #! and its interpreter.",
    find: ofEntries(
      (entry) =>
        entry.kind === "file" &&
        isExecutable(entry) &&
        entry.elf === undefined &&
        Buffer.from(entry.start.subarray(0, 2)).toString("latin1") !== "#!" &&
        !/^usr(?:\/X11R6)?\/man\/|\.(?:exe|jar)$/.test(entry.path),
    ),
  },
  {
    tag: "elf-not-examined",
    own: true,
    severity: "warning",
    explain: "What the program needs could not be read: the checks of programs were left out for it.",
    next: "Look at it with readelf --all; a damaged program does not start.",
    find: (deb) => deb.entries.flatMap((entry) => (entry.elf?.fault === undefined ? [] : [at(entry, entry.elf.fault)])),
  },
  {
    tag: "build-path-in-binary",
    own: true,
    severity: "info",
    explain:
      "The program names folders of the machine that built it: it tells users' names, and differs from build to build.",
    next: "Rust: --remap-path-prefix; Go: -trimpath; C: -ffile-prefix-map=OLD=NEW.",
    find: (deb) => deb.entries.flatMap((entry) => (entry.elf?.buildPaths ?? []).map((path) => at(entry, path))),
  },
];

function mayBeStatic({ path }: SubjectEntry, name: string): boolean {
  return /^boot\/|[.-]static$|^usr\/lib\/debug\//.test(path) || name.endsWith("-static") || path === "sbin/ldconfig";
}

/** Go links in its own way, and lintian leaves its packages out. */
function isGuarded(elf: Elf, { name, architecture }: Subject): boolean {
  return isLoaded(elf) && needed(elf).length > 0 && !name.startsWith("golang-") && architecture !== "all";
}

function* missingLibrary(deb: Subject, soname: RegExp, stem: string): Iterable<string> {
  const relations = deb.relations("Depends", "Pre-Depends");
  if (relations.length === 0) return;
  const users = new Map<string, string[]>();
  for (const { isFile, elf, path } of deb.entries) {
    if (!isFile || elf?.read === undefined || !isLoaded(elf.read.elf)) continue;
    for (const library of needed(elf.read.elf)) {
      const number = soname.exec(library)?.[1];
      if (number !== undefined) users.set(stem + number, [...(users.get(stem + number) ?? []), path]);
    }
  }
  for (const [wanted, paths] of users) {
    if (relations.some((group) => group.some(({ name }) => name.startsWith(wanted)))) continue;
    if (/^libc[\d.]+(?:-|$)/.test(deb.name)) continue;
    const [first, ...others] = paths.sort();
    yield `needed by ${first}${others.length === 0 ? "" : ` and ${others.length} others`}`;
  }
}

function* weakDependencies(deb: Subject): Iterable<string> {
  const relations = deb.relations("Depends", "Pre-Depends");
  if (relations.length === 0) return;
  const own = new Set(deb.entries.map(({ base }) => base));
  for (const entry of deb.entries) {
    const elf = entry.elf?.read?.elf;
    if (!entry.isFile || elf === undefined || !isLoaded(elf) || isElsewhere(elf, entry, deb)) continue;
    for (const { packages, floor, soname } of knownNeedsOf(elf)) {
      if (own.has(soname) || packages.includes(deb.name)) continue;
      const wanted = `${packages[0]}${floor === undefined ? "" : ` (>= ${floor})`}`;
      if (!namesAny(relations, packages)) yield at(entry, `needs ${wanted}`);
      else if (floor !== undefined && isTooOld(deb, packages, floor)) yield at(entry, `needs ${wanted}`);
    }
  }
}

/** Every relation to one of the packages admits an older version. One without a version is another tag's matter. */
function isTooOld(deb: Subject, packages: readonly string[], floor: string): boolean {
  const floors = deb
    .relations("Depends", "Pre-Depends")
    .flat()
    .filter(({ name }) => packages.includes(name))
    .flatMap(({ operator, version }) =>
      operator !== undefined && ["=", ">=", ">>"].includes(operator) && version !== undefined ? [version] : [],
    );
  const upstream = (version: string): string => /^(?:\d+:)?([0-9.]+)/.exec(version)?.[1]?.replace(/\.$/, "") ?? "0";
  return floors.every((version) => compareDotted(upstream(version), upstream(floor)) < 0);
}

function* searchPaths(deb: Subject, isWanted: (path: string) => boolean): Iterable<string> {
  for (const entry of deb.entries) {
    if (!entry.isFile || entry.elf?.read === undefined) continue;
    for (const { kind, path } of entry.elf.read.hardening.searchPaths) {
      const tidy = path.replace(/\/(?:\.?\/)+/g, "/").replace(/(.)\/$/, "$1");
      if (/^\$\{?ORIGIN\}?/.test(path) || !isWanted(path) || isPrivate(tidy, deb)) continue;
      yield at(entry, `${kind} ${tidy}`);
    }
  }
}

function isPrivate(path: string, { source }: Subject): boolean {
  const private_ = /^\/(?:usr\/)?lib\/(?:[\w-]+-linux-gnu\w*\/)?(?:games\/)?([^/]+)/.exec(path)?.[1];
  return private_?.startsWith(source) === true || /^\/usr\/lib\/ghc(?:\/|$)/.test(path);
}
