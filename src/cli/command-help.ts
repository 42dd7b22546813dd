/** What a command says of itself with `--help`: plain text, the options of its own first, then those that are alike everywhere. */
import { Cli, type CommandClass } from "clipanion";
import { program } from "./commands.ts";
import type { Context } from "./context.ts";

export interface KnownOption {
  /** `--config` and `-f`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What stands behind it: FILE; undefined for a flag. */
  readonly value?: string;
  readonly required: boolean;
}

/** What is given to options, as help names it. */
const values: Readonly<Record<string, string>> = {
  "--architecture": "NAME",
  "--codename": "NAME",
  "--component": "NAME",
  "--config": "FILE",
  "--days": "DAYS",
  "--description": "TEXT",
  "--folder": "DIR",
  "--from": "SUITE",
  "--keep": "NUMBER",
  "--key": "FILE",
  "--label": "NAME",
  "--merge": "DIR",
  "--name": "NAME",
  "--next-key": "FILE",
  "--only": "TARGET",
  "--origin": "NAME",
  "--out": "DIR",
  "--phased": "PERCENT",
  "--port": "NUMBER",
  "--pre": "NAME",
  "--releases": "DIR",
  "--repo": "PLACE",
  "--sign-key": "FILE",
  "--suite": "SUITE",
  "--to": "SUITE",
  "--url": "URL",
  "--user-id": "NAME",
  "--valid-days": "DAYS",
  "--version": "VERSION",
};

const alike = ["--config", "--json", "--verbose", "--quiet", "--ci"];

export function optionsOf(command: CommandClass<Context>): readonly KnownOption[] {
  const known = definitionOf(command)?.options ?? [];
  return known.map(({ preferredName, nameSet, definition, description = "", required }) => ({
    names: nameSet,
    description,
    required,
    ...(definition.includes(" #") ? { value: values[preferredName] ?? "VALUE" } : {}),
  }));
}

/** The word that has to stand behind the command: `<version>` of `plan <version>`. */
export function neededWord(command: CommandClass<Context>): string | undefined {
  return /<[^>]+>/.exec(definitionOf(command)?.usage ?? "")?.[0];
}

export function commandHelp(command: CommandClass<Context>): string {
  const definition = definitionOf(command);
  if (definition === null) throw new Error("a command without usage");
  const { usage, description = "", details = "", examples = [] } = definition;
  const options = optionsOf(command);
  const isAlike = ({ names }: KnownOption): boolean => names.some((name) => alike.includes(name));
  const width = Math.max(...options.map((option) => shown(option).length));
  const list = (title: string, some: readonly KnownOption[]): readonly string[] =>
    some.length === 0
      ? []
      : ["", title, ...some.map((option) => `  ${shown(option).padEnd(width)}  ${option.description}`)];
  const required = options
    .filter((option) => option.required)
    .map(({ names: [name = ""], value = "" }) => ` ${name} ${value}`);
  return [
    `${description.trim()}.`,
    "",
    `Usage: ${usage}${required.join("")} [OPTIONS]`,
    ...(details === "" ? [] : ["", ...details.trimEnd().split("\n")].map((line) => line.trimEnd())),
    ...list(
      "Options:",
      options.filter((option) => !isAlike(option)),
    ),
    ...list("Alike everywhere:", options.filter(isAlike)),
    "",
    "Examples:",
    ...examples.flatMap(([label, line], index) => [...(index === 0 ? [] : [""]), `  ${label.trim()}`, `    ${line}`]),
    "",
  ].join("\n");
}

/** `-f, --config FILE`; a long name stands below long names where there is no short one. */
function shown({ names, value }: KnownOption): string {
  const long = names.find((name) => name.startsWith("--")) ?? "";
  const short = names.find((name) => !name.startsWith("--"));
  return `${short === undefined ? "    " : `${short}, `}${long}${value === undefined ? "" : ` ${value}`}`;
}

function definitionOf(command: CommandClass<Context>): ReturnType<Cli<Context>["definition"]> {
  const cli = new Cli<Context>({ binaryName: program });
  cli.register(command);
  return cli.definition(command);
}
