import { Command, Option } from "clipanion";
import { projectVersions } from "../operations/project-versions.ts";
import { versionSet } from "../operations/version-set.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class VersionSetCommand extends ProjectCommand {
  static override paths = [["version", "set"]];
  static override usage = Command.Usage({
    description: "Write the version to every place that must agree, all or none",
    details:
      "Only the characters of the version change. What a person has to write, such as a changelog's section, is named.",
    examples: [["Prepare version 1.2.3", "ggen-release version set 1.2.3"]],
  });

  version = Option.String({ name: "version" });
  dryRun = Option.Boolean("--dry-run,-n", false, { description: "Show what would change; write nothing" });
  allowBackport = Option.Boolean("--allow-backport", false, { description: "Allow a version lower than what exists" });

  protected async act({ ports }: World): Promise<Outcome> {
    const settings = await projectVersions(ports, this.config);
    const result = await versionSet(ports, {
      settings,
      version: this.version,
      dryRun: this.dryRun,
      allowBackport: this.allowBackport,
    });
    for (const message of result.warnings) ports.reporter.report({ type: "warning", message });
    const rows = result.changed.map(({ file, line, value, wanted, what }) => [`${file}:${line}`, value, wanted, what]);
    const left = result.left.map(({ file, line, toDo }) => `yours to write: ${file}:${line}: ${toDo}`);
    return {
      result,
      lines: [
        ...(rows.length === 0
          ? [`Every place that must agree says ${result.version} already.`]
          : [{ header: ["place", "was", "is", "what"], rows }]),
        ...left,
        ...(this.dryRun
          ? ["Nothing was written."]
          : rows.length === 0
            ? []
            : [
                `Next: git commit -am "Release ${result.version}", then ggen-release cut ${settings.tagPrefix}${result.version}`,
              ]),
      ],
    };
  }
}
