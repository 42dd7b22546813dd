/** From an argument list to an exit code: finds the command, loads it, lets clipanion parse its options, runs it. */
import { readArguments } from "./arguments.ts";
import { findCommand, groupOf, program } from "./commands.ts";
import type { Context } from "./context.ts";
import { groupHelp, helpText } from "./help.ts";

export async function runCli(argv: readonly string[], context: Context): Promise<number> {
  const { words, before, help } = readArguments(argv);
  if (words[0] === "--version" || words[0] === "-v") {
    context.stdout.write(`${context.version}\n`);
    return 0;
  }
  if (help || words[0] === "help" || argv.length === 0)
    return showHelp(words[0] === "help" ? words.slice(1) : words, context, argv);
  const entry = findCommand(words);
  if (entry === undefined) {
    const { unknownCommand } = await import("./usage.ts");
    return unknownCommand(words, context, argv);
  }
  if (entry.inRepository === true) await context.lookAhead?.();
  const [{ Cli }, command] = await Promise.all([import("clipanion"), entry.load()]);
  const cli = new Cli<Context>({ binaryName: program });
  cli.register(command);
  const input = [...entry.path, ...before, ...words.slice(entry.path.length)];
  try {
    return await cli.process(input, context).validateAndExecute();
  } catch (error) {
    const { wrongUsage } = await import("./usage.ts");
    return wrongUsage(error, entry, command, input, context);
  }
}

async function showHelp(words: readonly string[], context: Context, argv: readonly string[]): Promise<number> {
  const [first] = words;
  const entry = findCommand(words);
  if (entry !== undefined) {
    const [{ commandHelp }, command] = await Promise.all([import("./command-help.ts"), entry.load()]);
    context.stdout.write(commandHelp(command));
  } else if (first === undefined) context.stdout.write(helpText(context.version));
  else if (words.length === 1 && groupOf(first).length > 0) context.stdout.write(groupHelp(first));
  else {
    const { unknownCommand } = await import("./usage.ts");
    return unknownCommand(words, context, argv);
  }
  return 0;
}
