/**
 * The nodes of a YAML document as plain data, aliases replaced by what they stand for, with the place of every key and
 * value. Invariant: work and memory are bounded by `mostNodes`, whatever the aliases unfold to.
 */
import { type Alias, type Document, type Node, type Scalar, type YAMLMap, isAlias, isMap, isScalar, isSeq } from "yaml";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { type Path, type Problem, type SourceText, type Span, configError, syntaxProblem } from "./problem.ts";

const deepest = 40;
const mostNodes = 20_000;
const plainTag = /^(?:tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)|!)$/;

export interface Unfolded {
  readonly value: unknown;
  /** By `pathKey`. */
  readonly keys: ReadonlyMap<string, Span>;
  readonly values: ReadonlyMap<string, Span>;
  /** Scalars as they are written. */
  readonly written: ReadonlyMap<string, string>;
}

export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

export function unfold(document: Document.Parsed, source: SourceText): Unfolded {
  const [keys, values, written] = [new Map<string, Span>(), new Map<string, Span>(), new Map<string, string>()];
  const anchors = new Map<string, Node>();
  const problems: Problem[] = [];
  let nodes = 0;

  const convert = (node: Node | null, path: Path, aliased: boolean): unknown => {
    const span = spanOf(node);
    if (++nodes > mostNodes) throw tooManyNodes(source.file);
    values.set(pathKey(path), span);
    if (path.length > deepest) {
      problems.push(tooDeep(span));
      return null;
    }
    if (node?.tag !== undefined && !plainTag.test(node.tag))
      problems.push(syntaxProblem(span, `The tag ${quoted(node.tag)} is not known here.`, "Take the tag out."));
    if (isAlias(node)) return fromAlias(node, path);
    if (!aliased && (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, node);
    if (isScalar(node)) return fromScalar(node, path);
    if (isSeq<Node>(node)) return node.items.map((item, index) => convert(item, [...path, index], aliased));
    return isMap<Scalar, Node | null>(node) ? fromMap(node, path, aliased) : null;
  };
  const fromScalar = (scalar: Scalar, path: Path): unknown => {
    if (scalar.source !== undefined) written.set(pathKey(path), scalar.source);
    return scalar.value;
  };
  const fromMap = (map: YAMLMap<Scalar, Node | null>, path: Path, aliased: boolean): unknown => {
    const result: Record<string, unknown> = {};
    for (const pair of map.items) {
      const name = String(pair.key.value);
      const span = spanOf(pair.key);
      if (Object.hasOwn(result, name))
        problems.push(syntaxProblem(span, `The key ${quoted(name)} stands twice.`, "Keep one of the two."));
      keys.set(pathKey([...path, name]), span);
      const value = convert(pair.value, [...path, name], aliased);
      // Not by assignment, which would give the object another prototype for `__proto__`.
      Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return result;
  };
  const fromAlias = (alias: Alias, path: Path): unknown => {
    const target = anchors.get(alias.source);
    if (target !== undefined) return convert(target, path, true);
    const next = `Put the value in quotes, or write &${alias.source} before what it stands for.`;
    problems.push(syntaxProblem(spanOf(alias), `*${alias.source} refers to nothing before it.`, next));
    return null;
  };

  const value = convert(document.contents, [], false) ?? {};
  if (problems.length > 0) throw configError(source, problems);
  return { value, keys, values, written };
}

export function tooDeep(span: Span): Problem {
  return syntaxProblem(span, `The text is nested more than ${deepest} levels deep.`, "Look at the brackets.");
}

function spanOf(node: Node | null): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { offset: start, length: end - start };
}

function tooManyNodes(file: string): ReleaseError {
  return new ReleaseError("CONFIG_TOO_LARGE", {
    what: `${file} unfolds to more than ${mostNodes} values.`,
    next: "Write what the aliases stand for, or fewer of them.",
  });
}
