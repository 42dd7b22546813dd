/**
 * Which modules a JavaScript file asks for, read from its tokens without running it (ECMA-262, 16.2 "Modules"; and
 * `require` as CommonJS has it). Invariant: what stands in comments and texts is never taken for an import.
 */
import { javascriptTokens, type Token } from "./javascript-tokens.ts";

export interface ModuleSpecifiers {
  /** Asked for as soon as the file is loaded: `import … from`, `export … from`, `require(…)` outside all braces. */
  readonly atStart: readonly string[];
  /** Asked for when the code around it runs: `import(…)`, and `require(…)` inside braces. */
  readonly later: readonly string[];
}

/** `__require` is what bundlers call the `require` that they make for a module. */
const requires = new Set(["require", "__require"]);

/** The literal specifiers of a file, each once, in order of appearance. Computed ones cannot be known and are left out. */
export function moduleSpecifiers(source: string): ModuleSpecifiers {
  const atStart = new Set<string>();
  const later = new Set<string>();
  let window: Window = [undefined, undefined, undefined, undefined, undefined];
  for (const token of javascriptTokens(source)) {
    window = [window[1], window[2], window[3], window[4], token];
    const request = declaration(window) ?? call(window);
    if (request !== undefined) (request.immediate ? atStart : later).add(request.specifier);
  }
  return { atStart: [...atStart], later: [...later].filter((specifier) => !atStart.has(specifier)) };
}

/** The last five tokens, oldest first. */
type Window = readonly [Place, Place, Place, Place, Place];
type Place = Token | undefined;

interface Request {
  readonly specifier: string;
  readonly immediate: boolean;
}

/** `from "x"` and `import "x"`: nowhere else does the grammar let a string follow a name. */
function declaration([, , before, word, specifier]: Window): Request | undefined {
  if (specifier?.kind !== "string" || word?.kind !== "word" || isDot(before)) return undefined;
  return word.text === "from" || word.text === "import"
    ? { specifier: unquoted(specifier), immediate: true }
    : undefined;
}

/** `require("x")` and `import("x")`, where not the property of something. */
function call([before, word, open, specifier, close]: Window): Request | undefined {
  if (word?.kind !== "word" || isDot(before) || open?.text !== "(") return undefined;
  if (close?.text !== ")" && close?.text !== ",") return undefined;
  if (specifier?.kind !== "string" && specifier?.kind !== "template") return undefined;
  if (requires.has(word.text)) return { specifier: unquoted(specifier), immediate: word.depth === 0 };
  return word.text === "import" ? { specifier: unquoted(specifier), immediate: false } : undefined;
}

function isDot(token: Token | undefined): boolean {
  return token?.text === "." || token?.text === "?.";
}

function unquoted(token: Token): string {
  return token.text.slice(1, -1);
}
