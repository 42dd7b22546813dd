import { Command, Option } from "clipanion";
import { projectVersions } from "../operations/project-versions.ts";
import { versionCheck, type VersionCheckResult } from "../operations/version-check.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

type FoundPlace = VersionCheckResult["places"][number];

export class VersionCheckCommand extends ProjectCommand {
  static override paths = [["version", "check"]];
  static override usage = Command.Usage({
    description: "Compare every place that names the version",
    details:
      "Manifests and lock files must agree (✗); packaging and documents warn (!), unless version.strict is set. Exit code 8 when a place that must agree does not.",
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
    const shown = this.verbose ? result.places : result.places.filter((place) => !result.beside.includes(place));
    const rows = shown.map((place) => [
      signOf(result, place),
      `${place.file}:${place.line}`,
      place.value,
      place.wanted,
      place.role,
      place.what,
    ]);
    return {
      result,
      exit: result.verdict === "fail" ? 8 : 0,
      lines: [
        ...(rows.length === 0 ? [] : [{ header: ["", "place", "value", "wanted", "role", "what"], rows }, ""]),
        summaryOf(result),
        ...(result.failing.length + result.warned.length === 0
          ? []
          : [`Mend them with: ggen-release version set ${result.version}`]),
      ],
    };
  }
}

function signOf({ failing, warned, beside }: VersionCheckResult, place: FoundPlace): string {
  return failing.includes(place) ? "✗" : warned.includes(place) ? "!" : beside.includes(place) ? "-" : "✓";
}

function summaryOf({ verdict, version, places, failing, warned, beside }: VersionCheckResult): string {
  const left = beside.length === 0 ? "" : `; ${beside.length} known for what they are, not compared (--verbose)`;
  if (verdict === "not-run") return `No place names the version; the tag alone does, so nothing was compared${left}.`;
  const agree = places.length - failing.length - warned.length - beside.length;
  return `${version}: ${agree} agree, ${failing.length} disagree, ${warned.length} warn${left}`;
}
