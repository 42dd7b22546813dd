import { describe, expect, it } from "vitest";
import { rubyString, rubyText } from "./ruby-literal.ts";

describe("a Ruby string literal", () => {
  it("has double quotes where nothing in it means anything there", () => {
    expect(rubyString("Portable YAML processor, it's fast")).toBe(`"Portable YAML processor, it's fast"`);
  });

  it.each([
    ['#{system("id")}', `'#{system("id")}'`],
    ["C# tool", "'C# tool'"],
    [`a "b" 'c'`, `'a "b" \\'c\\''`],
    ["back\\slash", "'back\\\\slash'"],
    ["end\\", "'end\\\\'"],
    ["\\'", "'\\\\\\''"],
    ["`id`", '"`id`"'],
    ["tab\there", '"tab\there"'],
  ])("writes %j as %s", (text, literal) => {
    expect(rubyString(text)).toBe(literal);
  });

  it("keeps each line of a text away from the beginning of a line", () => {
    expect(rubyText("one\n__END__\n=begin", "    ")).toBe(
      '[\n      "one",\n      "__END__",\n      "=begin",\n    ].join("\\n")',
    );
    expect(rubyText("one", "    ")).toBe('"one"');
  });

  it.each(["a\0b", "a\rb", "a\nb", "\u001b[2J", "\u0085", "\u202eevil", "\ud800"])("is refused for %j", (text) => {
    expect(() => rubyString(text)).toThrow(expect.objectContaining({ code: "FORMULA_FIELD_INVALID", exit: 2 }));
  });
});
