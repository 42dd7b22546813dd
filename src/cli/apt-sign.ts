import { Command, Option } from "clipanion";
import { aptSign } from "../operations/apt-change.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { wholeNumber } from "./values.ts";

export class AptSignCommand extends AptChangeCommand {
  static override paths = [["apt", "sign"]];
  static override usage = Command.Usage({
    description: "Sign a suite as it stands, with a new date",
    details:
      "For a suite that is about to expire, and for a new key. It vouches for what the suite holds, whoever signed it before: look first (apt verify --deep).",
    examples: [["For 14 days from now", "ggen-release apt sign --valid-days 14 --repo /srv/www/apt"]],
  });

  override suite = Option.String("--suite", { description: "The suite (default: apt.suite, or stable)" });
  validDays = Option.String("--valid-days", {
    description: "Days for which clients take it (default: as long as before)",
  });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const { release } = await aptSign(
      { ports, openSigner, openStorage, decompressor },
      {
        ...settings,
        ...(this.validDays === undefined ? {} : { validDays: wholeNumber("--valid-days", this.validDays) }),
      },
    );
    const until =
      release.validUntil === undefined ? "for ever" : `until ${new Date(release.validUntil * 1000).toISOString()}`;
    return {
      result: { suite, date: release.date, validUntil: release.validUntil ?? null },
      lines: [`${suite} is signed ${until}.`],
    };
  }
}
