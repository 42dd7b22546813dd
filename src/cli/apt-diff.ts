import { Command, Option } from "clipanion";
import { aptDiff, type ListedPackage } from "../operations/apt-packages.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptDiffCommand extends AptCommand {
  static override paths = [["apt", "diff"]];
  static override usage = Command.Usage({
    description: "Show what one suite has and another has not",
    examples: [["What a promotion would bring", "ggen-release apt diff stable testing --repo /srv/www/apt"]],
  });

  from = Option.String({ name: "suite" });
  to = Option.String({ name: "other-suite" });

  protected async act({ ports, openStorage, decompressor }: World): Promise<Outcome> {
    const { repo } = await this.settings(ports);
    const result = await aptDiff({ openStorage, decompressor }, { repo, from: this.from, to: this.to });
    const { added, removed, changed } = result;
    const lines = [...named("+", added), ...named("-", removed), ...named("~", changed)];
    return { result, lines: lines.length === 0 ? [`${this.from} and ${this.to} hold the same packages.`] : lines };
  }
}

function named(mark: string, packages: readonly ListedPackage[]): readonly string[] {
  return packages.map(
    ({ component, name, version, architecture }) => `${mark} ${component} ${name} ${version} ${architecture}`,
  );
}
