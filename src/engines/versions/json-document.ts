/**
 * JSON with positions (RFC 8259): a strict scanner that accepts what `JSON.parse` accepts (to 500 levels), and notes where each scalar
 * stands. It keeps its own stack, so no document overflows the call stack.
 */
import { documentOf, type KeyPath, type Scalar, type StructuredDocument } from "./document.ts";
import { type SourceText, unreadable } from "./source-text.ts";

const space = /[ \t\n\r]*/y;
const plainCharacters = /[^"\\\u0000-\u001f]*/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const otherScalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

/** Throws VERSION_PLACE_UNREADABLE with the line of the first fault. A byte order mark is passed over, as npm does. */
export function readJson(source: SourceText): StructuredDocument {
  const text = source.text.replace(/^\ufeff/, " ");
  const scalars = scan({ ...source, text });
  return documentOf(source, JSON.parse(text), scalars);
}

/** Paths are kept whole, so depth costs its square; no real manifest is deeper than ten. */
const deepest = 500;

interface Open {
  readonly close: "}" | "]";
  readonly path: KeyPath;
  /** Of an array. */
  index: number;
}

function scan(source: SourceText): readonly Scalar[] {
  const { text } = source;
  const scalars: Scalar[] = [];
  const stack: Open[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [token] = pattern.exec(text) ?? [];
    at += token?.length ?? 0;
    return token;
  };
  const skip = (): void => void take(space);
  const fail = (wanted: string): never => {
    throw unreadable(source, at, `not JSON, ${wanted} was expected`);
  };
  /** By turns, not by one pattern: a pattern's own stack would bound the length of a string. */
  const takeString = (): string | undefined => {
    const start = at;
    if (text[at] !== '"') return undefined;
    at++;
    do take(plainCharacters);
    while (take(escapeSequence) !== undefined);
    if (text[at] !== '"') fail("the rest of the string");
    at++;
    return text.slice(start, at);
  };
  const expect = (character: string): void => {
    if (text[at] !== character) fail(`'${character}'`);
    at++;
    skip();
  };
  /** The path of the value that comes next in the innermost object or array. */
  const nextPath = (open: Open): KeyPath => {
    if (open.close === "]") return [...open.path, open.index++];
    const key = takeString() ?? fail("a key in double quotes");
    skip();
    expect(":");
    return [...open.path, JSON.parse(key) as string];
  };
  const scalar = (path: KeyPath): void => {
    const start = at;
    if (takeString() !== undefined) scalars.push({ path, start: start + 1, end: at - 1 });
    else if (take(otherScalar) !== undefined) scalars.push({ path, start, end: at });
    else fail("a value");
    skip();
  };

  skip();
  let path: KeyPath | undefined = [];
  for (;;) {
    if (path !== undefined) {
      const close = text[at] === "{" ? "}" : text[at] === "[" ? "]" : undefined;
      if (close === undefined) scalar(path);
      else {
        at++;
        skip();
        const open: Open = { close, path, index: 0 };
        stack.push(open);
        if (stack.length > deepest) fail(`less than ${deepest} levels`);
        if (text[at] !== close) {
          path = nextPath(open);
          continue;
        }
      }
    }
    const innermost = stack.at(-1);
    if (innermost === undefined) break;
    if (text[at] === innermost.close) {
      stack.pop();
      at++;
      skip();
      path = undefined;
    } else {
      if (text[at] !== ",") fail(`',' or '${innermost.close}'`);
      at++;
      skip();
      path = nextPath(innermost);
    }
  }
  if (at < text.length) fail("the end of the file");
  return scalars;
}
