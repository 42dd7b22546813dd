/** The help page: what a newcomer sees first. Plain text; each command explains itself with `--help`. */
import { commands } from "./commands.ts";

export function helpText(version: string): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return [
    `ggen-release ${version}: takes a command-line program from a tag to its users.`,
    "",
    "Usage: ggen-release COMMAND [OPTIONS]",
    "",
    ...commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`),
    "",
    "Alike everywhere: --json, --verbose, --quiet, --ci, --config FILE; ggen-release COMMAND --help tells the rest.",
    "",
    "Begin with: ggen-release init",
    "",
    "Exit codes: 0 done, 2 usage or configuration, 3 verification failed, 4 other bytes are there, 5 run again to finish,",
    "6 key or credential, 7 tool, disk or permission, 8 refused, 9 another run, 70 our fault, 130/143 interrupted.",
    "",
  ].join("\n");
}
