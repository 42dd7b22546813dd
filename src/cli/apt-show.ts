import { Command, Option } from "clipanion";
import { aptShow } from "../operations/apt-packages.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptShowCommand extends AptCommand {
  static override paths = [["apt", "show"]];
  static override usage = Command.Usage({
    description: "Show what the indexes say of a package",
    examples: [["One version", "ggen-release apt show tool 1.2.3 --repo /srv/www/apt"]],
  });

  name = Option.String({ name: "package" });
  version = Option.String({ name: "version", required: false });
  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });

  protected async act({ ports, openStorage, decompressor }: World): Promise<Outcome> {
    const { repo, suite } = await this.settings(ports);
    const stanzas = await aptShow(
      { openStorage, decompressor },
      {
        repo,
        suite,
        name: this.name,
        ...(this.version === undefined ? {} : { version: this.version }),
      },
    );
    const lines = stanzas.flatMap((stanza, index) => [...(index === 0 ? [] : [""]), ...stanza.split("\n")]);
    return { result: stanzas, lines };
  }
}
