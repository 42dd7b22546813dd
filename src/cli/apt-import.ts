import { Command, Option } from "clipanion";
import { quoted } from "../domain/quoted.ts";
import { aptImport } from "../operations/apt-import.ts";
import { AptChangeCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { keyLines } from "./key-lines.ts";

const shown = 50;

export class AptImportCommand extends AptChangeCommand {
  static override paths = [["apt", "import"]];
  static override usage = Command.Usage({
    description: "Take over what reprepro, aptly or apt-ftparchive made",
    details:
      "From a folder with dists/ and pool/, from a flat repository (Packages beside the packages), or from a plain folder of packages. Each file is compared with its index: what is right comes in, with its component and its phase; the rest is listed, and the exit code is 3. What an index says otherwise than the control file (overrides) is listed and not taken over. The tree's signature is not looked at.",
    examples: [
      ["All suites", "ggen-release apt import /srv/reprepro --repo /srv/www/apt"],
      ["One suite", "ggen-release apt import ~/.aptly/public --suite bookworm --repo /srv/www/apt --link"],
    ],
  });

  from = Option.String({ name: "folder" });
  override suite = Option.String("--suite", {
    description: "Only this suite; of a flat repository, the suite that it becomes",
  });
  override component = Option.String("--component", { description: "The component of a flat repository's packages" });
  link = Option.Boolean("--link", false, {
    description: "Hard-link the files into the pool instead of copying them, where that is possible",
  });

  protected async act({ ports, openSigner, openStorage, decompressor }: World): Promise<Outcome> {
    const result = await aptImport(
      { ports, openSigner, openStorage, decompressor },
      {
        ...(await this.settings(ports)),
        from: this.from,
        link: this.link,
        ...(this.suite === undefined ? {} : { only: this.suite }),
      },
    );
    const refused = result.suites.flatMap((suite) => suite.refused);
    const overridden = result.suites.flatMap((suite) => suite.overridden);
    return {
      result,
      exit: refused.length === 0 ? 0 : 3,
      lines: [
        ...refused.slice(0, shown).map(({ path, why }) => `refused ${quoted(path)}: ${why}`),
        ...(refused.length > shown ? [`  and ${refused.length - shown} more, all with --json`] : []),
        ...overridden
          .slice(0, shown)
          .map(
            ({ package: { name, version }, fields }) => `control file kept: ${name} ${version}, ${fields.join(", ")}`,
          ),
        ...(overridden.length > shown ? [`  and ${overridden.length - shown} more, all with --json`] : []),
        ...keyLines(
          "+",
          result.suites.flatMap(({ added }) => added),
        ),
        ...result.suites.map(
          ({ suite, made, added, present, refused: faults }) =>
            `${result.repo}: suite ${suite}${made ? " (new)" : ""}: ${added.length} added, ${present.length} there already, ${faults.length} refused.`,
        ),
      ],
    };
  }
}
