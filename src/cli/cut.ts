import { Command, Option } from "clipanion";
import { cut, type CutResult } from "../operations/cut.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { releaseLines } from "./release-lines.ts";

export class CutCommand extends ProjectCommand {
  static override paths = [["cut"]];
  static override usage = Command.Usage({
    description: "Make a release: build, package, sign, publish",
    details: `
      Builds the tag's commit in a clean clone, packages it, signs it, and publishes it to the configured channels.
      Without channels the release lies in releases/<tag>/.

      A tag that does not exist yet is made, on HEAD, once every place that names the version agrees with it and
      everything is built.

      The same command again finishes a release that was interrupted, and changes nothing of one that is whole.
    `,
    examples: [
      ["Make version 1.2.3", "ggen-release cut v1.2.3"],
      ["Do all local work, and leave everything as it was", "ggen-release cut v1.2.3 --dry-run"],
    ],
  });

  tag = Option.String({ name: "version" });
  dryRun = Option.Boolean("--dry-run,-n", false, {
    description: "Do all local work in a scratch folder; change nothing",
  });
  releases = Option.String("--releases", { description: "Folder of releases (default: releases/ in the repository)" });
  allowBackport = Option.Boolean("--allow-backport", false, {
    description: "Allow a version lower than what exists; no latest is moved",
  });

  protected async act(world: World): Promise<Outcome> {
    const result = await cut(world, {
      tag: this.tag,
      dryRun: this.dryRun,
      allowBackport: this.allowBackport,
      tagRequired: this.ci,
      resume: [
        "cut",
        this.tag,
        ...(this.config === undefined ? [] : ["--config", this.config]),
        ...(this.releases === undefined ? [] : ["--releases", this.releases]),
        ...(this.allowBackport ? ["--allow-backport"] : []),
      ],
      ...(this.config === undefined ? {} : { config: this.config }),
      ...(this.releases === undefined ? {} : { releases: this.releases }),
    });
    return { result: summary(result), lines: releaseLines(result) };
  }
}

function summary({ manifest, folder, signer, unchanged, pending }: CutResult): object {
  return {
    tag: manifest.tag,
    version: manifest.version,
    commit: manifest.commit,
    folder,
    signer,
    unchanged,
    pending: pending.map(({ key, does }) => ({ key, does })),
    artifacts: manifest.artifacts,
  };
}
