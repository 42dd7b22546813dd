/**
 * Completion scripts for bash, zsh and fish: commands, options, and files behind options that take one. All words are
 * known beforehand, so nothing is run on a key press.
 */
export interface CompletionEntry {
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** What may stand behind the command, where that is a fixed set. */
  readonly words?: readonly string[];
}

interface CompletionOption {
  readonly names: readonly string[];
  readonly description: string;
  /** What stands behind it, FILE and DIR being completed; undefined for a flag. */
  readonly value?: string;
}

const scripts: Readonly<Record<string, (entries: readonly CompletionEntry[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export const completionShells: readonly string[] = Object.keys(scripts);

export function completionScript(shell: string, entries: readonly CompletionEntry[]): string | undefined {
  return Object.hasOwn(scripts, shell) ? scripts[shell]?.(entries) : undefined;
}

function bashScript(entries: readonly CompletionEntry[]): string {
  const groups = [...groupsOf(entries)].map(
    ([group, words]) => `    ${quote(group)}) words=${quote(words.join(" "))} ;;`,
  );
  const commands = entries.map((entry) => {
    const words = [...(entry.words ?? []), ...entry.options.flatMap(({ names }) => names)];
    return `    ${caseOf(entry)}) words=${quote(words.join(" "))} ;;`;
  });
  return `# bash completion for ggen-release
_ggen_release() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words='' word
  COMPREPLY=()
  case $previous in
    ${valueNames(entries).join(" | ")}) return ;;
  esac
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1}" in
${[...groups, ...commands].join("\n")}
  esac
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
}
complete -o default -F _ggen_release ggen-release
`;
}

function zshScript(entries: readonly CompletionEntry[]): string {
  const described = (words: readonly (readonly [string, string])[]): string =>
    words.map(([word, text]) => quote(`${word.replaceAll(":", "\\:")}:${text}`)).join(" ");
  const summaryOf = (group: string, word: string): string =>
    entries.find(({ path }) => path.join(" ") === `${group} ${word}`.trim())?.summary ?? "";
  const groups = [...groupsOf(entries)].map(
    ([group, words]) =>
      `    ${quote(group)}) offered=(${described(words.map((word) => [word, summaryOf(group, word)] as const))}) ;;`,
  );
  const commands = entries.map((entry) => {
    const words = (entry.words ?? []).map((word) => [word, ""] as const);
    const options = entry.options.flatMap(({ names, description }) =>
      names.map((name) => [name, description] as const),
    );
    return `    ${caseOf(entry)}) offered=(${described([...words, ...options])}) ;;`;
  });
  return `#compdef ggen-release
_ggen-release() {
  local -a offered
  case $words[CURRENT-1] in
    ${valueNames(entries).join(" | ")}) _files; return ;;
  esac
  case "\${words[2,CURRENT-1]}" in
${[...groups, ...commands].join("\n")}
  esac
  _describe 'ggen-release' offered || _files
}
# Called where zsh loads it from fpath, announced where it is sourced.
if [ "$funcstack[1]" = _ggen-release ]; then _ggen-release "$@"; else compdef _ggen-release ggen-release; fi
`;
}

function fishScript(entries: readonly CompletionEntry[]): string {
  const lines = ["# fish completion for ggen-release", "complete -c ggen-release -f"];
  const add = (condition: string, rest: string): void =>
    void lines.push(`complete -c ggen-release -n ${quote(condition)} ${rest}`);
  for (const { path, summary, options, words = [] } of entries) {
    const [first = "", second] = path;
    const seen = `__fish_seen_subcommand_from ${first}`;
    const within = second === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${second}`;
    const siblings = entries.filter((entry) => entry.path[0] === first).flatMap((entry) => entry.path[1] ?? []);
    const before =
      second === undefined
        ? "__fish_use_subcommand"
        : `${seen}; and not __fish_seen_subcommand_from ${siblings.join(" ")}`;
    add(before, `-a ${quote(second ?? first)} -d ${quote(summary)}`);
    for (const word of words) add(within, `-a ${quote(word)}`);
    for (const option of options) add(within, fishOption(option));
  }
  for (const group of groupsOf(entries).keys()) {
    if (group !== "") add("__fish_use_subcommand", `-a ${quote(group)}`);
  }
  return `${lines.join("\n")}\n`;
}

function fishOption({ names, description, value }: CompletionOption): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = value === undefined ? [] : isPath(value) ? ["-r", "-F"] : ["-x"];
  return [...flags, ...takes, "-d", quote(description)].join(" ");
}

/** First words, and what may stand behind a first word that needs a second: "" → init, plan …; keys → new, list …. */
function groupsOf(entries: readonly CompletionEntry[]): ReadonlyMap<string, readonly string[]> {
  const heads = new Set(entries.map(({ path: [head = ""] }) => head));
  const groups = new Map<string, readonly string[]>([["", [...heads]]]);
  for (const head of heads) {
    const seconds = entries.filter(({ path }) => path[0] === head).flatMap(({ path }) => path[1] ?? []);
    if (seconds.length > 0) groups.set(head, seconds);
  }
  return groups;
}

/** The command alone or with more behind it, and nothing that only begins like it. */
function caseOf({ path }: CompletionEntry): string {
  return `${quote(path.join(" "))} | ${quote(`${path.join(" ")} `)}*`;
}

/** Options behind which a value stands. */
function valueNames(entries: readonly CompletionEntry[]): readonly string[] {
  const options = entries.flatMap((entry) => entry.options).filter(({ value }) => value !== undefined);
  return [...new Set(options.flatMap(({ names }) => names))].sort();
}

function isPath(value: string): boolean {
  return value === "FILE" || value === "DIR";
}

/** A shell word in single quotes: nothing in it is expanded. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
