/**
 * The package's own word on tags that are meant to be (lintian's manual, "Overrides"; file
 * /usr/share/lintian/overrides/NAME). Invariant: a line silences what it silences in lintian 2.116, and nothing else.
 */
export interface Override {
  readonly tag: string;
  /** Of the context, `*` for anything, `?` for one character; empty for every context. */
  readonly pattern: string;
  /** Where it applies; empty for everywhere. `!` before each for everywhere else. */
  readonly architectures: readonly string[];
}

/** How much matching a package's overrides may cost: both sides are of its making. What is left over is not silenced. */
export interface Budget {
  steps: number;
}

/** Lines that are no overrides are left out. */
export function parseOverrides(text: string, name: string): readonly Override[] {
  return text.split("\n").flatMap((line): Override[] => {
    let rest = line.trim().replace(/\s+/g, " ");
    if (rest === "" || rest.startsWith("#")) return [];
    let qualified = false;
    const strip = (word: RegExp): string | undefined => {
      const found = word.exec(rest);
      if (found === null) return undefined;
      rest = rest.slice(found[0].length).trimStart();
      qualified = true;
      return found[1] ?? "";
    };
    strip(new RegExp(`^${name.replace(/[.+]/g, String.raw`\$&`)}(?=[ :])`));
    const architectures =
      strip(/^\[([^\]]*)\](?=[ :])/)
        ?.split(" ")
        .filter((part) => part !== "") ?? [];
    strip(/^binary(?=[ :])/);
    if (qualified) {
      if (!/^ ?: ?/.test(rest)) return [];
      rest = rest.replace(/^ ?: ?/, "");
    }
    const [tag = "", ...context] = rest.split(" ");
    return tag === "" ? [] : [{ tag, pattern: context.join(" "), architectures }];
  });
}

export function overrides(
  { tag, pattern, architectures }: Override,
  found: { readonly tag: string; readonly context: string },
  architecture: string,
  budget: Budget = { steps: 10_000_000 },
): boolean {
  if (tag !== found.tag || !applies(architectures, architecture)) return false;
  return pattern === "" || matches(pattern, found.context, budget);
}

function applies(restrictions: readonly string[], architecture: string): boolean {
  if (restrictions.length === 0) return true;
  const negated = restrictions.some((one) => one.startsWith("!"));
  const named = restrictions.map((one) => one.replace(/^!/, "")).some((one) => isOf(architecture, one));
  return negated ? !named : named;
}

function isOf(architecture: string, restriction: string): boolean {
  return (
    restriction === architecture ||
    (architecture !== "all" && (restriction === "any" || restriction === "linux-any")) ||
    restriction === `any-${architecture}`
  );
}

/**
 * Without backtracking: a pattern of many stars against a long context, both of the package's making, costs no more than
 * the product of their lengths.
 */
function matches(pattern: string, context: string, budget: Budget): boolean {
  let [at, from, star, retry] = [0, 0, -1, 0];
  while (at < context.length) {
    if (budget.steps-- <= 0) return false;
    if (from < pattern.length && pattern[from] !== "*" && (pattern[from] === "?" || pattern[from] === context[at])) {
      at++;
      from++;
    } else if (from < pattern.length && pattern[from] === "*") {
      star = from++;
      retry = at;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[from] === "*") from++;
  return from === pattern.length;
}
