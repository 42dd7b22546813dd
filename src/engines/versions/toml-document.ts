/**
 * TOML with positions (https://toml.io/en/v1.0.0). smol-toml decides what is valid and what the values are; the scanner
 * here only finds where each scalar stands, in text that is known to be valid. Invariant: the value at a scalar's path
 * is the text at its span, wherever that text holds no escape.
 */
import { parse, TomlError } from "smol-toml";
import { documentOf, type KeyPath, type Scalar, type StructuredDocument } from "./document.ts";
import { type SourceText, unreadable } from "./source-text.ts";

const blank = /(?:[ \t\r\n]|#[^\n]*)*/y;
const bareKey = /[A-Za-z0-9_-]+/y;
/** In text that is known to be valid a string always ends, so nothing here is tried twice. */
const stringToken =
  /"""(?:[^"\\]+|\\[\s\S]|"(?!""))*"{3,5}|'''(?:[^']+|'(?!''))*'{3,5}|"(?:[^"\\\n]+|\\.)*"|'[^'\n]*'/y;
const otherScalar = /[^,\]}#\r\n]+/y;

/** Throws VERSION_PLACE_UNREADABLE with the line of the first fault. */
export function readToml(source: SourceText): StructuredDocument {
  const text = source.text.replace(/^\ufeff/, " ");
  return documentOf(source, parsed(source, text), new Scanner(text).document());
}

function parsed(source: SourceText, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const lineStart = text.split("\n", error.line - 1).reduce((length, line) => length + line.length + 1, 0);
    const reason = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    throw unreadable(source, lineStart + error.column - 1, `not TOML, ${reason}`);
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #scalars: Scalar[] = [];
  /** How many tables each array of tables has so far, by its path. */
  readonly #tables = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  document(): readonly Scalar[] {
    let table: KeyPath = [];
    for (this.#take(blank); this.#at < this.#text.length; this.#take(blank)) {
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#pair(table);
    }
    return this.#scalars;
  }

  /** `[a.b]` or `[[a.b]]`: the path of the table that begins, each array of tables on the way standing for its last. */
  #header(): KeyPath {
    const isArray = this.#text.startsWith("[[", this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    this.#at += isArray ? 2 : 1;
    let path: KeyPath = [];
    for (const [index, key] of keys.entries()) {
      path = [...path, key];
      const name = JSON.stringify(path);
      if (isArray && index === keys.length - 1) this.#tables.set(name, (this.#tables.get(name) ?? 0) + 1);
      const count = this.#tables.get(name);
      if (count !== undefined) path = [...path, count - 1];
    }
    return path;
  }

  #pair(table: KeyPath): void {
    const keys = this.#keys();
    this.#at++;
    this.#take(blank);
    this.#value([...table, ...keys]);
  }

  /** Dotted keys up to the character that ends them, which is left. */
  #keys(): readonly string[] {
    const keys: string[] = [];
    for (;;) {
      this.#take(blank);
      const bare = this.#take(bareKey);
      keys.push(bare ?? unquoted(this.#take(stringToken) ?? ""));
      this.#take(blank);
      if (this.#text[this.#at] !== ".") return keys;
      this.#at++;
    }
  }

  #value(path: KeyPath): void {
    const start = this.#at;
    const opening = this.#text[start];
    if (opening === "[") this.#list("]", (index) => this.#value([...path, index]));
    else if (opening === "{") this.#list("}", () => this.#pair(path));
    else {
      const token = this.#take(stringToken);
      const quotes = token === undefined ? 0 : /^("""|''')/.test(token) ? 3 : 1;
      if (token === undefined) this.#take(otherScalar);
      this.#scalars.push({ path, start: start + quotes, end: this.#at - quotes });
    }
  }

  #list(close: "]" | "}", item: (index: number) => void): void {
    this.#at++;
    for (let index = 0; ; index++) {
      this.#take(blank);
      if (this.#text[this.#at] === close) break;
      item(index);
      this.#take(blank);
      if (this.#text[this.#at] === ",") this.#at++;
    }
    this.#at++;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [token] = pattern.exec(this.#text) ?? [];
    this.#at += token?.length ?? 0;
    return token;
  }
}

function unquoted(key: string): string {
  return Object.keys(parse(`${key} = 0`))[0] ?? "";
}
