import { Command, Option } from "clipanion";
import { init } from "../operations/init.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class InitCommand extends ReleaseCommand {
  static override paths = [["init"]];
  static override usage = Command.Usage({
    description: "Detect what the repository is and write ggen-release.yaml",
    details:
      "Asks nothing. Adds what a release leaves in the repository to .gitignore. Writes over a configuration only with --force.",
    examples: [["In a repository of yours", "ggen-release init"]],
  });

  force = Option.Boolean("--force", false, { description: "Write over the configuration that is there" });

  protected async act({ ports }: World): Promise<Outcome> {
    const { file, text, detected, ignored, notes, next } = await init(ports, { force: this.force });
    return {
      result: { file, detected, ignored, notes, next },
      lines: [
        `Wrote ${file}:`,
        "",
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `  ${line}`),
        "",
        ...(ignored.length === 0 ? [] : [`Added to .gitignore: ${ignored.join(", ")}`]),
        ...notes.map((note) => `note: ${note.message}${note.next === undefined ? "" : ` ${note.next}`}`),
        `Next: ${next}`,
      ],
    };
  }
}
