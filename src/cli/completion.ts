import { Option } from "clipanion";
import { ReleaseError } from "../domain/errors/index.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import { optionsOf } from "./command-help.ts";
import { commands } from "./commands.ts";
import { completionScript, type CompletionEntry } from "./completion-script.ts";

export class CompletionCommand extends ReleaseCommand {
  static override paths = [["completion"]];
  static override usage = ReleaseCommand.Usage({
    description: "Print the completion script for bash, zsh or fish",
    details:
      "Put the script where your shell looks for completions; the packages of ggen-release have done so already.",
    examples: [
      ["For bash, in this session", "source <(ggen-release completion bash)"],
      ["For fish, for good", "ggen-release completion fish > ~/.config/fish/completions/ggen-release.fish"],
    ],
  });

  shell = Option.String({ name: "shell" });

  protected async act(): Promise<Outcome> {
    const entries = await Promise.all(
      commands.map(async ({ path, summary, load }): Promise<CompletionEntry> => {
        return { path, summary, options: optionsOf(await load()) };
      }),
    );
    const script = completionScript(this.shell, entries);
    if (script !== undefined) return { result: script, lines: [], raw: script };
    throw new ReleaseError("USAGE", {
      what: `There is no completion for ${JSON.stringify(this.shell)}.`,
      next: "Name one of: bash, zsh, fish.",
    });
  }
}
