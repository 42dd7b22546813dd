import { Command, Option } from "clipanion";
import { aptKeyring } from "../operations/apt-keyring.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class AptKeyringCommand extends AptChangeCommand {
  static override paths = [["apt", "keyring"]];
  static override usage = Command.Usage({
    description: "Add a package that gives users the key and the source",
    details:
      "NAME-archive-keyring, after the suite's origin, installs the public key and a .sources file that trusts it for this repository alone. A new key reaches everybody who has the package as an update: name it with --next-key while the old one signs still, and let the new one sign when users have had time to update.",
    examples: [["Into the suite stable", "ggen-release apt keyring --url https://example.org/apt --repo /srv/www/apt"]],
  });

  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });
  override component = Option.String("--component", { description: "The component (default: apt.component, or main)" });
  override url = Option.String("--url", {
    description: "Where users read it (default: apt.url, or what its pages say)",
  });
  version = Option.String("--version", { description: "The package's version (default: the day of the key)" });

  nextKey = Option.String("--next-key", { description: "File with the public key that is to sign later" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const result = await aptKeyring(
      { ports, openSigner, openStorage, decompressor },
      {
        ...(await this.settings(ports)),
        ...(this.version === undefined ? {} : { version: this.version }),
        ...(this.nextKey === undefined ? {} : { nextKey: this.nextKey }),
      },
    );
    const { added, suite, version, repo } = result;
    return {
      result,
      lines: [
        `${repo}: ${result.package} ${version} ${added ? "is added to" : "was there already in"} ${suite}, with the key ${result.fingerprint}.`,
      ],
    };
  }
}
