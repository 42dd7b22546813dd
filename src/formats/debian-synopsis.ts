/**
 * A package's synopsis and description out of what people write of a program (Debian Policy 3.4; Developer's Reference
 * 6.2): the synopsis says what it is, without its name, an article or a full stop, in fewer than 80 characters, and the
 * description does not repeat it. Invariant: only the form is changed; what the synopsis has no room for is said below it.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { descriptionLines } from "./debian-description.ts";

const longest = 79;

export interface PackageTexts {
  /** Name of the package. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string | undefined;
  /** What stands for a description where there is none. */
  readonly usual: string;
}

/** Throws DEB_FIELD_INVALID where the words themselves are to be changed. */
export function debianTexts(texts: PackageTexts): { readonly synopsis: string; readonly description: string } {
  const whole = mended(texts.summary, texts.name);
  requireFit(whole, texts);
  const short = lengthOf(whole) > longest ? shortened(whole) : whole;
  // Of one word lintian says that it is no description; whatever it is, it is a program.
  const synopsis = /\s/.test(short) ? short : `${short} program`;
  const said = described(texts.description ?? "", [synopsis, whole]);
  const paragraphs = [short === whole ? "" : whole, said].filter((text) => text !== "");
  const description = paragraphs.join("\n\n");
  const isOpening = isSentence(description) && !isSame(descriptionLines("", description)[1] ?? "", synopsis);
  return { synopsis, description: isOpening ? description : [texts.usual, ...paragraphs].join("\n\n") };
}

function requireFit(synopsis: string, { name, summary }: PackageTexts): void {
  const fault = !/[\p{L}\p{N}]/u.test(synopsis)
    ? "nothing of it is left without name, article and full stop"
    : startsWithName(synopsis, name)
      ? `it begins with the package's name, ${name}, as a part of a word`
      : undefined;
  if (fault === undefined) return;
  throw new ReleaseError("DEB_FIELD_INVALID", {
    what: `The summary ${quoted(summary)} cannot describe the package: ${fault}.`,
    next: `Write a \`summary:\` in ggen-release.yaml that says what the program does and does not begin with ${name}.`,
  });
}

/** What stands behind the name may be another article, and behind that the name again. */
function mended(text: string, name: string): string {
  const next = steps.reduce((result, step) => step(result, name), text);
  return next === text ? text : mended(next, name);
}

const steps: readonly ((text: string, name: string) => string)[] = [
  (text) => text.replace(/[^\S\r\n]+/g, " ").trim(),
  // `fd is a simple find`, `yq: a YAML processor`, `jq - JSON processor`, `rg searches`
  (text, name) => text.replace(new RegExp(`^${spelled(name)}(?: is(?= )| ?[:;,–—]| -+(?= )|(?= )|$)`, "iu"), ""),
  (text) => text.replace(/^(?:the|an?) /i, ""),
  (text) => (/(?:\setc|\.\.)\.$/.test(text) ? text : text.replace(/\.$/, "")),
];

/** As lintian looks for it, tag description-starts-with-package-name. */
function startsWithName(text: string, name: string): boolean {
  const literal = name.replace(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);
  const word = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`;
  return new RegExp(`^${literal}(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`, "iu").test(text);
}

/** `my-tool` is written My Tool and my_tool as well. */
function spelled(name: string): string {
  return name
    .split(/[-_]/)
    .map((part) => part.replace(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`))
    .join("[-_ ]");
}

/** The clauses that fit, or as many words. */
function shortened(text: string): string {
  const characters = Array.from(text);
  const head = characters.slice(0, longest + 1).join("");
  const clause = /^.{20,}(?=[;:,.] | [-–—(])/u.exec(head)?.[0];
  if (clause !== undefined) return clause;
  const words = /^.{20,}(?= )/u.exec(characters.slice(0, longest - 2).join(""))?.[0];
  return `${words ?? characters.slice(0, longest - 3).join("")}...`;
}

/** The description without what the synopsis says already. */
function described(description: string, synopses: readonly string[]): string {
  const lines = description.replace(/\r\n?/g, "\n").split("\n");
  const first = lines.findIndex((line) => !/^\s*\.?\s*$/.test(line));
  if (first === -1) return "";
  const line = lines[first] ?? "";
  const isRepeated = synopses.some((synopsis) => line === synopsis || (bare(line) !== "" && isSame(line, synopsis)));
  return isRepeated ? described(lines.slice(first + 1).join("\n"), synopses) : lines.slice(first).join("\n");
}

/** Not the first item of a list, no verbatim text, and not nothing. */
function isSentence(text: string): boolean {
  return text !== "" && !/^(?:\s|\.|(?:[-*+•]|[0-9]+[.)]) )/.test(text);
}

/** As lintian compares, tag description-synopsis-is-duplicated: to it two texts of another script are the same one. */
function isSame(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
