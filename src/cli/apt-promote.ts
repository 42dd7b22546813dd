import { Command, Option } from "clipanion";
import { aptPromote } from "../operations/apt-change.ts";
import { suiteNamed } from "../operations/apt-repository.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";

export class AptPromoteCommand extends AptChangeCommand {
  static override paths = [["apt", "promote"]];
  static override usage = Command.Usage({
    description: "Carry a package over to another suite, the very same file",
    examples: [
      ["What was tried", "ggen-release apt promote tool 1.2.3 --from testing --to stable --repo /srv/www/apt"],
    ],
  });

  name = Option.String({ name: "package" });
  version = Option.String({ name: "version" });
  from = Option.String("--from", { required: true, description: "The suite that has it" });
  to = Option.String("--to", { description: "The suite that gets it (default: apt.suite, or stable)" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const [from, to] = [suiteNamed(this.from), suiteNamed(this.to ?? settings.suite)];
    const came = await aptPromote(
      { ports, openSigner, openStorage, decompressor },
      { ...settings, name: this.name, version: this.version, from, to },
    );
    const done = came.length === 0 ? `${to} had it already.` : `${came.length} from ${from} to ${to}.`;
    return { result: came, lines: [...keyLines("+", came), done] };
  }
}
