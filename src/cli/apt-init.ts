import { Command, Option } from "clipanion";
import { aptInit } from "../operations/apt-init.ts";
import { componentNamed } from "../operations/apt-repository.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { wholeNumber } from "./values.ts";

export class AptInitCommand extends AptChangeCommand {
  static override paths = [["apt", "init"]];
  static override usage = Command.Usage({
    description: "Make an empty, signed suite of an APT repository",
    details:
      "Origin, label and codename are what clients remember of the suite: they are fixed from then on. Run again with the same words, it changes nothing; with --contents, --translation or --zstd, a suite that is there gets these files, and every later change keeps them.",
    examples: [
      [
        "In a folder that a web server serves",
        "ggen-release apt init --repo /srv/www/apt --origin Tool --sign-key key.asc",
      ],
      ["A suite for pre-releases beside it", "ggen-release apt init --repo /srv/www/apt --suite testing --origin Tool"],
    ],
  });

  override suite = Option.String("--suite", { description: "The suite's name (default: apt.suite, or stable)" });
  codename = Option.String("--codename", { description: "Its codename (default: the suite's name)" });
  origin = Option.String("--origin", { required: true, description: "Who publishes it, for apt's pinning" });
  label = Option.String("--label", { description: "What it is called (default: the origin)" });
  description = Option.String("--description", { description: "One line about it" });
  components = Option.Array("--component", {
    description: "A component, any number of times (default: apt.component, or main)",
  });
  architectures = Option.Array("--architecture", {
    description: "An architecture, any number of times (default: amd64 and arm64)",
  });
  validDays = Option.String("--valid-days", {
    description: "Days for which clients take a state of it (default: for ever)",
  });

  override url = Option.String("--url", { description: "Where users read it, for its pages (default: apt.url)" });
  contents = Option.Boolean("--contents", false, {
    description: "Keep Contents, by which apt-file finds the package of a file",
  });
  translation = Option.Boolean("--translation", false, {
    description: "Keep long descriptions in Translation-en instead of Packages",
  });
  zstd = Option.Boolean("--zstd", false, { description: "Keep Packages.zst, too (apt since 1.6)" });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const settings = await this.settings(ports);
    const { suite } = settings;
    const result = await aptInit(
      { ports, openSigner, openStorage, decompressor },
      {
        ...settings,
        codename: this.codename ?? suite,
        origin: this.origin,
        label: this.label ?? this.origin,
        ...(this.description === undefined ? {} : { description: this.description }),
        components: (this.components ?? ["main"]).map(componentNamed),
        architectures: this.architectures ?? ["amd64", "arm64"],
        companions: { contents: this.contents, translation: this.translation, zstd: this.zstd },
        validDays: this.validDays === undefined ? null : wholeNumber("--valid-days", this.validDays),
      },
    );
    const { repo, release, made } = result;
    return {
      result: { ...result, release: { ...release, indexes: Object.fromEntries(release.indexes) } },
      lines: [
        `${repo}: suite ${suite} ${made ? "is made" : "was there already"}: ${release.components.join(", ")} for ${release.architectures.join(", ")}.`,
        ...(made ? [`Next: ggen-release apt add FILE.deb --repo ${repo} --suite ${suite}`] : []),
      ],
    };
  }
}
