import { Command, Option } from "clipanion";
import { aptAdd } from "../operations/apt-add.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";
import { percentage } from "./values.ts";

export class AptAddCommand extends AptChangeCommand {
  static override paths = [["apt", "add"]];
  static override usage = Command.Usage({
    description: "Add packages to a suite, beside all versions that are there",
    details:
      "Folders stand for the .deb files in them. A package that is there already with the same bytes is left alone; one of the same name with other bytes is refused, and nothing is written.",
    examples: [
      ["What a release has made", "ggen-release apt add releases/v1.2.3 --repo /srv/www/apt"],
      [
        "For a tenth of the machines first",
        "ggen-release apt add tool_1.2.3_amd64.deb --repo /srv/www/apt --phased 10",
      ],
    ],
  });

  files = Option.Rest({ name: "files", required: 1 });
  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });
  override component = Option.String("--component", { description: "The component (default: apt.component, or main)" });
  link = Option.Boolean("--link", false, {
    description: "Hard-link the files into the pool instead of copying them, where that is possible",
  });
  phased = Option.String("--phased", {
    description: "Percentage of machines that upgrade to these packages by themselves (default: all)",
  });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const result = await aptAdd(
      { ports, openSigner, openStorage, decompressor },
      {
        ...(await this.settings(ports)),
        files: this.files,
        link: this.link,
        ...(this.phased === undefined ? {} : { phased: percentage("--phased", this.phased) }),
      },
    );
    const { added, present, suite, repo } = result;
    return {
      result,
      lines: [
        ...keyLines("+", added),
        `${repo}: ${added.length} added to ${suite}${present.length === 0 ? "" : `, ${present.length} there already`}.`,
      ],
    };
  }
}
