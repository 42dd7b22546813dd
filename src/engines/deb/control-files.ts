/**
 * Files of control.tar that a project writes itself: triggers (deb-triggers(5)), debconf templates (debconf-devel(7)) and
 * conffiles (deb-conffiles(5)). dpkg reads them on the user's machine, in the middle of an installation: what it would
 * refuse there is refused here.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { fieldOf, parseStanzas } from "../../formats/debian-control.ts";
import { parseInstallPath } from "./install-path.ts";

const trigger = /^(?:interest|activate)(?:-await|-noawait)? [\x21-\x7e]+$/;

/** Lines without comments. Throws DEB_CONTROL_FILE_INVALID. */
export function parseTriggers(path: string, text: string): string {
  const lines = meaningful(text);
  for (const line of lines) {
    if (!trigger.test(line)) {
      throw invalid(path, line, "is no trigger", "Write lines such as: interest-noawait /usr/share/tool/plugins");
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

const templateTypes: ReadonlySet<string> = new Set(
  "string boolean select multiselect note text password error title".split(" "),
);

/** Text as debconf loads it: fields that are marked for translation lose the mark. Throws DEB_CONTROL_FILE_INVALID, DEB_MALFORMED. */
export function parseTemplates(path: string, text: string): string {
  const clean = text.replace(/^#.*\n/gm, "").replace(/^__?([A-Z][a-z]+:)/gm, "$1");
  for (const stanza of parseStanzas(clean)) {
    const name = fieldOf(stanza, "Template");
    const type = fieldOf(stanza, "Type");
    if (name === undefined || !/^[a-z0-9][a-z0-9+.-]*\/\S+$/.test(name)) {
      const seen = name ?? stanza[0]?.[0] ?? "";
      throw invalid(path, seen, "is not the name of a template", "Begin each with a line such as: Template: tool/port");
    }
    if (type === undefined || !templateTypes.has(type)) {
      throw invalid(path, type ?? "", `is not the type of ${name}`, `Types are ${[...templateTypes].join(", ")}.`);
    }
    if (fieldOf(stanza, "Description") === undefined) {
      throw invalid(path, name, "has no Description", "Say in one line what is asked.");
    }
  }
  return clean;
}

/** A line of conffiles: the path, and whether a file of older versions is to be taken away. */
export interface Conffile {
  readonly path: string;
  readonly removed: boolean;
}

const removal = "remove-on-upgrade ";

/** Throws PACKAGE_PATH_INVALID. */
export function parseConffile(line: string): Conffile {
  const removed = line.startsWith(removal);
  return { path: parseInstallPath(removed ? line.slice(removal.length) : line), removed };
}

export function formatConffile({ path, removed }: Conffile): string {
  return `${removed ? removal : ""}${path}\n`;
}

/** Lines of a file without the empty ones and comments. */
export function meaningful(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function invalid(path: string, seen: string, fault: string, next: string): ReleaseError {
  return new ReleaseError("DEB_CONTROL_FILE_INVALID", { what: `${path}: ${quoted(seen)} ${fault}.`, next });
}
