/**
 * docs/deb-lint.md, generated from src/engines/deb/lint: node scripts/docs-deb-lint.ts writes it. Invariant: every tag that
 * `deb lint` knows is in it, once.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tagGroups } from "../src/engines/deb/lint/tags.ts";

const heading = `# What deb lint finds

Made by \`node scripts/docs-deb-lint.ts\` from \`src/engines/deb/lint\`; changes made here are lost.

\`ggen-release deb lint FILE…\` checks packages without lintian. Tags have lintian's names (2.116), and mean the same: what it does not find there is not found here. It covers those that matter to who ships his own program, not those of Debian's archive and of source packages. Tags marked with * are this program's own.

Exit code 3 stands for errors, with \`--strict\` for warnings too; notes never fail.

## Where a finding is meant to be

The package's own \`/usr/share/lintian/overrides/NAME\` silences it, here and in lintian. \`packages.deb.lintian-overrides\` names the file; a line is

    # Why it is so, for who comes after you.
    tool: unstripped-binary-or-object [usr/bin/tool]

with the words behind the tag as they are printed, \`*\` for anything, or nothing for all of them. \`--verbose\` shows what is silenced.
`;

export function debLintReference(): string {
  const groups = tagGroups.map(({ title, tags }) =>
    [
      `## ${title}`,
      "",
      "| tag | | what it means | how to mend it |",
      "| --- | --- | --- | --- |",
      ...tags.map(
        ({ tag, severity, own, explain, next }) =>
          `| \`${tag}\`${own === true ? " *" : ""} | ${severity} | ${cell(explain)} | ${cell(next)} |`,
      ),
      "",
    ].join("\n"),
  );
  return [heading, ...groups].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", "docs", "deb-lint.md"), debLintReference());
