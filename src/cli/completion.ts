import { Option } from "clipanion";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import { optionsOf } from "./command-help.ts";
import { commands } from "./commands.ts";
import { completionScript, completionShells, type CompletionEntry } from "./completion-script.ts";

export class CompletionCommand extends ReleaseCommand {
  static override paths = [["completion"]];
  static override usage = ReleaseCommand.Usage({
    description: "Print the completion script for bash, zsh or fish",
    details:
      "Put the script where your shell looks for completions; the packages of ggen-release have done so already.",
    examples: [
      ["For bash, in this session", "source <(ggen-release completion bash)"],
      ["For zsh, in this session", "source <(ggen-release completion zsh)"],
      ["For fish, for good", "ggen-release completion fish > ~/.config/fish/completions/ggen-release.fish"],
    ],
  });

  shell = Option.String({ name: "shell" });

  protected async act(): Promise<Outcome> {
    const script = completionScript(this.shell, [...(await Promise.all(commands.map(entryOf))), helpEntry()]);
    if (script !== undefined) return { result: script, lines: [], raw: script };
    throw new ReleaseError("USAGE", {
      what: `There is no completion for ${quoted(this.shell)}.`,
      next: `Name one of: ${completionShells.join(", ")}.`,
    });
  }
}

async function entryOf({ path, summary, load }: (typeof commands)[number]): Promise<CompletionEntry> {
  const help = { names: ["--help", "-h"], description: "Explain the command" };
  return {
    path,
    summary,
    options: [...optionsOf(await load()), help],
    ...(path[0] === "completion" ? { words: completionShells } : {}),
  };
}

function helpEntry(): CompletionEntry {
  const words = [...new Set(commands.map(({ path: [first = ""] }) => first))];
  return { path: ["help"], summary: "Explain a command", options: [], words };
}
