/** Completion scripts for bash, zsh and fish: words and options only, all of them known beforehand, so nothing is run on a key press. */
export interface CompletionEntry {
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly { readonly names: readonly string[]; readonly description: string }[];
}

export function completionScript(shell: string, entries: readonly CompletionEntry[]): string | undefined {
  const scripts: Readonly<Record<string, (entries: readonly CompletionEntry[]) => string>> = {
    bash: bashScript,
    zsh: zshScript,
    fish: fishScript,
  };
  return scripts[shell]?.(entries);
}

function bashScript(entries: readonly CompletionEntry[]): string {
  return `# bash completion for ggen-release
_ggen_release() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1}" in
${[...groups(entries)].map(([group, words]) => `    ${quote(group)}) words=${quote(words.join(" "))} ;;`).join("\n")}
${entries.map((entry) => `    ${quote(entry.path.join(" "))}*) words=${quote(optionNames(entry).join(" "))} ;;`).join("\n")}
    *) words='' ;;
  esac
  COMPREPLY=()
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
  return `#compdef ggen-release
_ggen_release() {
  local -a words_here
  case "\${words[2,CURRENT-1]}" in
${[...groups(entries)].map(([group, words]) => `    ${quote(group)}) words_here=(${described(words.map((word) => [word, summaryOf(group, word)]))}) ;;`).join("\n")}
${entries.map((entry) => `    ${quote(entry.path.join(" "))}*) words_here=(${described(entry.options.flatMap(({ names, description }) => names.map((name) => [name, description] as const)))}) ;;`).join("\n")}
  esac
  _describe 'ggen-release' words_here || _files
}
_ggen_release "$@"
`;
}

function fishScript(entries: readonly CompletionEntry[]): string {
  const lines = ["# fish completion for ggen-release", "complete -c ggen-release -f"];
  for (const { path, summary, options } of entries) {
    const [first = "", second] = path;
    const before = second === undefined ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${first}`;
    lines.push(`complete -c ggen-release -n ${quote(before)} -a ${quote(second ?? first)} -d ${quote(summary)}`);
    const within =
      second === undefined
        ? `__fish_seen_subcommand_from ${first}`
        : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
    for (const { names, description } of options) {
      const flags = names
        .map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
        .join(" ");
      lines.push(`complete -c ggen-release -n ${quote(within)} ${flags} -d ${quote(description)}`);
    }
  }
  for (const group of groups(entries).keys()) {
    if (group !== "") lines.push(`complete -c ggen-release -n __fish_use_subcommand -a ${quote(group)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** First words, and what may stand behind a first word that needs a second: "" → init, plan …; keys → new, list …. */
function groups(entries: readonly CompletionEntry[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>([["", []]]);
  const add = (group: string, word: string): void => {
    const words = found.get(group) ?? [];
    if (!words.includes(word)) words.push(word);
    found.set(group, words);
  };
  for (const { path } of entries) {
    add("", path[0] ?? "");
    if (path[1] !== undefined) add(path[0] ?? "", path[1]);
  }
  return found;
}

function optionNames({ options }: CompletionEntry): readonly string[] {
  return [...options.flatMap(({ names }) => names), "--help"];
}

/** A shell word in single quotes: nothing in it is expanded. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
