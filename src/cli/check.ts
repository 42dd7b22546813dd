import { Command } from "clipanion";
import { check } from "../operations/check.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class CheckCommand extends ProjectCommand {
  static override paths = [["check"]];
  static override usage = Command.Usage({
    description: "Check the configuration of the working directory",
    details:
      "Says what a release would consist of, what is unknown, and every wrong key with its line. Exit code 2 where a release would fail.",
    examples: [["Is ggen-release.yaml right?", "ggen-release check"]],
  });

  protected async act({ ports }: World): Promise<Outcome> {
    const { file, project, files, findings } = await check(
      ports,
      this.config === undefined ? {} : { config: this.config },
    );
    const wrong = findings.filter(({ verdict }) => verdict === "fail").length;
    return {
      exit: wrong === 0 ? 0 : 2,
      result: { file, project: project.name, files, findings },
      lines: [
        file === null
          ? `${project.name}: no configuration, all of it found in the repository`
          : `${file} is ${wrong === 0 ? "right" : "understood, and no release can be made of it yet"}: ${project.name}`,
        ...files.map((name) => `  ${name}`),
        ...findings.map(
          ({ verdict, message, next }) => `${verdict}: ${message}${next === undefined ? "" : `. ${next}`}`,
        ),
      ],
    };
  }
}
