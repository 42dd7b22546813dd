import { Command, Option } from "clipanion";
import { verify } from "../operations/verify.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class VerifyCommand extends ReleaseCommand {
  static override paths = [["verify"]];
  static override usage = Command.Usage({
    description: "Compare a release on disk with its manifest, sums and signatures",
    details:
      "Signatures are checked against the public key that --key names; without it they are said to be not checked.",
    examples: [
      ["A release of this repository", "ggen-release verify v1.2.3"],
      ["A folder that was downloaded", "ggen-release verify ./downloads --key release-key.public.asc"],
    ],
  });

  what = Option.String({ name: "version-or-folder" });
  key = Option.String("--key", { description: "File with the public key that signatures must be of" });
  releases = Option.String("--releases", { description: "Folder of releases (default: releases/ in the repository)" });

  protected async act({ ports, keys }: World): Promise<Outcome> {
    const result = await verify(
      { ports, keys },
      {
        what: this.what,
        ...(this.key === undefined ? {} : { key: this.key }),
        ...(this.releases === undefined ? {} : { releases: this.releases }),
      },
    );
    const failed = result.findings.filter(({ verdict }) => verdict === "fail");
    const notRun = result.findings.filter(({ verdict }) => verdict === "not-run").length;
    const passed = result.findings.filter(({ verdict }) => verdict === "pass").length;
    return {
      result,
      exit: failed.length === 0 ? 0 : 3,
      lines: [
        ...failed.map(({ message }) => `fail: ${message}`),
        ...(notRun === 0 ? [] : [`not checked: ${notRun} signatures; name the public key with --key`]),
        `${result.manifest.project} ${result.manifest.version} in ${result.folder}: ${passed} checks passed, ${failed.length} failed, ${notRun} not run`,
      ],
    };
  }
}
