import { describe, expect, it } from "vitest";
import { formulaClass, renderFormula, type Formula } from "./formula.ts";

const download = (file: string) => ({ url: `https://dl.tool.dev/${file}`, sha256: "a".repeat(64) });
const base: Formula = {
  name: "tool",
  description: "Tool for tests",
  homepage: "https://tool.dev",
  downloads: { linux: { intel: download("linux") } },
  dependsOn: [],
  installs: { programs: [{ name: "tool", everywhere: true }], manPages: [], completions: [] },
  test: { program: "tool", arguments: ["--version"], holds: "version" },
};

describe("a formula", () => {
  it("has its stanzas in the audit's order", () => {
    const text = renderFormula({
      ...base,
      name: "tool@1.2",
      version: "1.2.3+4",
      license: "MIT",
      downloads: {
        macos: { arm: download("mac") },
        linux: { arm: download("linux-arm"), intel: download("linux-intel") },
      },
      livecheck: { by: "github-latest" },
      dependsOn: ["zlib", "openssl@3"],
      installs: {
        programs: [
          { name: "tool", everywhere: true },
          { name: "toolctl", everywhere: false },
        ],
        manPages: ["man/tool.1", "man/tool.conf.5"],
        completions: [
          { shell: "bash", path: "completions/tool.bash", program: "tool" },
          { shell: "zsh", path: "completions/_tool", program: "tool" },
          { shell: "fish", path: "completions/tool.fish", program: "tool" },
        ],
      },
      caveats: "Run `tool init`.\nThen be happy.",
    });
    expect(text).toBe(`# Written by ggen-release: changes made here are lost with the next release.
class ToolAT12 < Formula
  desc "Tool for tests"
  homepage "https://tool.dev"
  url "https://dl.tool.dev/mac"
  version "1.2.3+4"
  sha256 "${"a".repeat(64)}"
  license "MIT"

  livecheck do
    url :stable
    strategy :github_latest
  end

  keg_only :versioned_formula

  depends_on "openssl@3"
  depends_on "zlib"

  on_macos do
    depends_on arch: :arm64
  end

  on_linux do
    on_arm do
      url "https://dl.tool.dev/linux-arm"
      sha256 "${"a".repeat(64)}"
    end

    on_intel do
      url "https://dl.tool.dev/linux-intel"
      sha256 "${"a".repeat(64)}"
    end
  end

  def install
    bin.install "tool"
    bin.install "toolctl" if File.exist?("toolctl")
    man1.install "man/tool.1"
    man5.install "man/tool.conf.5"
    bash_completion.install "completions/tool.bash" => "tool"
    zsh_completion.install "completions/_tool"
    fish_completion.install "completions/tool.fish"
  end

  def caveats
    [
      "Run \`tool init\`.",
      "Then be happy.",
    ].join("\\n")
  end

  test do
    assert_match version.to_s, shell_output([bin/"tool", "--version", "2>&1"].join(" "))
  end
end
`);
  });

  it("says at the top what machines it is for where only some have an archive", () => {
    const text = renderFormula(base);
    expect(text).toContain("  depends_on arch: :x86_64\n  depends_on :linux\n");
    expect(text).not.toContain("on_linux");
  });

  it.each([
    [{ arguments: ["--help"], holds: "anything" }, '    system bin/"tool", "--help"\n'],
    [{ arguments: [], holds: "anything" }, '    system bin/"tool"\n'],
    [{ arguments: [], holds: "unrun" }, '    assert_path_exists bin/"tool"\n'],
    [
      { arguments: ["eval", "a b'c"], holds: { text: "1 #{x}" } },
      `    assert_match '1 #{x}', shell_output([bin/"tool", "eval", '\\'a b\\'\\\\\\'\\'c\\'', "2>&1"].join(" "))\n`,
    ],
  ] as const)("tests by %j", (test, line) => {
    expect(renderFormula({ ...base, test: { program: "tool", ...test } })).toContain(line);
  });

  it("does not look for newer versions where it must not, and looks at tags where there is no GitHub", () => {
    expect(renderFormula({ ...base, livecheck: { skip: "No" } })).toContain('  livecheck do\n    skip "No"\n  end\n');
    expect(renderFormula({ ...base, livecheck: { by: "git", url: "https://a.dev/x.git" } })).toContain(
      '    url "https://a.dev/x.git"\n    strategy :git\n',
    );
  });

  it("is refused for a man page without a section", () => {
    const installs = { ...base.installs, manPages: ["man/tool"] };
    expect(() => renderFormula({ ...base, installs })).toThrow(
      expect.objectContaining({ code: "FORMULA_FIELD_INVALID" }),
    );
  });
});

describe("a formula's class", () => {
  it.each([
    ["ggen", "Ggen"],
    ["ggen-cli", "GgenCli"],
    ["ggen@1.2", "GgenAT12"],
    ["a2ps", "A2ps"],
    ["g++", "Gxx"],
    ["foo_bar.baz-2", "FooBarBaz2"],
  ])("of %s is %s", (name, constant) => {
    expect(formulaClass(name)).toBe(constant);
  });

  it.each([
    "",
    "7zip",
    "GGen",
    "a b",
    "a/b",
    "../a",
    "a;b",
    "a\nb",
    "-a",
    "a@",
    "a@b",
    "a.",
    "a--b",
    "ü",
    "a".repeat(101),
  ])("is refused for %j", (name) => {
    expect(() => formulaClass(name)).toThrow(expect.objectContaining({ code: "FORMULA_NAME_INVALID", exit: 2 }));
  });
});
