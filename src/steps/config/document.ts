/**
 * The configuration's text as data (YAML 1.2.2, core schema), with the place of every key and value. Anchors are allowed;
 * tags, duplicate keys, other documents and texts that unfold beyond measure are not. Invariant: what the text says is
 * in the data exactly once; nothing is converted, merged or dropped on the way.
 */
import { type Document, type YAMLParseError, type YAMLWarning, parseDocument } from "yaml";
import { ReleaseError } from "../../domain/errors/index.ts";
import { type Path, type Problem, type SourceText, type Span, configError, syntaxProblem } from "./problem.ts";
import { pathKey, tooDeep, unfold } from "./unfold.ts";

export interface YamlDocument extends SourceText {
  readonly value: unknown;
  /** Where a key or a value stands; what is around it where the path itself is not in the file. */
  keyAt(path: Path): Span;
  valueAt(path: Path): Span;
  /** A scalar as it is written, or undefined. */
  writtenAt(path: Path): string | undefined;
}

const largest = 1024 * 1024;

/** Throws CONFIG_TOO_LARGE and CONFIG_SYNTAX. `file` is the name that messages show. */
export function readDocument(bytes: Uint8Array, file: string): YamlDocument {
  const source = { file, text: decode(bytes, file) };
  const document = parse(source);
  const problems = [...document.errors, ...document.warnings].map(syntaxProblemOf);
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== "1.2")
    problems.push(syntaxProblem({ offset: 0, length: 5 }, `YAML ${version} is not read.`, "Take the line out."));
  if (problems.length > 0) throw configError(source, problems);
  const { value, keys, values, written } = unfold(document, source);
  return {
    ...source,
    value,
    keyAt: (path) => around(keys, path),
    valueAt: (path) => around(values, path),
    writtenAt: (path) => written.get(pathKey(path)),
  };
}

function around(spans: ReadonlyMap<string, Span>, path: Path): Span {
  const span = spans.get(pathKey(path));
  if (span !== undefined) return span;
  return path.length === 0 ? { offset: 0, length: 1 } : around(spans, path.slice(0, -1));
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > largest) {
    throw new ReleaseError("CONFIG_TOO_LARGE", {
      what: `${file} has ${bytes.length} bytes; at most ${largest} are read.`,
      next: "Look at the file: it is hardly the one that was meant.",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ReleaseError(
      "CONFIG_SYNTAX",
      { what: `${file} is not UTF-8 text.`, next: `Save it as UTF-8, for example with: iconv -t UTF-8 ${file}` },
      { cause: error },
    );
  }
}

function parse(source: SourceText): Document.Parsed {
  try {
    // Duplicate keys are found while unfolding: the library's own search is quadratic.
    return parseDocument(source.text, { stringKeys: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw configError(source, [tooDeep({ offset: 0, length: 1 })]);
  }
}

function syntaxProblemOf(error: YAMLParseError | YAMLWarning): Problem {
  const [start, end] = error.pos;
  const span = { offset: start, length: end - start };
  if (/call stack|stack overflow/i.test(error.message)) return tooDeep(span);
  const said = error.message
    .replaceAll("\n", " ")
    .slice(0, 200)
    .replace(/[.:]*$/, ".");
  const [what = said, next] = words[error.code] ?? [];
  return syntaxProblem(span, what, next ?? generalAdvice);
}

const generalAdvice =
  "Correct the line. A value needs quotes when it begins with one of [ ] { } * & ! | > % @ ` or holds a colon or # after a space.";
/** Where the library's words would not help a user: what to say instead, and what to do. */
const words: Readonly<Record<string, readonly [what: string | undefined, next: string]>> = {
  TAB_AS_INDENT: [undefined, "Indent with spaces."],
  MULTIPLE_DOCS: ["A second document begins here.", "Keep one document: take out everything from this --- on."],
  NON_STRING_KEY: ["The key is not text.", "Put it in quotes."],
  TAG_RESOLVE_FAILED: [undefined, "Take the tag (the word that begins with !) out, or put the value in quotes."],
};
