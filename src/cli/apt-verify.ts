import { Command, Option } from "clipanion";
import { aptVerify } from "../operations/apt-verify.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { findingLines } from "./finding-lines.ts";

export class AptVerifyCommand extends AptCommand {
  static override paths = [["apt", "verify"]];
  static override usage = Command.Usage({
    description: "Check that clients get what every suite promises",
    details:
      "Signature, dates, every index under both of its names and in all its forms, and that every package is there; --deep reads the packages. A check that could not be made did not pass: the exit code is 3.",
    examples: [["Everything", "ggen-release apt verify --deep --key archive.asc --repo /srv/www/apt"]],
  });

  override suite = Option.String("--suite", { description: "The suite (default: all)" });
  deep = Option.Boolean("--deep", false, {
    description: "Read every package, and compare it with what the index says",
  });
  key = Option.String("--key", { description: "File with the public key (default: the configured key)" });

  protected async act({ ports, openStorage, keys, decompressor }: World): Promise<Outcome> {
    const { repo } = await this.settings(ports);
    const result = await aptVerify(
      { ports, openStorage, keys, decompressor },
      {
        repo,
        deep: this.deep,
        ...(this.suite === undefined ? {} : { suite: this.suite }),
        ...(this.key === undefined ? {} : { key: this.key }),
        ...(this.config === undefined ? {} : { config: this.config }),
      },
    );
    const count = (verdict: string): number => result.findings.filter((finding) => finding.verdict === verdict).length;
    const shown = result.findings.filter(({ verdict }) => this.verbose || verdict !== "pass");
    return {
      result,
      exit: count("fail") + count("not-run") === 0 ? 0 : 3,
      lines: [
        ...findingLines(shown),
        `${result.repo}: ${count("pass")} checks passed, ${count("fail")} failed, ${count("not-run")} not run`,
      ],
    };
  }
}
