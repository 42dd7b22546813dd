/** What is said to a command line that cannot be understood: what is wrong with it, and the nearest thing that is right. */
import type { CommandClass } from "clipanion";
import { ReleaseError } from "../domain/errors/index.ts";
import { nearest } from "../domain/nearest.ts";
import { quoted } from "../domain/quoted.ts";
import { reportFailure } from "./command.ts";
import { neededWord, optionsOf, type KnownOption } from "./command-help.ts";
import { commands, groupOf, program, type CommandEntry } from "./commands.ts";
import type { Context } from "./context.ts";
import { commandLines } from "./help.ts";

export async function unknownCommand(
  words: readonly string[],
  context: Context,
  argv: readonly string[],
): Promise<number> {
  const [first, second] = words;
  const group = groupOf(first);
  const occurrence =
    first === undefined
      ? { what: "No command is named.", next: `Run: ${program} help` }
      : first.startsWith("-")
        ? {
            what: `There is no option ${quoted(first)} that could stand before a command.`,
            next: `Run: ${program} help`,
          }
        : group.length > 0
          ? unknownInGroup(first, second, group)
          : { what: `There is no command ${quoted(first)}.`, next: nearestCommand(first, commands) };
  return failed(new ReleaseError("USAGE", occurrence), argv, context);
}

function unknownInGroup(first: string, second: string | undefined, group: readonly CommandEntry[]) {
  const details = commandLines(group).map((line) => line.slice(2));
  if (second === undefined)
    return {
      what: `${first} alone does nothing: one more word is needed.${first === "version" ? ` The version of this program: ${program} --version` : ""}`,
      next: `Run one of them, for example: ${program} ${group[0]?.usage ?? ""}`,
      details,
    };
  return {
    what: `There is no command ${quoted(`${first} ${second}`)}.`,
    next: nearestCommand(`${first} ${second}`, group),
    details,
  };
}

function nearestCommand(said: string, among: readonly CommandEntry[]): string {
  const known = among.flatMap(({ path }) => [path.join(" "), ...(among === commands ? [path[0] ?? ""] : [])]);
  const meant = said.length > 40 ? undefined : nearest(said, known);
  return meant === undefined ? `Run: ${program} help` : `Did you mean: ${program} ${meant}`;
}

/** clipanion's own complaint about options and arguments, in our words; any other failure is a fault of this program. */
export async function wrongUsage(
  error: unknown,
  entry: CommandEntry,
  command: CommandClass<Context>,
  input: readonly string[],
  context: Context,
): Promise<number> {
  if (!(error instanceof Error) || !("clipanion" in error)) return failed(error, input, context);
  const name = entry.path.join(" ");
  const help = `Run: ${program} ${name} --help`;
  const wrong = wrongOption(input.slice(entry.path.length), optionsOf(command));
  const [, extra] = /^Extraneous positional argument \("(.*)"\)/s.exec(error.message) ?? [];
  const occurrence =
    wrong !== undefined
      ? { what: `${name} ${wrong.what}`, next: wrong.next ?? help }
      : extra !== undefined
        ? { what: `${name} takes no further word: ${quoted(extra)}.`, next: help }
        : {
            what: `${name} needs one more word: ${neededWord(command) ?? "an argument"}.`,
            next: `Run: ${program} ${entry.usage}`,
          };
  return failed(new ReleaseError("USAGE", occurrence, { cause: error }), input, context);
}

/** The first option that is not known, has no value though it needs one, or is not there though it must be. */
function wrongOption(
  words: readonly string[],
  known: readonly KnownOption[],
): { readonly what: string; readonly next?: string } | undefined {
  const find = (name: string): KnownOption | undefined => known.find(({ names }) => names.includes(name));
  const given: string[] = [];
  for (let index = 0; index < words.length && words[index] !== "--"; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-") || word === "-") continue;
    const [name = "", value] = word.startsWith("--") ? word.split(/=(.*)/s) : [word];
    const isBundle =
      /^-[a-z]{2,}$/.test(word) &&
      word
        .slice(1)
        .split("")
        .every((letter) => find(`-${letter}`) !== undefined);
    const option = find(name);
    if (isBundle) continue;
    if (option === undefined) return unknownOption(name, known);
    given.push(...option.names);
    if (option.value === undefined && value !== undefined) return { what: `${name} takes no value.` };
    if (option.value === undefined || value !== undefined) continue;
    index += 1;
    const next = words[index];
    if (next === undefined || (next.startsWith("-") && find(next) !== undefined))
      return { what: `${name} needs a value: ${name} ${option.value}` };
  }
  const missing = known.find(({ names, required }) => required && !names.some((name) => given.includes(name)));
  return missing === undefined
    ? undefined
    : { what: `needs ${missing.names[0] ?? ""} ${missing.value ?? ""}: ${missing.description}.` };
}

function unknownOption(name: string, known: readonly KnownOption[]): { readonly what: string; readonly next?: string } {
  const names = known.flatMap((option) => option.names).filter((one) => one.startsWith("--"));
  const meant = nearest(name.slice(0, 80), name.startsWith("--") ? names : []);
  return {
    what: `has no option ${quoted(name)}.`,
    ...(meant === undefined ? {} : { next: `Did you mean: ${meant}` }),
  };
}

async function failed(error: unknown, argv: readonly string[], context: Context): Promise<number> {
  const world = await context.open({ json: argv.includes("--json"), quiet: false, verbose: false, ci: true });
  const exit = reportFailure(world.ports, error);
  await world.close();
  return exit;
}
