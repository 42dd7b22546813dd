/** Maintainer scripts (Debian Policy 6, 10.4), and scripts that the package installs. */
import { basename } from "node:path";
import { at, type LintTag, ofEntries } from "./tag.ts";
import { namesAny } from "./relations.ts";
import { hashbang, isExecutable, type Subject, type SubjectEntry } from "./subject.ts";

interface Line {
  readonly script: string;
  readonly number: number;
  readonly text: string;
}

function interpreterOf(text: string | Uint8Array): string | undefined {
  return hashbang(text)?.split(/\s+/)[0];
}

function isShellScript(text: string): boolean {
  return /\/(?:ba|da|a|z|k)?sh$/.test(interpreterOf(text) ?? "");
}

/** Lines of code of all shell scripts: no comments, lines that go on joined into the last of them. */
function* shellLines(deb: Subject): Iterable<Line> {
  for (const [script, text] of deb.scripts) {
    if (!isShellScript(text)) continue;
    let before = "";
    for (const [index, line] of text.split("\n").entries()) {
      if (/^\s*(?:#|$)/.test(line)) continue;
      if (line.endsWith("\\")) {
        before += line.slice(0, -1);
        continue;
      }
      yield { script, number: index + 1, text: before + withoutComment(line) };
      before = "";
    }
  }
}

function withoutComment(line: string): string {
  const plain = line
    .replace(/(^|[^\\](?:\\\\)*)'(?:\\.|[^\\'])+'/g, "$1''")
    .replace(/(^|[^\\](?:\\\\)*)"(?:\\.|[^\\"])+"/g, '$1""');
  const comment = /(?:^|[^[\\])[\s&;()](#.*$)/.exec(plain)?.[1];
  return comment === undefined ? line : line.replace(comment, "");
}

/** Where a command can begin. Each alternative ends where no other can go on: no line takes longer than its length. */
const command = String.raw`(?:(?:^|[\`&;(|{])\s*|(?:if|then|do|while|!)\s+|env(?:\s+\w+=\S+)*\s+)`;

/** `pattern` gives the words that lintian shows in quotes; `inShort` leaves them out. */
function ofLines(pattern: RegExp, inShort = false, only?: string): (deb: Subject) => Iterable<string> {
  return function* (deb) {
    for (const { script, number, text } of shellLines(deb)) {
      const found = pattern.exec(text)?.[0]?.trim();
      if (found === undefined || (only !== undefined && script !== only)) continue;
      yield `${inShort ? "" : `"${found}" `}[${script}:${number}]`;
    }
  };
}

function ofScripts(
  check: (text: string, name: string, deb: Subject) => string | boolean | undefined,
): (deb: Subject) => Iterable<string> {
  return function* (deb) {
    for (const [name, text] of deb.scripts) {
      const found = check(text, name, deb);
      if (found !== undefined && found !== false) yield `${found === true ? "" : `${found} `}[${name}]`;
    }
  };
}

const setting = new RegExp(String.raw`${command}set(?=\s)([^;&|]*)`);

/** `set -e`, `set -u -e`, `set -eu`. */
function stopsAtFailure(text: string): boolean {
  return text.split("\n").some((line) => {
    if (/^\s*#/.test(line)) return false;
    const words = setting.exec(line)?.[1]?.trim().split(/\s+/) ?? [];
    const options = words.findIndex((word) => !word.startsWith("-"));
    return (options < 0 ? words : words.slice(0, options)).some((word) => /^-\w*e/.test(word));
  });
}

/** Interpreter → where it lies, and the packages that bring it; none where it is on every system. */
const interpreters: ReadonlyMap<string, readonly [folder: string, ...packages: string[]]> = new Map([
  ["sh", ["/bin"]],
  ["bash", ["/bin"]],
  ["dash", ["/bin"]],
  ["perl", ["/usr/bin"]],
  ["sed", ["/bin"]],
  ["awk", ["/usr/bin"]],
  ["python3", ["/usr/bin", "python3", "python3-minimal"]],
  ["node", ["/usr/bin", "nodejs"]],
  ["ruby", ["/usr/bin", "ruby"]],
  ["php", ["/usr/bin", "php-cli"]],
  ["fish", ["/usr/bin", "fish"]],
  ["zsh", ["/bin", "zsh", "zsh-beta"]],
  ["tcsh", ["/bin", "tcsh"]],
  ["gawk", ["/usr/bin", "gawk"]],
  ["expect", ["/usr/bin", "expect"]],
  ["make", ["/usr/bin", "make", "build-essential", "dpkg-dev"]],
  ["julia", ["/usr/bin", "julia"]],
  ["mksh", ["/bin", "mksh"]],
]);

interface Hashbang {
  readonly interpreter: string;
  readonly viaEnv: boolean;
}

function hashbangOf({ start, isFile }: SubjectEntry): Hashbang | undefined {
  const words = isFile ? hashbang(start)?.split(/\s+/) : undefined;
  if (words === undefined) return undefined;
  const viaEnv = words[0] === "/usr/bin/env";
  return { interpreter: (viaEnv ? words.slice(1).find((word) => !word.startsWith("-")) : words[0]) ?? "", viaEnv };
}

function ofInstalled(check: (script: Hashbang, entry: SubjectEntry, deb: Subject) => string | boolean | undefined) {
  return ofEntries((entry, deb) => {
    if (/^usr\/(?:share\/doc|src|share\/cargo\/registry)\//.test(entry.path)) return undefined;
    const script = hashbangOf(entry);
    return script === undefined ? undefined : check(script, entry, deb);
  });
}

/** The tag for a script whose interpreter no dependency brings is named after some of the interpreters. */
function missingInterpreter(isNamed: (name: string) => boolean): (deb: Subject) => Iterable<string> {
  return ofInstalled(({ interpreter }, entry, deb) => {
    const name = basename(interpreter);
    const [, ...packages] = interpreters.get(name) ?? [];
    if (packages.length === 0 || !isNamed(name) || !isExecutable(entry) || packages.includes(deb.name))
      return undefined;
    if (namesAny(deb.relations("Depends", "Pre-Depends", "Recommends", "Suggests", "Provides"), packages))
      return undefined;
    return `${interpreter} (does not satisfy ${packages.map((wanted) => `${wanted}:any`).join(" | ")})`;
  });
}

const depend = "Add the interpreter's package under packages.deb.depends.";

export const scriptTags: readonly LintTag[] = [
  {
    tag: "script-without-interpreter",
    severity: "error",
    explain: "The kernel does not know how to run it: dpkg fails in the middle of the installation.",
    next: "Begin the script with #!/bin/sh.",
    find: ofScripts((text) => (hashbang(text) ?? "") === "" && !text.startsWith("\u007fELF")),
  },
  {
    tag: "crlf-in-maintainer-script",
    own: true,
    severity: "error",
    explain: "The shell takes the carriage return for a part of the last word: dpkg fails with `not found`.",
    next: "Save it with Unix line ends: sed -i 's/\\r$//' FILE",
    find: ofScripts((text) => text.includes("\r\n")),
  },
  {
    tag: "unknown-control-interpreter",
    severity: "error",
    explain: "Nothing promises that the interpreter is there when dpkg runs the script.",
    next: "Write the script for /bin/sh.",
    find: ofScripts((text, name) => {
      const interpreter = interpreterOf(text) ?? "";
      if (interpreter === "" || interpreter.startsWith("/usr/local/") || name === "config" || name === "postrm")
        return undefined;
      return !interpreters.has(basename(interpreter)) && !otherInterpreters.has(basename(interpreter)) && interpreter;
    }),
  },
  {
    tag: "control-interpreter-in-usr-local",
    severity: "error",
    explain: "/usr/local is the administrator's: on other machines there is no such interpreter.",
    next: "Write the script for /bin/sh.",
    find: ofScripts((text) => interpreterOf(text)?.startsWith("/usr/local/") === true && interpreterOf(text)),
  },
  {
    tag: "forbidden-postrm-interpreter",
    severity: "error",
    explain: "When postrm runs, the packages on which this one depends may be gone, the interpreter with them.",
    next: "Write postrm for /bin/sh.",
    find: ofScripts((text, name) => name === "postrm" && isForbidden(text) && interpreterOf(text)),
  },
  {
    tag: "forbidden-config-interpreter",
    severity: "error",
    explain: "config runs before the package's dependencies are there.",
    next: "Write config for /bin/sh.",
    find: ofScripts((text, name) => name === "config" && isForbidden(text) && interpreterOf(text)),
  },
  {
    tag: "wrong-path-for-interpreter",
    severity: "error",
    explain: "The interpreter is in another place on Debian: the script cannot be run.",
    next: "Write #!/bin/sh, #!/bin/bash or #!/usr/bin/perl.",
    find: function* (deb) {
      yield* ofScripts((text) => {
        const interpreter = interpreterOf(text) ?? "";
        return (
          /^\/(?!usr\/local\/)/.test(interpreter) &&
          ["sh", "bash"].includes(basename(interpreter)) &&
          wrongPath(interpreter)
        );
      })(deb);
      yield* ofInstalled(
        ({ interpreter, viaEnv }) => !viaEnv && basename(interpreter) !== "perl" && wrongPath(interpreter),
      )(deb);
    },
  },
  {
    tag: "maintainer-script-ignores-errors",
    severity: "warning",
    explain: "A command in it may fail and dpkg takes the package for installed all the same.",
    next: "Write `set -e` into the second line.",
    find: ofScripts((text) => isShellScript(text) && !stopsAtFailure(text) && !isBangE(text)),
  },
  {
    tag: "maintainer-script-without-set-e",
    severity: "info",
    explain: "-e stands in the first line only: run as `sh SCRIPT`, the script goes on after a failure.",
    next: "Write `set -e` into the second line.",
    find: ofScripts((text) => isShellScript(text) && !stopsAtFailure(text) && isBangE(text)),
  },
  {
    tag: "maintainer-script-empty",
    severity: "warning",
    explain: "The script does nothing, and dpkg starts a shell for it at every installation.",
    next: "Leave it out.",
    find: ofScripts((text) => (hashbang(text) ?? "") !== "" && isEmpty(text)),
  },
  {
    tag: "maintainer-script-calls-systemctl",
    severity: "warning",
    explain:
      "Without systemd, in a container or chroot, the command fails; and the administrator's choice not to start services is passed over.",
    next: "Name the unit under packages.deb.systemd: this program writes what debhelper would, with deb-systemd-invoke.",
    find: function* (deb) {
      for (const [name, text] of deb.scripts) {
        if (!/^\S*sh\b/.test(hashbang(text) ?? "")) continue;
        for (const [index, line] of text.split("\n").entries()) {
          if (/^(?:[^#].*;)?\s*systemctl\b/.test(line) && !line.includes("daemon-reload"))
            yield `[${name}:${index + 1}]`;
        }
      }
    },
  },
  {
    tag: "maintainer-script-calls-service",
    severity: "error",
    explain: "The administrator's choice not to start services (policy-rc.d) is passed over.",
    next: "Use invoke-rc.d or deb-systemd-invoke, or packages.deb.systemd.",
    find: ofLines(new RegExp(String.raw`${command}service\b`)),
  },
  {
    tag: "maintainer-script-calls-start-stop-daemon",
    severity: "warning",
    explain: "Services are started by the system's service manager, which then does not know of this one.",
    next: "Ship a unit under packages.deb.systemd.",
    find: ofLines(/\bstart-stop-daemon(?=\s)(?!.*\s--stop\b)/),
  },
  {
    tag: "maintscript-calls-ldconfig",
    severity: "warning",
    explain: "ldconfig runs at every installation, where dpkg runs it once for all packages by a trigger.",
    next: "Write `activate-noawait ldconfig` under packages.deb.triggers.",
    find: ofScripts((text) => /^[^#]*\bldconfig\b/m.test(text)),
  },
  {
    tag: "killall-is-dangerous",
    severity: "warning",
    explain: "killall ends programs of the same name of all users, in containers too.",
    next: "Stop the service by its unit.",
    find: ofLines(/^\s*killall(?:\s|$)/, true),
  },
  {
    tag: "mknod-in-maintainer-script",
    severity: "error",
    explain: "Devices are made by the kernel and udev; in a container mknod fails.",
    next: "Ship a udev rule, or use tmpfiles.d.",
    find: ofLines(/^\s*mknod(?:\s|$)(?!.*\sp\s)/, true),
  },
  {
    tag: "read-in-maintainer-script",
    severity: "error",
    explain: "Unattended upgrades have nobody who answers: the installation waits for ever or fails.",
    next: "Ask by debconf (packages.deb.debconf), or take a default.",
    find: function* (deb) {
      for (const [name, text] of deb.scripts) {
        const only = { ...deb, scripts: new Map([[name, text]]) };
        if (!text.includes("/usr/share/debconf/confmodule")) yield* ofLines(/^\s*read(?:\s|$)/, true)(only);
      }
    },
  },
  {
    tag: "recursive-privilege-change",
    severity: "warning",
    explain: "Whoever may write below that folder puts a link there, and the script gives him another file.",
    next: "Name the files one by one, or use tmpfiles.d.",
    find: ofLines(/\b(?:(?:chmod|chown).*(?:-R|--recursive)|find.*exec.*(?:chmod|chown))\b/),
  },
  {
    tag: "postrm-removes-alternative",
    severity: "warning",
    explain: "When postrm runs, the program is gone already and the command leads nowhere meanwhile.",
    next: "Remove it in prerm, or use packages.deb.alternatives.",
    find: ofLines(/\bupdate-alternatives\s+--remove\b/, false, "postrm"),
  },
  {
    tag: "script-not-executable",
    severity: "warning",
    explain: "The file begins as a script and cannot be run.",
    next: "Make it executable in the tree (chmod +x FILE), or leave its first line out.",
    find: ofInstalled(
      ({ interpreter, viaEnv }, entry) => !isExecutable(entry) && isMeantToRun(interpreter, viaEnv, entry),
    ),
  },
  {
    tag: "interpreter-not-absolute",
    severity: "warning",
    explain: "The kernel looks for the interpreter in the folder in which the script is started.",
    next: "Write its whole path, or /usr/bin/env NAME.",
    find: ofInstalled(
      ({ interpreter, viaEnv }, entry) =>
        isExecutable(entry) && interpreter !== "" && !viaEnv && !interpreter.startsWith("/") && interpreter,
    ),
  },
  {
    tag: "interpreter-in-usr-local",
    severity: "error",
    explain: "/usr/local is the administrator's: on other machines there is no such interpreter.",
    next: "Write the path that Debian's package of the interpreter has, for example /usr/bin/python3.",
    find: ofInstalled(
      ({ interpreter, viaEnv }) =>
        !viaEnv && interpreter.startsWith("/usr/local/") && !isKnown(basename(interpreter)) && interpreter,
    ),
  },
  {
    tag: "python3-script-but-no-python3-dep",
    severity: "error",
    explain: "On a system without Python the command fails.",
    next: depend,
    find: missingInterpreter((name) => name === "python3"),
  },
  {
    tag: "ruby-script-but-no-ruby-dep",
    severity: "error",
    explain: "On a system without Ruby the command fails.",
    next: depend,
    find: missingInterpreter((name) => name === "ruby"),
  },
  {
    tag: "php-script-but-no-php-cli-dep",
    severity: "error",
    explain: "On a system without PHP the command fails.",
    next: depend,
    find: missingInterpreter((name) => name === "php"),
  },
  {
    tag: "gawk-script-but-no-gawk-dep",
    severity: "error",
    explain: "Debian's awk is mawk: on most systems the command fails.",
    next: depend,
    find: missingInterpreter((name) => name === "gawk"),
  },
  {
    tag: "missing-dep-for-interpreter",
    severity: "error",
    explain: "On a system without the interpreter the command fails.",
    next: depend,
    find: missingInterpreter((name) => !["python3", "ruby", "php", "gawk"].includes(name)),
  },
  {
    tag: "crlf-in-script",
    own: true,
    severity: "error",
    explain:
      "The kernel takes the carriage return for a part of the interpreter's name: the command fails with `not found`.",
    next: "Save it with Unix line ends: sed -i 's/\\r$//' FILE",
    find: function* (deb) {
      for (const entry of deb.entries) {
        if (!entry.isFile || !isExecutable(entry)) continue;
        if (/^#![^\n]*\r\n/.test(Buffer.from(entry.start).toString("latin1"))) yield at(entry);
      }
    },
  },
];

/** Known to lintian beside those above, which need a dependency and are hardly used in maintainer scripts. */
const otherInterpreters = new Set([
  "ash",
  "csh",
  "ksh",
  "mawk",
  "rc",
  "ocamlrun",
  "tclsh",
  "wish",
  "guile",
  "lua",
  "env",
]);

function isKnown(name: string): boolean {
  return interpreters.has(name) || otherInterpreters.has(name);
}

function isForbidden(text: string): boolean {
  const interpreter = interpreterOf(text) ?? "";
  return (
    interpreter !== "" &&
    !interpreter.startsWith("/usr/local/") &&
    !["sh", "bash", "perl"].includes(basename(interpreter))
  );
}

function wrongPath(interpreter: string): string | false {
  const folder = interpreters.get(basename(interpreter))?.[0];
  const right = `${folder}/${basename(interpreter)}`;
  return folder !== undefined && interpreter !== right && `${interpreter} != ${right}`;
}

function isBangE(text: string): boolean {
  return /^#!\s*\S+.*\s-\w*e\w*\b/.test(text);
}

const harmless = [
  /^\s*(?:#|$)/,
  /^\s*set\s+-\w+\s*$/,
  /^\s*case\s+"?\$1"?\s+in\s*$/,
  /^\s*(?:[a-z|-]+|\*)\)\s*$/,
  /^\s*[:;]+\s*$/,
  /^\s*echo\s+"[^"]+"(?:\s*>&2)?\s*$/,
  /^\s*esac\s*$/,
  /^\s*exit\s+\d+\s*$/,
];

function isEmpty(text: string): boolean {
  return text.split("\n").every((line) => harmless.some((pattern) => pattern.test(line)));
}

const neverRun =
  /^usr\/(?:lib|share)\/.*\.p[my]|^usr\/(?:lib|share)\/ruby\/.*\.rb|^usr\/share\/debconf\/confmodule(?:\.sh)?$|\.(?:in|erb|ex)$|^etc\/(?:init\.d\/skeleton$|menu-methods|X11\/Xsession\.d)|^usr\/share\/bash-completion\/completions\//;

function isMeantToRun(interpreter: string, viaEnv: boolean, { path }: SubjectEntry): boolean {
  if (interpreter === "" || neverRun.test(path)) return false;
  if (basename(interpreter) === "python" && path.startsWith("usr/lib/python3/dist-packages/")) return false;
  return viaEnv || interpreter.startsWith("/") || /bin\/|etc\/init\.d\//.test(path);
}
