/**
 * docs/deb-reading.md, generated from the rules of src/formats/deb-refusal.ts: node scripts/docs-deb-reading.ts writes it.
 * Invariant: every rule by which this program refuses what dpkg takes is in it, once.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stricterRules } from "../src/formats/deb-refusal.ts";

const heading = `# How .deb files are read

Made by \`node scripts/docs-deb-reading.ts\` from \`src/formats/deb-refusal.ts\`; changes made here are lost.

\`deb inspect\`, \`deb compare\` and whatever else reads packages take them for files of unknown origin. Nothing is unpacked to the disk; memory and time are bounded; what a terminal would act on is escaped.

What dpkg 1.21 refuses is refused: the container and the order of its members, compression, the syntax of the control file and of the fields that dpkg knows, conffiles and triggers (\`DEB_MALFORMED\`, \`DEB_COMPRESSION_DAMAGED\`), and in data.tar the dialects of tar that dpkg does not read, although \`dpkg-deb\` unpacks them. What depends on the system and not on the package, as a folder that another package would have made, is no reason.

Beyond that, and nowhere else, these rules are stricter (\`DEB_AMBIGUOUS\`; the first of the limits that is passed is \`DEB_TOO_LARGE\`). The name of the rule is in the message. \`npm run mutate\` holds all of this on ten thousand mutated packages beside the real dpkg.
`;

export function debReadingReference(): string {
  const rows = Object.entries(stricterRules).map(
    ([name, { refused, dpkg, why }]) => `| \`${name}\` | ${refused} | ${dpkg} | ${why} |`,
  );
  return [heading, "| rule | refused | dpkg | why |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", "docs", "deb-reading.md"), debReadingReference());
