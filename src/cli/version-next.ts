import { Command, Option } from "clipanion";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Increment } from "../domain/version.ts";
import { projectVersions } from "../operations/project-versions.ts";
import { versionNext } from "../operations/version-next.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class VersionNextCommand extends ProjectCommand {
  static override paths = [["version", "next"]];
  static override usage = Command.Usage({
    description: "Propose the next version",
    details:
      "Looks at the tags and at what the manifest says. Prints the version alone, for scripts; --json tells where it comes from.",
    examples: [
      ["The next patch release", "ggen-release version next"],
      ["A release candidate of the next minor version", "ggen-release version next --minor --pre rc"],
    ],
  });

  major = Option.Boolean("--major", false, { description: "An incompatible change" });
  minor = Option.Boolean("--minor", false, { description: "Something new, compatible" });
  patch = Option.Boolean("--patch", false, { description: "A fix (the default)" });
  pre = Option.String("--pre", { description: "A pre-release of this name: rc" });

  protected async act({ ports }: World): Promise<Outcome> {
    const settings = await projectVersions(ports, this.config);
    const increment = this.increment();
    const result = await versionNext(ports, {
      settings,
      ...(increment === undefined ? {} : { increment }),
      ...(this.pre === undefined ? {} : { pre: this.pre }),
    });
    for (const message of result.warnings) ports.reporter.report({ type: "warning", message });
    ports.reporter.report({
      type: "note",
      message:
        result.current === null
          ? "this is the first version"
          : `after ${result.current}, which ${result.from ?? "a tag"} names`,
    });
    return { result, lines: [result.next] };
  }

  private increment(): Increment | undefined {
    const asked = (["major", "minor", "patch"] as const).filter((name) => this[name]);
    if (asked.length <= 1) return asked[0];
    throw new ReleaseError("USAGE", {
      what: `${asked.map((name) => `--${name}`).join(" and ")} exclude each other.`,
      next: "Give one of them.",
    });
  }
}
