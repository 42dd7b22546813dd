/**
 * Maintainer scripts (deb-preinst(5) and its siblings; Debian Policy 6 and 10.4) and the first line of any script: what
 * the kernel makes of `#!` is only seen on the user's machine, when it is too late.
 * Invariant: a script that is accepted is begun by an interpreter that is there, and stops at the first failure.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

export const scriptNames = ["preinst", "postinst", "prerm", "postrm"] as const;
export type ScriptName = (typeof scriptNames)[number];

/** Interpreters that a system cannot be without: they are there whenever dpkg runs a script. */
const essential: ReadonlySet<string> = new Set(
  ["sh", "bash", "dash", "perl"].flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`]),
);

/** Throws PACKAGE_SCRIPT_CRLF, PACKAGE_SCRIPT_INVALID. `name` is for the message. */
export function requireScript(name: string, content: Uint8Array): void {
  requireUnixScript(name, content);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
  const interpreter = interpreterOf(text);
  if (interpreter === undefined) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${name} begins with ${quoted(text.split("\n", 1)[0] ?? "")}, not with #! and the path of an interpreter.`,
      next: "Let its first line be #!/bin/sh, without anything before it.",
    });
  }
  if (text.includes("\r\n")) throw crlf(name);
  if (!essential.has(interpreter)) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${name} is run by ${quoted(interpreter)}, which need not be there when dpkg runs it.`,
      next: "Write it for /bin/sh, /bin/bash or /usr/bin/perl, which every Debian system has.",
    });
  }
  if (isShell(interpreter) && !stopsAtFailure(text)) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${name} does not say \`set -e\`: dpkg would take its work for done when a command in it fails.`,
      next: "Write `set -e` into its second line, and `|| true` after a command that may fail.",
    });
  }
}

/** Of any executable: refuses one that is a script whose first line ends in CR LF. The first bytes of the file suffice. */
export function requireUnixScript(name: string, head: Uint8Array): void {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 256));
  if (/^(?:\u00ef\u00bb\u00bf)?#![^\n]*\r\n/.test(text)) throw crlf(name);
}

/** The path after `#!`. */
export function interpreterOf(script: string): string | undefined {
  return /^#! ?(\/[^\s]+)/.exec(script)?.[1];
}

export function isShell(interpreter: string): boolean {
  return /\/(?:ba|da)?sh$/.test(interpreter);
}

function stopsAtFailure(script: string): boolean {
  return /^#![^\n]* -[a-z]*e|^[ \t]*set[ \t]+(?:-[a-z]*[ \t]+)*(?:-[a-z]*e|-o[ \t]+errexit)/m.test(script);
}

function crlf(name: string): ReleaseError {
  return new ReleaseError("PACKAGE_SCRIPT_CRLF", {
    what: `${name} has lines that end in CR LF.`,
    next: "Save it with Unix line ends (sed -i 's/\\r$//'), and let .gitattributes say `text eol=lf` for it.",
  });
}
