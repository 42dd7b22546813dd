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
    examples: [
      ["In a repository of yours", "ggen-release init"],
      ["Only look at what it would write", "ggen-release init --dry-run"],
    ],
  });

  dryRun = Option.Boolean("--dry-run,-n", false, { description: "Show what would be written; write nothing" });
  force = Option.Boolean("--force", false, { description: "Write over the configuration that is there" });

  protected async act({ ports }: World): Promise<Outcome> {
    const { file, text, detected, ignored, notes, next } = await init(ports, {
      force: this.force,
      dryRun: this.dryRun,
    });
    return {
      result: { file, detected, ignored, notes, next },
      lines: [
        `${this.dryRun ? "Would write" : "Wrote"} ${file}:`,
        "",
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `  ${line}`),
        "",
        ...(ignored.length === 0
          ? []
          : [`${this.dryRun ? "Would add" : "Added"} to .gitignore: ${ignored.join(", ")}`]),
        ...notes.map((note) => `note: ${note.message}${note.next === undefined ? "" : ` ${note.next}`}`),
        this.dryRun ? "Dry run: nothing was written." : `Next: ${next}`,
      ],
    };
  }
}
