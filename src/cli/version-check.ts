import { Command, Option } from "clipanion";
import { projectVersions } from "../operations/project-versions.ts";
import { versionCheck } from "../operations/version-check.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class VersionCheckCommand extends ProjectCommand {
  static override paths = [["version", "check"]];
  static override usage = Command.Usage({
    description: "Compare every place that names the version",
    details:
      "Manifests and lock files must agree; packaging and documents warn, unless version.strict is set. Exit code 8 when a place that must agree does not.",
    examples: [
      ["The working directory against its own manifest", "ggen-release version check"],
      ["A tag against its tree", "ggen-release version check v1.2.3"],
    ],
  });

  version = Option.String({ name: "version", required: false });

  protected async act({ ports }: World): Promise<Outcome> {
    const settings = await projectVersions(ports, this.config);
    const result = await versionCheck(ports, {
      settings,
      ...(this.version === undefined ? {} : { version: this.version }),
    });
    const rows = result.places.map(({ file, line, value, wanted, role, what, agrees }) => [
      agrees ? "" : result.failing.some((place) => place.file === file && place.line === line) ? "✗" : "!",
      `${file}:${line}`,
      value,
      wanted,
      role,
      what,
    ]);
    const summary =
      result.verdict === "not-run"
        ? "No place names a version; the tag alone does, so nothing was compared."
        : `${result.version}: ${result.places.length} places, ${result.failing.length} disagree, ${result.warned.length} warn`;
    return {
      result,
      exit: result.verdict === "fail" ? 8 : 0,
      lines: [
        ...(rows.length === 0 ? [] : [{ header: ["", "place", "value", "wanted", "role", "what"], rows }]),
        summary,
        ...(result.failing.length === 0 ? [] : [`Mend them with: ggen-release version set ${result.version}`]),
      ],
    };
  }
}
