import { Command, Option } from "clipanion";
import { aptPhase } from "../operations/apt-change.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";
import { percentage } from "./values.ts";

export class AptPhaseCommand extends AptChangeCommand {
  static override paths = [["apt", "phase"]];
  static override usage = Command.Usage({
    description: "Set on how many machines a package is upgraded by itself",
    details:
      "apt of Debian and Ubuntu upgrades a package with Phased-Update-Percentage on that part of the machines, always the same ones as the number grows. Whoever asks for the package by name gets it at once (on Debian 11: by name and version). Even at 0, apt lets about one machine in a hundred through: to keep a version from all of them, remove it.",
    examples: [
      ["From a tenth to half of the machines", "ggen-release apt phase tool 1.2.3 50 --repo /srv/www/apt"],
      ["Everybody", "ggen-release apt phase tool 1.2.3 100 --repo /srv/www/apt"],
    ],
  });

  name = Option.String({ name: "package" });
  version = Option.String({ name: "version" });
  percent = Option.String({ name: "percent" });
  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const percent = percentage("percent", this.percent);
    const changed = await aptPhase(
      { ports, openSigner, openStorage, decompressor },
      { ...settings, name: this.name, version: this.version, percent },
    );
    const done =
      changed.length === 0 ? `Nothing changed: it is at ${percent} % already.` : `At ${percent} % in ${suite}.`;
    return { result: changed, lines: [...keyLines("~", changed), done] };
  }
}
