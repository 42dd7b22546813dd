import { describe, expect, it } from "vitest";
import { licenseStanza } from "./formula-license.ts";

describe("a formula's license", () => {
  it.each([
    ["MIT", 'license "MIT"'],
    ["GPL-2.0+", 'license "GPL-2.0+"'],
    ["MIT OR Apache-2.0", 'license any_of: ["MIT", "Apache-2.0"]'],
    ["(MIT AND Zlib) AND ISC", 'license all_of: ["MIT", "Zlib", "ISC"]'],
    ["Apache-2.0 WITH LLVM-exception", 'license "Apache-2.0" => { with: "LLVM-exception" }'],
    [
      "MIT OR Apache-2.0 WITH LLVM-exception",
      'license any_of: [\n    "MIT",\n    { "Apache-2.0" => { with: "LLVM-exception" } },\n  ]',
    ],
    ["MIT AND (BSD-3-Clause OR ISC)", 'license all_of: [\n    "MIT",\n    { any_of: ["BSD-3-Clause", "ISC"] },\n  ]'],
    ["MIT OR ISC AND Zlib", 'license any_of: [\n    "MIT",\n    { all_of: ["ISC", "Zlib"] },\n  ]'],
    ["LicenseRef-Company", "license :cannot_represent"],
    ["MIT AND LicenseRef-Company", "license :cannot_represent"],
  ])("of %j is %j", (expression, stanza) => {
    expect(licenseStanza(expression)).toBe(stanza);
  });

  it.each([
    "",
    "MIT OR",
    "AND",
    "MIT Apache-2.0",
    "(MIT",
    "MIT)",
    "MIT WITH",
    "MIT WITH (ISC)",
    "#{`id`}",
    'MIT" + `id` + "',
  ])("is refused for %j", (expression) => {
    expect(() => licenseStanza(expression)).toThrow(expect.objectContaining({ code: "FORMULA_FIELD_INVALID" }));
  });
});
