import { Command, Option } from "clipanion";
import { aptList } from "../operations/apt-packages.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptListCommand extends AptCommand {
  static override paths = [["apt", "list"]];
  static override usage = Command.Usage({
    description: "List the packages of a repository",
    examples: [
      ["Everything", "ggen-release apt list --repo /srv/www/apt"],
      ["The versions of one package in one suite", "ggen-release apt list tool --suite stable --repo /srv/www/apt"],
    ],
  });

  name = Option.String({ name: "package", required: false });
  override suite = Option.String("--suite", { description: "The suite (default: all)" });

  protected async act({ ports, openStorage, decompressor }: World): Promise<Outcome> {
    const { repo } = await this.settings(ports);
    const result = await aptList(
      { openStorage, decompressor },
      {
        repo,
        ...(this.suite === undefined ? {} : { suite: this.suite }),
        ...(this.name === undefined ? {} : { name: this.name }),
      },
    );
    if (result.packages.length === 0) return { result, lines: ["No package."] };
    const rows = result.packages.map(({ suite, component, name, version, architecture, size, phased }) => [
      suite === "" ? "(flat)" : `${suite}/${component}`,
      name,
      version,
      architecture,
      `${size}`,
      phased === 100 ? "" : `${phased} % of machines`,
    ]);
    return { result, lines: [{ header: ["suite", "package", "version", "architecture", "bytes", ""], rows }] };
  }
}
