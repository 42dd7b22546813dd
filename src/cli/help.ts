/** The help page, and that of a group such as `keys`: what a newcomer sees first. Plain text, of the table of commands. */
import { commands, groupOf, type CommandEntry } from "./commands.ts";

export function helpText(version: string): string {
  return [
    `ggen-release ${version}: takes a command-line program from a tag to its users.`,
    "",
    "Usage: ggen-release COMMAND [OPTIONS]",
    "",
    ...commandLines(commands),
    "",
    "Alike everywhere: --json, --dry-run (-n), --config FILE (-f), --verbose, --quiet (-q), --ci.",
    "The rest: ggen-release help COMMAND",
    "",
    "Begin with: ggen-release init",
    "",
    "Exit codes: 0 done, 2 usage or configuration, 3 verification failed, 4 other bytes are there, 5 run again to finish,",
    "6 key or credential, 7 tool, disk or permission, 8 refused, 9 another run, 70 our fault, 130/143 interrupted.",
    "",
  ].join("\n");
}

/** Of the commands that begin with one word. */
export function groupHelp(word: string): string {
  return [`Usage: ggen-release ${word} COMMAND [OPTIONS]`, "", ...commandLines(groupOf(word)), ""].join("\n");
}

/** Each with its one line. */
export function commandLines(entries: readonly CommandEntry[]): readonly string[] {
  const width = Math.max(...entries.map(({ usage }) => usage.length));
  return entries.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
}
