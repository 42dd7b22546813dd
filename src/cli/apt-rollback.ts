import { Command, Option } from "clipanion";
import { aptRollback } from "../operations/apt-change.ts";
import { suiteNamed } from "../operations/apt-repository.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptRollbackCommand extends AptChangeCommand {
  static override paths = [["apt", "rollback"]];
  static override usage = Command.Usage({
    description: "Let a suite hold again what it held before",
    details:
      "Without --to: what it held before its last change. Machines that have upgraded meanwhile stay as they are, since apt never goes back by itself: for them release a higher version with the old content.",
    examples: [
      ["Take back the last change", "ggen-release apt rollback --repo /srv/www/apt"],
      ["To a snapshot", "ggen-release apt rollback --to stable-2026-11 --repo /srv/www/apt"],
    ],
  });

  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });
  to = Option.String("--to", { description: "A snapshot, or another suite" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const result = await aptRollback(
      { ports, openSigner, openStorage, decompressor },
      { ...settings, ...(this.to === undefined ? {} : { to: suiteNamed(this.to) }) },
    );
    const state = typeof result.to === "string" ? result.to : `of ${new Date(result.to * 1000).toISOString()}`;
    return {
      result,
      lines: result.changed
        ? [
            `${suite} holds the state ${state} again.`,
            "Machines that have the newer packages keep them: for them release a higher version with the old content.",
          ]
        : [`${suite} holds just that already.`],
    };
  }
}
