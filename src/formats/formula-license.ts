/**
 * An SPDX licence expression (SPDX 2.3, annex D) as Homebrew's `license` takes it: any_of for OR, all_of for AND, a hash
 * for WITH. Licences that SPDX does not list become :cannot_represent.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { rubyString } from "./ruby-literal.ts";

type License =
  | { readonly id: string; readonly exception?: string }
  | { readonly operator: "any_of" | "all_of"; readonly operands: readonly License[] };

/** The lines of the `license` stanza, from its name on. Throws FORMULA_FIELD_INVALID for what is no expression. */
export function licenseStanza(expression: string): string {
  const license = new Reader(expression).license();
  if (isUnlisted(license)) return "license :cannot_represent";
  if ("id" in license) return `license ${single(license)}`;
  const operands = license.operands.map((operand) => operandText(operand, "    "));
  // Homebrew's audit wants nested ones on lines of their own.
  return license.operands.every((operand) => "id" in operand && operand.exception === undefined)
    ? `license ${license.operator}: [${operands.join(", ")}]`
    : `license ${license.operator}: [\n${operands.map((operand) => `    ${operand},\n`).join("")}  ]`;
}

function single({ id, exception }: { readonly id: string; readonly exception?: string }): string {
  return exception === undefined ? rubyString(id) : `${rubyString(id)} => { with: ${rubyString(exception)} }`;
}

function operandText(license: License, indentation: string): string {
  if ("id" in license) return license.exception === undefined ? single(license) : `{ ${single(license)} }`;
  const operands = license.operands.map((operand) => operandText(operand, `${indentation}  `));
  return `{ ${license.operator}: [${operands.join(", ")}] }`;
}

function isUnlisted(license: License): boolean {
  return "id" in license ? /^(?:LicenseRef|DocumentRef)-/.test(license.id) : license.operands.some(isUnlisted);
}

/** AND binds closer than OR; WITH closer than both. */
class Reader {
  readonly #expression: string;
  readonly #tokens: string[];

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  }

  license(): License {
    const license = this.#operation("OR");
    if (this.#tokens.length > 0) throw this.#malformed();
    return license;
  }

  #operation(word: "OR" | "AND"): License {
    const operands: License[] = [];
    do {
      const operand = word === "OR" ? this.#operation("AND") : this.#term();
      const operator = word === "OR" ? "any_of" : "all_of";
      operands.push(...("operands" in operand && operand.operator === operator ? operand.operands : [operand]));
    } while (this.#take(word));
    const [first] = operands;
    return operands.length === 1 && first !== undefined
      ? first
      : { operator: word === "OR" ? "any_of" : "all_of", operands };
  }

  #term(): License {
    if (this.#take("(")) {
      const inner = this.#operation("OR");
      if (!this.#take(")")) throw this.#malformed();
      return inner;
    }
    const id = this.#identifier();
    return this.#take("WITH") ? { id, exception: this.#identifier() } : { id };
  }

  #identifier(): string {
    const token = this.#tokens.shift() ?? "";
    if (/^[A-Za-z0-9][A-Za-z0-9.:-]*\+?$/.test(token) && !["AND", "OR", "WITH"].includes(token)) return token;
    throw this.#malformed();
  }

  #take(word: string): boolean {
    if (this.#tokens[0] !== word) return false;
    this.#tokens.shift();
    return true;
  }

  #malformed(): ReleaseError {
    return new ReleaseError("FORMULA_FIELD_INVALID", {
      what: `The licence ${quoted(this.#expression)} is no SPDX expression.`,
      next: "Write identifiers from https://spdx.org/licenses/ in ggen-release.yaml, joined by AND, OR or WITH: MIT OR Apache-2.0.",
    });
  }
}
