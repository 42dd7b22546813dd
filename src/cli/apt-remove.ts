import { Command, Option } from "clipanion";
import { aptRemove } from "../operations/apt-change.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";

export class AptRemoveCommand extends AptChangeCommand {
  static override paths = [["apt", "remove"]];
  static override usage = Command.Usage({
    description: "Take a package out of a suite",
    details:
      "Its file stays in the pool, for clients that have an earlier state of the suite, until `apt prune` removes what nobody names. Nobody's installed package is touched: apt never goes back by itself.",
    examples: [["One version", "ggen-release apt remove tool 1.2.3 --repo /srv/www/apt"]],
  });

  name = Option.String({ name: "package" });
  version = Option.String({ name: "version", required: false });
  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });
  architecture = Option.String("--architecture", { description: "Only this architecture (default: all)" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const removed = await aptRemove(
      { ports, openSigner, openStorage, decompressor },
      {
        ...settings,
        name: this.name,
        ...(this.version === undefined ? {} : { version: this.version }),
        ...(this.architecture === undefined ? {} : { architecture: this.architecture }),
      },
    );
    return { result: removed, lines: [...keyLines("-", removed), `${removed.length} removed from ${suite}.`] };
  }
}
