/**
 * The first ggen-release.yaml of a repository: what is known of it already stays where it is known, what is not stands in
 * a line of its own, to be filled in. Invariant: what is written reads back as the same values (YAML 1.2 and 1.1).
 */
import { Document, type Scalar, isCollection } from "yaml";
import type { About } from "../../domain/project.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Detected } from "../../engines/detect/detected.ts";
import { type Missing, lineFor, linesFor } from "./field-missing.ts";
import type { UnfitKey } from "./unfit-key.ts";

export interface Starter {
  readonly name: string;
  readonly detected: Detected;
  /** Fields that the repository does not say by itself: value, and where it comes from. */
  readonly found: Readonly<Partial<Record<keyof About, { readonly value: string; readonly from: string }>>>;
  /** Fields that nothing says and packages need. */
  readonly missing: readonly Missing[];
  /** Where tags have another prefix than `v`. */
  readonly tagPrefix?: string;
  /** Files whose version stands for whatever the tag says. */
  readonly placeholders: readonly string[];
  /** Where they differ from what is usual for the builder. */
  readonly targets: readonly string[];
  /** What the builder refuses of what the repository says: the build is left to be filled in. */
  readonly unfit?: UnfitKey;
}

export function starterText(starter: Starter): string {
  const { name, detected, found, placeholders, tagPrefix, unfit } = starter;
  const build = unfit === undefined ? detected.builds[0] : undefined;
  const version = {
    ...(tagPrefix === undefined ? {} : { "tag-prefix": tagPrefix }),
    ...(placeholders.length === 0 ? {} : { places: placeholders.map((file) => ({ file, role: "placeholder" })) }),
  };
  const document = new Document(
    {
      name,
      ...Object.fromEntries(Object.entries(found).map(([field, { value }]) => [field, value])),
      ...(Object.keys(version).length === 0 ? {} : { version }),
      ...(build === undefined
        ? {}
        : {
            builds: [{ builder: build.builder, ...build.section, targets: starter.targets, binaries: build.binaries }],
          }),
    },
    { version: "1.2", schema: "core", compat: "yaml-1.1" },
  );
  document.commentBefore = heading(starter);
  document.comment = closing(starter);
  comment(document, ["name"], nameComment(starter));
  for (const [field, { from }] of Object.entries(found)) comment(document, [field], from);
  compact(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function heading({ detected }: Starter): string {
  const fields = (["summary", "homepage", "repository", "license", "maintainer"] as const).filter(
    (field) => detected[field] !== undefined,
  );
  const known =
    fields.length === 0
      ? ""
      : `\n Known from ${detected.manifest ?? "the tree"}: ${fields.join(", ")}. A line here goes before it.`;
  return ` What ggen-release makes of a tag. Every key: ggen-release schema. Correct? ggen-release check${known}`;
}

function closing(starter: Starter): string {
  const { missing } = starter;
  const wanting = (line: string): string =>
    missing
      .filter((one) => lineFor(one) === line)
      .map((one) => one.package)
      .join(" and ");
  const lines = [
    ...linesFor(missing).map((line) => ` ${line}   # fill in: ${wanting(line)} cannot do without`),
    ...buildExample(starter),
    ...documentLines(starter),
    " Every package that is possible is made. Leave one out: packages: { deb: false }",
  ];
  return lines.join("\n");
}

/** What is shipped unasked, and what could be; a name that is not plain is quoted, and so stays in its comment. */
function documentLines({ detected: { documents, completionCommand } }: Starter): readonly string[] {
  const completions = Object.values(documents.completions.files);
  const found = [...documents.man, ...completions].map((path) => (/^[\w./+-]+$/.test(path) ? path : quoted(path)));
  const listed = found.length > 8 ? `${found.slice(0, 7).join(", ")} and ${found.length - 7} more` : found.join(", ");
  return [
    ...(found.length === 0 ? [] : [` Shipped as well: ${listed}. Others: documents: { man: […], completions: { … } }`]),
    ...(completionCommand === undefined || completions.length > 0
      ? []
      : [
          ` documents: { completions: { command: ${JSON.stringify(completionCommand)} } }   # if the program prints its completions so`,
        ]),
  ];
}

function buildExample({ detected, targets, unfit }: Starter): readonly string[] {
  const [build] = detected.builds;
  if (build === undefined) return commandExample;
  if (unfit === undefined) return [];
  // Names that need quotes are the owner's to write: a comment is read by nobody else.
  const binaries = build.binaries.filter((name) => /^[A-Za-z0-9][\w.+-]*$/.test(name));
  return [
    " builds:",
    `   - builder: ${build.builder}`,
    `     ${unfit.key}: …   # fill in: ${unfit.next.replace(/[\u0000-\u001f]+/g, " ")}`,
    `     targets: [${targets.join(", ")}]`,
    `     binaries: [${binaries.join(", ")}]`,
  ];
}

/** For what is built by none of the known tools. */
const commandExample = [
  " builds:",
  "   - builder: command",
  "     run: make release   # one line for sh -c, or a list of words",
  "     output: build/tool   # where the program lies afterwards",
  "     targets: [x86_64-linux-gnu]",
];

function nameComment({ name, detected }: Starter): string | undefined {
  const called = detected.builds[0]?.section["package"];
  return typeof called === "string" && called !== name ? `made by the package ${quoted(called)}` : undefined;
}

function comment(document: Document, path: readonly string[], text: string | undefined): void {
  const node = document.getIn(path, true) as Scalar | undefined;
  if (node !== undefined && text !== undefined) node.comment = ` ${text}`;
}

/** Lists of words and places on one line each. */
function compact(document: Document): void {
  const lists = [
    ["builds", 0, "targets"],
    ["builds", 0, "binaries"],
    ["version", "places"],
    ["builds", 0, "entry"],
    ["builds", 0, "main"],
  ];
  for (const path of lists) {
    const node = document.getIn(path, true);
    if (isCollection(node)) node.flow = true;
  }
}
