import { Command, Option } from "clipanion";
import { aptPrune } from "../operations/apt-change.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";
import { wholeNumber } from "./values.ts";

export class AptPruneCommand extends AptChangeCommand {
  static override paths = [["apt", "prune"]];
  static override usage = Command.Usage({
    description: "Remove old versions, and files that nothing names any more",
    details:
      "With --keep, all but the newest versions of each package leave the suite. A file of the pool goes when no suite names it, none of the states that are kept for slow clients does, and it is older than a day.",
    examples: [
      ["Keep the three newest versions of each package", "ggen-release apt prune --keep 3 --repo /srv/www/apt"],
      ["Only look", "ggen-release apt prune --dry-run --repo /srv/www/apt"],
    ],
  });

  override suite = Option.String("--suite", {
    description: "The suite that --keep is for (default: apt.suite, or stable)",
  });
  keep = Option.String("--keep", { description: "How many versions of each package stay (default: all)" });
  dryRun = Option.Boolean("--dry-run,-n", false, { description: "Name the files that would go, and remove nothing" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const result = await aptPrune(
      { ports, openSigner, openStorage, decompressor },
      {
        ...(await this.settings(ports)),
        keep: this.keep === undefined ? null : wholeNumber("--keep", this.keep),
        dryRun: this.dryRun,
      },
    );
    const { removed, files, bytes } = result;
    return {
      result,
      lines: [
        ...keyLines("-", removed),
        ...(this.dryRun || this.verbose ? files.map((file) => `  ${file}`) : []),
        `${removed.length} packages taken out; ${files.length} files of ${bytes} bytes ${this.dryRun ? "would be " : ""}removed.`,
      ],
    };
  }
}
