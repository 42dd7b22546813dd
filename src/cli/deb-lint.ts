import { Command, Option } from "clipanion";
import { escapedLine } from "../domain/escaped-text.ts";
import { debLint, type DebLint, type LintedPackage } from "../operations/deb-lint.ts";
import type { Shown } from "../ports/reporter.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class DebLintCommand extends ReleaseCommand {
  static override paths = [["deb", "lint"]];
  static override usage = Command.Usage({
    description: "Find what is wrong with Debian packages",
    details:
      "Checks packages by those of lintian's tags that matter to who ships his own program, each with what it means for users and how to mend it; lintian itself is not needed. What the package's own /usr/share/lintian/overrides/NAME silences is left out, and shown with --verbose. The exit code is 3 where there is an error, with --strict a warning too. All tags: docs/deb-lint.md.",
    examples: [
      ["Before a package is published", "ggen-release deb lint tool_1.2.3_amd64.deb"],
      ["In a build that must stay clean", "ggen-release deb lint --strict *.deb"],
    ],
  });

  strict = Option.Boolean("--strict", false, { description: "Fail on warnings too" });
  files = Option.Rest({ name: "files", required: 1 });

  protected async act({ ports, decompressor }: World): Promise<Outcome> {
    const result = await debLint({ ports, decompressor }, { files: this.files });
    const failing = result.packages.some(({ counts }) => counts.error + (this.strict ? counts.warning : 0) > 0);
    return { result, exit: failing ? 3 : 0, lines: linesOf(result, this.verbose) };
  }
}

const letters = { error: "E", warning: "W", info: "I" } as const;
/** Of one tag and package; more do not tell more. */
const mostShown = 20;

function linesOf({ packages, tags }: DebLint, verbose: boolean): readonly Shown[] {
  const told = new Set<string>();
  return [
    ...packages.flatMap((deb) =>
      [...Map.groupBy(deb.findings, ({ tag }) => tag)].flatMap(([tag, found]) => {
        const shown = found.filter(({ overridden }) => verbose || !overridden);
        const [explained, isFirst] = [tags[tag], !told.has(tag)];
        if (shown.length === 0 || explained === undefined) return [];
        told.add(tag);
        return [
          ...shown.slice(0, mostShown).map(({ context, overridden }) => {
            const letter = overridden ? "O" : letters[explained.severity];
            return `${letter}: ${deb.package}: ${tag}${context === "" ? "" : ` ${escapedLine(context)}`}`;
          }),
          ...(shown.length > mostShown ? [`   and ${shown.length - mostShown} more`] : []),
          ...(isFirst ? [`   ${explained.explain}`, `   ${explained.next}`] : []),
        ];
      }),
    ),
    ...(told.size === 0 ? [] : [""]),
    {
      header: ["package", "errors", "warnings", "notes", "overridden"],
      rows: packages.map(rowOf),
      right: [1, 2, 3, 4],
    },
  ];
}

function rowOf({ file, counts, findings }: LintedPackage): readonly string[] {
  const overridden = findings.filter((finding) => finding.overridden).length;
  return [escapedLine(file), ...[counts.error, counts.warning, counts.info, overridden].map(String)];
}
