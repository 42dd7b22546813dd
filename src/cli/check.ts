import { Command } from "clipanion";
import { check } from "../operations/check.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { findingLines } from "./finding-lines.ts";

export class CheckCommand extends ProjectCommand {
  static override paths = [["check"]];
  static override usage = Command.Usage({
    description: "Check the configuration of the working directory",
    details: `
      Says what a release would consist of, what is unknown, and every wrong key with its line. Exit code 2 where a
      release would fail (✗); what is worth a look (!) stops none. With --verbose it says what is right, too.
    `,
    examples: [["Is ggen-release.yaml right?", "ggen-release check"]],
  });

  protected async act({ ports }: World): Promise<Outcome> {
    const { file, project, files, findings } = await check(
      ports,
      this.config === undefined ? {} : { config: this.config },
    );
    const failing = findings.filter(({ verdict }) => verdict === "fail");
    const shown = findings.filter(({ verdict }) => this.verbose || verdict !== "pass");
    return {
      result: { file, project: project.name, files, findings },
      exit: failing.length === 0 ? 0 : 2,
      lines: [
        `${project.name}: ${file ?? "no configuration, all of it found in the repository"}`,
        ...(files.length === 0 ? [] : ["", "A release of it consists of, each with .sha256:"]),
        ...files.map((name) => `  ${name}`),
        "",
        ...findingLines(shown),
        failing.length > 0
          ? `No release can be made of it yet: ${failing.length === 1 ? "one thing stands" : `${failing.length} things stand`} in the way.`
          : "A release can be made of it; ggen-release plan shows how.",
      ],
    };
  }
}
