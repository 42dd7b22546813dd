import { Command, Option } from "clipanion";
import { aptSnapshot } from "../operations/apt-change.ts";
import { suiteNamed } from "../operations/apt-repository.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptSnapshotCommand extends AptCommand {
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
  suite = Option.String("--suite", { description: "The suite (default: stable)" });

  protected async act({ ports, openSigner, openStorage }: World): Promise<Outcome> {
    const suite = suiteNamed(this.suite);
    const name = suiteNamed(this.name);
    await aptSnapshot({ ports, openSigner, openStorage }, { ...this.repository(), suite, name });
    return {
      result: { suite, snapshot: name },
      lines: [
        `${name} holds what ${suite} holds now.`,
        `Go back to it: ggen-release apt rollback --suite ${suite} --to ${name}`,
      ],
    };
  }
}
