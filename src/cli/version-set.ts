import { Command, Option } from "clipanion";
import { projectVersions } from "../operations/project-versions.ts";
import { versionSet, type VersionSetResult } from "../operations/version-set.ts";
import type { Shown } from "../ports/reporter.ts";
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
    return { result, lines: linesOf(result, this.dryRun, `${settings.tagPrefix}${result.version}`) };
  }
}

function linesOf(
  { version, changed, left, compared }: VersionSetResult,
  dryRun: boolean,
  tag: string,
): readonly Shown[] {
  const rows = changed.map(({ file, line, value, wanted, what }) => [`${file}:${line}`, value, wanted, what]);
  const none =
    compared === 0
      ? "No place names the version: the tag alone does, so nothing is to be written."
      : `Every place that must agree says ${version} already.`;
  const commit = rows.length === 0 ? "" : `git commit -am "Release ${version}" && `;
  return [
    ...(rows.length === 0 ? [none] : [{ header: ["place", "was", dryRun ? "would be" : "is", "what"], rows }, ""]),
    ...left.map(({ file, line, toDo }) => `yours to write: ${file}:${line}: ${toDo}`),
    dryRun ? "Dry run: nothing was written." : `Next: ${commit}ggen-release cut ${tag}`,
  ];
}
