/** An argument list taken apart, as far as it can be without knowing the command: its words, and whether help is wanted. */

/** Options that mean the same everywhere may stand before the command, too. */
const flags = ["--json", "--verbose", "--quiet", "-q", "--ci", "--dry-run", "-n"];
const withValue = ["--config", "-f"];

export interface Arguments {
  /** From the command's first word on, the options that stood before it put behind. */
  readonly words: readonly string[];
  /** Those options. */
  readonly before: readonly string[];
  readonly help: boolean;
}

export function readArguments(argv: readonly string[]): Arguments {
  let first = 0;
  for (;;) {
    const word = argv[first] ?? "";
    if (flags.includes(word) || word.startsWith("--config=")) first += 1;
    else if (withValue.includes(word)) first += 2;
    else break;
  }
  const options = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  const isHelp = (word: string): boolean => word === "--help" || word === "-h";
  const rest = argv.slice(first);
  const words = options.some(isHelp) ? rest.filter((word) => !isHelp(word)) : rest;
  return { words, before: argv.slice(0, first), help: options.some(isHelp) };
}
