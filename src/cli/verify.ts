import { Command, Option } from "clipanion";
import { verify } from "../operations/verify.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { findingLines } from "./finding-lines.ts";

export class VerifyCommand extends ReleaseCommand {
  static override paths = [["verify"]];
  static override usage = Command.Usage({
    description: "Compare a release on disk with its manifest, sums and signatures",
    details:
      "A file in the folder that nothing of the release names is a failure: installers run sha256sum -c over such folders. Signatures are checked by the public key that --key names, and then every file must have one. Without --key, a release of this repository is checked by the project's own key, where configuration or environment names it. Signatures that could not be checked did not pass: the exit code is then 3, as for a check that failed.",
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
    const notRun = result.findings.filter(({ verdict }) => verdict === "not-run");
    const passed = result.findings.filter(({ verdict }) => verdict === "pass").length;
    return {
      result,
      exit: failed.length + notRun.length === 0 ? 0 : 3,
      lines: [
        ...findingLines(this.verbose ? result.findings : [...failed, ...notRun.slice(0, 1)]),
        ...(this.verbose || notRun.length < 2 ? [] : [`  and ${notRun.length - 1} more for the same reason`]),
        ...(result.findings.some(({ id }) => id.startsWith("signature:")) ? [] : ["The release has no signatures."]),
        `${result.manifest.project} ${result.manifest.version} in ${result.folder}: ${passed} checks passed, ${failed.length} failed, ${notRun.length} not run`,
      ],
    };
  }
}
