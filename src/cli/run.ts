/** From an argument list to an exit code: finds the command, loads it, lets clipanion parse its options, runs it. */
import { commands, findCommand } from "./commands.ts";
import type { Context } from "./context.ts";
import { helpText } from "./help.ts";

export async function runCli(argv: readonly string[], context: Context): Promise<number> {
  const [first] = argv;
  if (first === "--version" || first === "-v") {
    context.stdout.write(`${context.version}\n`);
    return 0;
  }
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    context.stdout.write(helpText(context.version));
    return 0;
  }
  const entry = findCommand(argv);
  if (entry === undefined) {
    const { usageFailure } = await import("./usage.ts");
    return usageFailure(argv, context);
  }
  const [{ Cli }, command] = await Promise.all([import("clipanion"), entry.load()]);
  const cli = new Cli<Context>({
    binaryLabel: "ggen-release",
    binaryName: "ggen-release",
    binaryVersion: context.version,
  });
  cli.register(command);
  if (argv.includes("--help") || argv.includes("-h")) {
    context.stdout.write(cli.usage(command, { detailed: true }));
    return 0;
  }
  try {
    const parsed = cli.process([...argv], context);
    return await cli.run(parsed, context);
  } catch (error) {
    const { syntaxFailure } = await import("./usage.ts");
    return syntaxFailure(error, entry, context);
  }
}

export const commandPaths: readonly string[] = commands.map(({ path }) => path.join(" "));
