import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, it } from "vitest";
import { moduleSpecifiers } from "./module-specifiers.ts";

describe("the modules that a JavaScript file asks for", () => {
  it.each([
    ['import a from "one"; import {b} from\'two\'; import * as c from "three"', ["one", "two", "three"]],
    ['import "only";', ["only"]],
    ['export { a } from "one"; export * from "two"; export*as x from"three"', ["one", "two", "three"]],
    ['import a, { b as c } from /* here */ "one" with { type: "json" };', ["one"]],
    ['const a = require("one"), { b } = require(`two`);', ["one", "two"]],
    ['const a = __importDefault(require("one"));', ["one"]],
    ['if (x) /"/.test(y); import "one";', ["one"]],
    ['const a = b / c, d = "/"; import "one";', ["one"]],
    ['for await (const x of y) /`/.test(x); import "one";', ["one"]],
    ["const a = `${`${{ b: '}' }}`}`; require('one')", ["one"]],
    ["const a = /[/`\"]/v; require('one')", ["one"]],
    ["const a = {} / 2; require('one') / 2", ["one"]],
    ["#!/usr/bin/env node it's\nrequire('one')", ["one"]],
  ])("that are loaded at once: %s", (source, wanted) => {
    expect(moduleSpecifiers(source)).toEqual({ atStart: wanted, later: [] });
  });

  it.each([
    ['const load = () => import("one");', ["one"]],
    ['import(/* a note */ "one", { with: {} })', ["one"]],
    ['function f() { return require("one"); }', ["one"]],
    ['try { require("one") } catch {}', ["one"]],
    ['var x = __commonJS({ "a"() { __require("one") } });', ["one"]],
  ])("that are loaded when that code runs: %s", (source, wanted) => {
    expect(moduleSpecifiers(source)).toEqual({ atStart: [], later: wanted });
  });

  it.each([
    '// import "one"',
    '/* require("one") */',
    "const a = 'require(\"one\")';",
    'const a = `import "one"`;',
    'const a = /require("one")/;',
    'loader.require("one"); loader?.require("one"); a.import("one")',
    'require(name); import("a" + b); require("a" + b)',
    "import.meta.url",
    "",
    '"open',
    "`open ${",
    "/* open",
    "}}}])",
  ])("is not told from text, properties or broken code: %s", (source) => {
    expect(moduleSpecifiers(source)).toEqual({ atStart: [], later: [] });
  });

  it("names one that is asked for in both ways once, as loaded at once", () => {
    expect(moduleSpecifiers('import "one"; import("one"); import("one")')).toEqual({ atStart: ["one"], later: [] });
  });

  it("goes on after any text in a string, a template or a comment", () => {
    const part = fc.constantFrom(
      "/",
      "*",
      "`",
      "${",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      '"',
      "'",
      "\\",
      "\n",
      "import ",
      "from ",
    );
    const text = fc.array(part).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (held) => {
        const forms = [
          `const a = ${JSON.stringify(held)}`,
          `const a = \`${held.replace(/[`\\]|\$\{/g, "\\$&")}\``,
          `/*${held.replace(/\*+\//g, "")} */ const a`,
        ];
        for (const form of forms) expect(moduleSpecifiers(`${form}; require("end")`).atStart, form).toEqual(["end"]);
      }),
    );
  });

  it("agrees with a parser on every file of real packages", () => {
    const modules = join(import.meta.dirname, "..", "..", "node_modules");
    const files = globSync(
      "{openpgp,yaml,tar,archiver,clipanion,listr2,semver,zod,minimatch,streamx}/**/*.{js,mjs,cjs}",
      {
        cwd: modules,
      },
    );
    let requests = 0;
    for (const file of files) {
      const source = readFileSync(join(modules, file), "utf8");
      const wanted = parsedSpecifiers(source.replace(/^#!.*/, ""));
      expect(sorted(moduleSpecifiers(source)), file).toEqual(sorted(wanted));
      requests += wanted.atStart.length + wanted.later.length;
    }
    expect(requests).toBeGreaterThan(500);
  });
});

const braces = /^(BlockStatement|FunctionBody|ClassBody|ObjectExpression|ObjectPattern|StaticBlock|SwitchStatement)$/;

/** The same, from the syntax tree of another implementation. */
function parsedSpecifiers(source: string): { atStart: string[]; later: string[] } {
  const atStart = new Set<string>();
  const later = new Set<string>();
  const visit = (node: unknown, depth: number): void => {
    if (Array.isArray(node)) node.forEach((item) => visit(item, depth));
    if (!isNode(node)) return;
    if (/^(Import|Export(Named|All))Declaration$/.test(node.type)) add(atStart, node["source"]);
    if (node.type === "ImportExpression") add(later, node["source"]);
    if (
      node.type === "CallExpression" &&
      isNode(node["callee"]) &&
      /^(__)?require$/.test(String(node["callee"]["name"]))
    )
      add(depth === 0 ? atStart : later, (node["arguments"] as unknown[])[0]);
    const inner = braces.test(node.type) ? depth + 1 : depth;
    for (const child of Object.values(node)) visit(child, inner);
  };
  visit(parseAst(source, { lang: "js", sourceType: "unambiguous" }), 0);
  return { atStart: [...atStart], later: [...later].filter((specifier) => !atStart.has(specifier)) };
}

function add(to: Set<string>, literal: unknown): void {
  if (!isNode(literal)) return;
  if (literal.type === "Literal" && typeof literal["value"] === "string") to.add(literal["value"]);
  const quasis = literal["quasis"] as { value: { raw: string } }[] | undefined;
  if (quasis?.length === 1) to.add(quasis[0]?.value.raw ?? "");
}

function isNode(value: unknown): value is { type: string; [key: string]: unknown } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function sorted(found: { atStart: readonly string[]; later: readonly string[] }): unknown {
  return { atStart: [...found.atStart].sort(), later: [...found.later].sort() };
}
