/**
 * The tokens of a JavaScript file, in order (ECMA-262, 12 "Lexical Grammar"), without parsing it.
 * Invariant: comments, strings, templates and regular expressions each come as one piece or not at all, so nothing in
 * them is taken for code. Whether a slash divides or begins a regular expression is told from the tokens before it.
 */
export interface Token {
  readonly kind: "word" | "string" | "template" | "number" | "expression" | "mark";
  /** As written, quotes included; of a template only what no `${` follows. */
  readonly text: string;
  /** Curly brackets around it, those of templates not counted. */
  readonly depth: number;
}

type Bracket = "block" | "object" | "template" | "condition" | "group" | "list";

interface State {
  readonly source: string;
  position: number;
  readonly open: Bracket[];
  depth: number;
  /** Whether an operand may come next: then a slash begins a regular expression and a bracket an object. */
  operand: boolean;
  /** The token before. */
  last: string;
}

const piece = new RegExp(
  [
    String.raw`(?<blank>\s+|//[^\n\r\u2028\u2029]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<string>"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*')`,
    String.raw`(?<number>\.?\d[\w.]*)`,
    String.raw`(?<word>[\p{ID_Start}$_#\\@][\p{ID_Continue}$\u200c\u200d\\]*)`,
    String.raw`(?<mark>=>|\+\+|--|\?\.(?!\d)|[\s\S])`,
  ].join("|"),
  "uy",
);
// A class in square brackets may hold a slash, and does not nest for the lexer (12.9.5).
const expression = /\/(?![*/])(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[\w$]*/y;
const templatePart = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;

const beforeOperand = new Set(
  "return typeof case do else in instanceof new void delete throw yield await default extends of".split(" "),
);
const beforeBlock = new Set(["do", "else", "=>", ")", ";", "{", "}", ""]);
const beforeCondition = new Set(["if", "while", "for", "with"]);
const afterOperand = new Set(["]", "++", "--"]);

export function* javascriptTokens(source: string): Generator<Token> {
  const start = source.startsWith("#!") ? source.search(/[\n\r]|$/) : 0;
  const state: State = { source, position: start, open: [], depth: 0, operand: true, last: "" };
  while (state.position < source.length) {
    const token = next(state);
    if (token !== undefined) yield { ...token, depth: state.depth };
  }
}

type Piece = Omit<Token, "depth">;

function next(state: State): Piece | undefined {
  const literal = state.operand && state.source[state.position] === "/" ? take(expression, state) : undefined;
  if (literal !== undefined) return operand(state, "expression", literal);
  piece.lastIndex = state.position;
  const { blank, string, number, word, mark } = piece.exec(state.source)?.groups ?? {};
  state.position = piece.lastIndex;
  if (blank !== undefined) return undefined;
  if (string !== undefined) return operand(state, "string", string);
  if (number !== undefined) return operand(state, "number", number);
  if (word !== undefined) return nameOrKeyword(state, word);
  return mark === "`" ? template(state) : bracketOrOperator(state, mark ?? "");
}

function operand(state: State, kind: Token["kind"], text: string): Piece {
  state.operand = false;
  state.last = text;
  return { kind, text };
}

function nameOrKeyword(state: State, word: string): Piece {
  const isProperty = state.last === "." || state.last === "?.";
  state.operand = !isProperty && beforeOperand.has(word);
  // The head of `for await (…)` is that of `for`.
  if (word !== "await" || state.last !== "for") state.last = isProperty ? "property" : word;
  return { kind: "word", text: word };
}

/** A template, up to its end or to the next `${`. */
function template(state: State): Piece | undefined {
  const part = take(templatePart, state) ?? "";
  if (!part.endsWith("${")) return operand(state, "template", `\`${part}`);
  state.open.push("template");
  state.operand = true;
  state.last = "";
  return undefined;
}

function bracketOrOperator(state: State, mark: string): Piece | undefined {
  const { last } = state;
  const isOperand = state.operand;
  state.operand = !afterOperand.has(mark);
  state.last = mark;
  if (mark === "(") state.open.push(beforeCondition.has(last) ? "condition" : "group");
  else if (mark === "[") state.open.push("list");
  else if (mark === "{") openBraces(state, isOperand && !beforeBlock.has(last) ? "object" : "block");
  else if (mark === ")") state.operand = state.open.pop() === "condition";
  else if (mark === "]") state.open.pop();
  else if (mark === "}") {
    const opened = state.open.pop();
    if (opened === "template") return template(state);
    state.depth = Math.max(0, state.depth - 1);
    state.operand = opened !== "object";
  }
  return { kind: "mark", text: mark };
}

function openBraces(state: State, bracket: Bracket): void {
  state.open.push(bracket);
  state.depth++;
}

function take(pattern: RegExp, state: State): string | undefined {
  pattern.lastIndex = state.position;
  const found = pattern.exec(state.source)?.[0];
  if (found !== undefined) state.position = pattern.lastIndex;
  return found;
}
