/** The description (Debian Policy 3.4, 5.6.13; Developer's Reference 6.2): what apt and graphical shops show of a package. */
import { type LintTag, once } from "./tag.ts";
import { isDebugPackage, isMetaPackage, isTransitional, type Subject } from "./subject.ts";

/** No person writes longer ones. */
const longestLine = 4000;

/** Undefined where there is no such field, which is a tag of its own. */
function synopsisOf(deb: Subject): string | undefined {
  return deb.field("Description")?.split("\n", 1)[0]?.slice(0, longestLine);
}

/** Lines with their first space. */
function extendedOf(deb: Subject): readonly string[] {
  const lines = (deb.field("Description") ?? "").split("\n").slice(1);
  return lines.map((line) => line.slice(0, longestLine));
}

function ofSynopsis(check: (synopsis: string, deb: Subject) => string | boolean): (deb: Subject) => Iterable<string> {
  return once((deb) => {
    const synopsis = synopsisOf(deb);
    return synopsis !== undefined && synopsis.trim() !== "" && check(synopsis, deb);
  });
}

/** Line numbers begin at 1; lines that stand for an empty one are passed over. */
function ofLines(
  check: (line: string, number: number, deb: Subject) => boolean,
  most = Infinity,
): (deb: Subject) => Iterable<string> {
  return (deb) =>
    extendedOf(deb)
      .flatMap((line, index) => (!/^ \.\s*$/.test(line) && check(line, index + 1, deb) ? [`line ${index + 1}`] : []))
      .slice(0, most);
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
}

const summary =
  "Set `summary:` in ggen-release.yaml: what the program is, under 80 characters, without its name, an article or a full stop.";
const description = "Set `description:` in ggen-release.yaml: some sentences on what the program does and for whom.";

export const descriptionTags: readonly LintTag[] = [
  {
    tag: "description-synopsis-is-empty",
    severity: "error",
    explain: "apt search shows the package's name and nothing else.",
    next: summary,
    find: once((deb) => synopsisOf(deb)?.trim() === ""),
  },
  {
    tag: "description-starts-with-package-name",
    severity: "error",
    explain: "Programs show the name before the synopsis: it is read twice.",
    next: summary,
    find: ofSynopsis((synopsis, { name }) => {
      const escaped = name.replace(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);
      return new RegExp(String.raw`^${escaped}\b`, "i").test(synopsis);
    }),
  },
  {
    tag: "description-synopsis-starts-with-article",
    severity: "warning",
    explain: "The synopsis completes `NAME is a`; with an article of its own it is read wrongly, and sorted under A.",
    next: summary,
    find: ofSynopsis((synopsis) => /^(?:an?|the)\s/i.test(synopsis)),
  },
  {
    tag: "synopsis-is-a-sentence",
    severity: "info",
    explain: "The synopsis is a noun phrase, not a sentence, and has no full stop.",
    next: summary,
    find: ofSynopsis((synopsis) => {
      const sentence = /(.*\.)(?:\s*$|\s+\S+)/.exec(synopsis)?.[1];
      return sentence !== undefined && !/\s+etc\.$|\s+e\.?g\.$|(?<!\.)\.\.\.$/.test(sentence) && `"${synopsis}"`;
    }),
  },
  {
    tag: "description-too-short",
    severity: "error",
    explain: "One word does not tell users what they would install.",
    next: summary,
    find: ofSynopsis((synopsis) => !/\s/.test(synopsis) && synopsis),
  },
  {
    tag: "description-is-pkg-name",
    severity: "error",
    explain: "The synopsis says nothing that the name does not say.",
    next: summary,
    find: ofSynopsis(
      (synopsis, { name }) =>
        name.toLowerCase().replace(/[-_]/g, " ") ===
          synopsis
            .toLowerCase()
            .replace(/[-_/\\]/g, " ")
            .replace(/\s+/g, " ") && synopsis,
    ),
  },
  {
    tag: "synopsis-too-long",
    severity: "warning",
    explain: "Terminals and lists cut the synopsis after 80 characters.",
    next: summary,
    find: ofSynopsis((synopsis) => Array.from(synopsis).length > 80),
  },
  {
    tag: "description-contains-tabs",
    severity: "error",
    explain: "A tab is shown differently by every program.",
    next: "Use spaces in `summary:` and `description:`.",
    find: (deb) => {
      if (synopsisOf(deb)?.trim() !== "" && synopsisOf(deb)?.includes("\t") === true) return [""];
      return ofLines((line) => line.includes("\t"), 1)(deb);
    },
  },
  {
    tag: "extended-description-is-empty",
    severity: "error",
    explain: "Users who look at the package before they install it read one line and no more.",
    next: description,
    find: once((deb) => deb.field("Description") !== undefined && extendedOf(deb).length === 0 && !isDebugPackage(deb)),
  },
  {
    tag: "extended-description-is-probably-too-short",
    severity: "info",
    explain: "One line of description hardly tells users whether the program is what they look for.",
    next: description,
    find: once(
      (deb) =>
        extendedOf(deb).length === 1 &&
        !/dummy|transition/i.test(synopsisOf(deb) ?? "") &&
        !isTransitional(deb) &&
        !isMetaPackage(deb) &&
        !deb.name.endsWith("-dbg"),
    ),
  },
  {
    tag: "extended-description-line-too-long",
    severity: "warning",
    explain: "Terminals break the line where it happens to end.",
    next: "Break lines of the description before 80 characters; this program does so by itself.",
    find: ofLines((line) => Array.from(line).length > 80),
  },
  {
    tag: "extended-description-contains-empty-paragraph",
    severity: "warning",
    explain: "Two empty lines in a row, or one at the beginning or end, are shown as a hole.",
    next: "Leave the empty lines out of `description:`.",
    find: once((deb) => {
      const lines = extendedOf(deb);
      return lines.length > 1 && /^ \.\s*\n|\n \.\s*\n \.\s*\n|\n \.\s*\n?$/.test(lines.join("\n"));
    }),
  },
  {
    tag: "description-synopsis-is-duplicated",
    severity: "error",
    explain: "The description begins by saying the synopsis again, which stands right above it.",
    next: description,
    find: ofLines((line, number, deb) => {
      const synopsis = synopsisOf(deb)?.trim() ?? "";
      return number === 1 && synopsis !== "" && bare(line) === bare(synopsis);
    }),
  },
  {
    tag: "description-starts-with-leading-spaces",
    severity: "warning",
    explain: "A first line with two spaces is shown as preformatted text: it is not wrapped.",
    next: "Let `description:` begin without a space.",
    find: ofLines((line, number) => number === 1 && /^ \s/.test(line)),
  },
  {
    tag: "description-contains-invalid-control-statement",
    severity: "error",
    explain: "A line with a dot and more is kept for later extensions of the format; programs leave it out.",
    next: "Let no line of `description:` begin with a dot.",
    find: ofLines((line) => /^ \.\s*\S|^ \s+\.\s*$/.test(line)),
  },
  {
    tag: "description-contains-homepage",
    severity: "warning",
    explain: "There is a field for it, which programs show as a link.",
    next: "Set `homepage:` in ggen-release.yaml and leave it out of the description.",
    find: ofLines((line) => /^\s*Homepage: <?https?:\/\//i.test(line)),
  },
  {
    tag: "description-is-debmake-template",
    severity: "error",
    explain: "The description is still the template's.",
    next: description,
    find: ofSynopsis((synopsis) => /^missing\s*$/i.test(synopsis)),
  },
  {
    tag: "description-is-dh_make-template",
    severity: "error",
    explain: "The description is still the template's.",
    next: description,
    find: ofSynopsis((synopsis) => synopsis.includes("<insert up to 60 chars description>")),
  },
];
