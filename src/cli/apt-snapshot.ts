import { Command, Option } from "clipanion";
import { aptSnapshot } from "../operations/apt-change.ts";
import { suiteNamed } from "../operations/apt-repository.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptSnapshotCommand extends AptChangeCommand {
  static override paths = [["apt", "snapshot"]];
  static override usage = Command.Usage({
    description: "Keep what a suite holds now under a name of its own",
    details:
      "The snapshot is a suite like any other: machines can be kept on it, and `apt rollback --to` goes back to it.",
    examples: [
      ["Before a large change", "ggen-release apt snapshot stable-2026-11 --suite stable --repo /srv/www/apt"],
    ],
  });

  name = Option.String({ name: "snapshot" });
  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const name = suiteNamed(this.name);
    await aptSnapshot({ ports, openSigner, openStorage, decompressor }, { ...settings, name });
    return {
      result: { suite, snapshot: name },
      lines: [
        `${name} holds what ${suite} holds now.`,
        `Go back to it: ggen-release apt rollback --suite ${suite} --to ${name}`,
      ],
    };
  }
}
