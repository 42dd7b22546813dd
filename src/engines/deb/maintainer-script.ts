/**
 * Maintainer scripts (deb-preinst(5) and its siblings; Debian Policy 6.1) and the first line of any script: what the
 * kernel makes of `#!` is only seen on the user's machine, when it is too late.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

export type ScriptName = "preinst" | "postinst" | "prerm" | "postrm";

/** Throws PACKAGE_SCRIPT_CRLF, PACKAGE_SCRIPT_INVALID. `name` is for the message. */
export function requireScript(name: string, content: Uint8Array): void {
  requireUnixScript(name, content);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
  if (!/^#! ?\/[^\s]+/.test(text)) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${name} begins with ${quoted(text.split("\n", 1)[0] ?? "")}, not with #! and the path of an interpreter.`,
      next: "Let its first line be #!/bin/sh, without anything before it.",
    });
  }
  if (text.includes("\r\n")) throw crlf(name);
}

/** Of any executable: refuses one that is a script whose first line ends in CR LF. The first bytes of the file suffice. */
export function requireUnixScript(name: string, head: Uint8Array): void {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 256));
  if (/^(?:\u00ef\u00bb\u00bf)?#![^\n]*\r\n/.test(text)) throw crlf(name);
}

function crlf(name: string): ReleaseError {
  return new ReleaseError("PACKAGE_SCRIPT_CRLF", {
    what: `${name} has lines that end in CR LF.`,
    next: "Save it with Unix line ends (sed -i 's/\\r$//'), and let .gitattributes say `text eol=lf` for it.",
  });
}
