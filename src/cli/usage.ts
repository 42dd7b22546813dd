/** What is said to a command line that cannot be understood: the nearest thing that can. */
import { ReleaseError } from "../domain/errors/index.ts";
import { nearest } from "../domain/nearest.ts";
import { reportFailure } from "./command.ts";
import { commands, type CommandEntry } from "./commands.ts";
import type { Context } from "./context.ts";

export async function usageFailure(argv: readonly string[], context: Context): Promise<number> {
  const groups = commands.filter(({ path }) => path.length > 1 && path[0] === argv[0]);
  const words = groups.length > 0 ? argv.slice(0, 2).join(" ") : (argv[0] ?? "");
  const known = (groups.length > 0 ? groups : commands).map(({ path }) => path.join(" "));
  const meant = nearest(words, known) ?? nearest(words.replace(/^-+/, ""), known);
  const error = new ReleaseError("USAGE", {
    what: `There is no command ${JSON.stringify(words)}.`,
    next: meant === undefined ? `Known commands: ${known.join(", ")}.` : `Did you mean: ggen-release ${meant}`,
  });
  return failed(error, argv, context);
}

/** clipanion's own complaint about options and arguments, in our words. */
export async function syntaxFailure(error: unknown, entry: CommandEntry, context: Context): Promise<number> {
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const what = message.replace(/^Unknown Syntax Error: /, "").replace(/\s*\$ .*$/s, "");
  const usage = new ReleaseError(
    "USAGE",
    {
      what: what === "" ? "The options could not be understood." : what,
      next: `Run: ggen-release ${entry.path.join(" ")} --help`,
    },
    { cause: error },
  );
  return failed(usage, [], context);
}

async function failed(error: ReleaseError, argv: readonly string[], context: Context): Promise<number> {
  const world = await context.open({ json: argv.includes("--json"), quiet: false, verbose: false, ci: true });
  const exit = reportFailure(world.ports, error);
  await world.close();
  return exit;
}
