/**
 * Commands that a package's contents ask for in its maintainer scripts, and how they come into them: at the line
 * `#DEBHELPER#` of the project's own script, or in a script made for them (debhelper(7), "DEBHELPER" of dh_installdeb(1)).
 * Invariant: no snippet is lost: a script that has no place for those it needs is refused.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { interpreterOf, isShell, requireScript, scriptNames, type ScriptName } from "./maintainer-script.ts";

export interface Snippet {
  readonly script: ScriptName;
  /** What asks for it, for the comment above it: `systemd`. */
  readonly for: string;
  /** Lines of shell, each ended by a newline. */
  readonly commands: string;
  /** Services start after everything else is in place, and stop before anything of it goes. */
  readonly ofService?: boolean;
}

export interface OwnScript {
  /** Where it comes from, for messages. */
  readonly path: string;
  readonly content: Uint8Array;
}

export type Scripts = Readonly<Partial<Record<ScriptName, Uint8Array>>>;

const place = "#DEBHELPER#";
/** What debhelper replaces as well, and only its own run of a build can know. */
const foreignToken = /#(?:DEB_(?:HOST|BUILD|TARGET)_[A-Z_]+|ENV\.\w+|UNPACKAGED|DEBHELPER\.\w+)#/;

/** The scripts of a package. Throws PACKAGE_SCRIPT_CRLF, PACKAGE_SCRIPT_INVALID. */
export function maintainerScripts(
  name: string,
  own: Readonly<Partial<Record<ScriptName, OwnScript>>>,
  snippets: readonly Snippet[],
): Scripts {
  const made: Partial<Record<ScriptName, Uint8Array>> = {};
  for (const script of scriptNames) {
    const text = snippetsOf(script, snippets);
    const given = own[script];
    if (given !== undefined) made[script] = completed(name, given, text);
    else if (text !== "") made[script] = new TextEncoder().encode(`#!/bin/sh\nset -e\n${text}`);
  }
  return made;
}

/** What is set up last goes first. */
function snippetsOf(script: ScriptName, snippets: readonly Snippet[]): string {
  const wanted = snippets.filter((snippet) => snippet.script === script);
  const ordered = [...wanted.filter(({ ofService }) => !ofService), ...wanted.filter(({ ofService }) => ofService)];
  if (script === "prerm" || script === "postrm") ordered.reverse();
  return ordered
    .map(({ for: cause, commands }) => {
      // lintian knows generated commands by these two lines.
      return `# Automatically added by ggen-release/${cause}\n${commands}# End automatically added section\n`;
    })
    .join("");
}

function completed(name: string, { path, content }: OwnScript, snippets: string): Uint8Array {
  requireScript(path, content);
  const text = new TextDecoder().decode(content);
  const foreign = foreignToken.exec(text)?.[0];
  if (foreign !== undefined) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${path} holds ${foreign}, which only a build with debhelper can replace.`,
      next: `Write what it stands for in its place. ${place} and #PACKAGE# are known.`,
    });
  }
  if (snippets !== "") requirePlace(path, text, snippets);
  const filled = text
    .split("\n")
    .map((line) => line.replaceAll(place, () => snippets.trimEnd()).replaceAll("#PACKAGE#", name))
    .join("\n");
  return new TextEncoder().encode(filled);
}

function requirePlace(path: string, text: string, snippets: string): void {
  const details = snippets.trimEnd().split("\n");
  if (!isShell(interpreterOf(text) ?? "")) {
    throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
      what: `${path} is no shell script, and the package's contents need shell commands in it.`,
      next: "Write it for /bin/sh.",
      details,
    });
  }
  if (text.includes(place)) return;
  throw new ReleaseError("PACKAGE_SCRIPT_INVALID", {
    what: `${path} has no line ${place}, and the package's contents need commands in it.`,
    next: `Write a line ${place} where they are to stand: at the end, unless the script has a reason.`,
    details,
  });
}
