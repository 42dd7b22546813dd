/** The list of places, what a disagreement looks like to the person who meets it, and what cannot be read. */
import { describe, expect, it } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { type Files, placesOf, refusalOf, versionSettings } from "../../../test/version-places.ts";
import { parseVersion } from "../../domain/version.ts";
import { agreement, agreementTable, disagreements, requireAgreement } from "./agreement.ts";

describe("a first release's tree, as its first user had it", () => {
  const crate = (name: string, version = "5.0.2", rest = ""): string =>
    `[package]\nname = "${name}"\nversion = "${version}"\n${rest}`;
  const ggen: Files = {
    "Cargo.toml": [
      "[workspace]",
      'members = [".", "crates/*"]',
      'exclude = ["crates/removed"]',
      "",
      "[workspace.dependencies]",
      'ggen-core = { path = "crates/ggen-core", version = "5.0.0" }',
      'ggen-cli-lib = { path = "crates/ggen-cli", version = "=5.0.0" }',
      'serde = { version = "1.0.0" }',
      "",
      "[dependencies.tokio]",
      'version = "1.40.0"',
      "",
      "[package]",
      'name = "ggen"',
      'version = "5.0.2" # the version',
      "",
    ].join("\n"),
    "crates/ggen-cli/Cargo.toml": crate("ggen-cli-lib", "5.0.2", "[dependencies]\nggen-core.workspace = true\n"),
    "crates/ggen-core/Cargo.toml": crate("ggen-core"),
    "crates/ggen-e2e/Cargo.toml": crate("ggen-e2e", "0.1.0", "publish = false\n"),
    "crates/ggen-node/Cargo.toml": crate("ggen-node"),
    "crates/ggen-node/package.json": '{\n  "name": "@ggen/node",\n  "version": "3.4.0"\n}\n',
    "crates/removed/Cargo.toml": crate("removed", "2.0.0"),
    "playground/Cargo.toml": crate("playground", "0.1.0"),
    "bindings/generated/node/package.json": '{"name": "@ggen/bindings", "version": "5.0.1"}',
    "examples/hello/Cargo.toml": crate("hello", "0.1.0"),
    "tests/fixtures/broken/Cargo.toml": "this is no TOML",
    "templates/Cargo.toml": '[package]\nname = "{{ name }}"\nversion = {{ version }}\n',
    VERSION: "4.0.0\n",
    "ggen.toml": '[project]\nname = "ggen"\nversion = "4.0.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [4.0.0] - 2025-10-01\n\n- things\n",
    "Formula/ggen.rb": [
      "class Ggen < Formula",
      '  url "https://github.com/x/ggen/archive/refs/tags/v5.0.1.tar.gz"',
      '  sha256 "00"',
      '  resource "thing" do',
      '    url "https://example.org/thing-1.2.3.tar.gz"',
      "  end",
      "  test do",
      '    assert_match "ggen 5.0.1", shell_output("#{bin}/ggen --version")',
      "  end",
      "end",
    ].join("\n"),
    "README.md": "Install ggen 5.0.0.\n\nSee ggen 5.0.0 for more.\n",
    "go/vendor/x/package.json": '{"version": "9.9.9"}',
  };
  const declared = versionSettings(
    { file: "ggen.toml", pattern: 'version = "{version}"', role: "manifest" },
    { file: "README.md", pattern: "ggen {version}", role: "document" },
  );
  const previous = {
    version: parseVersion("5.0.1"),
    tree: memoryTree({
      "crates/ggen-e2e/Cargo.toml": crate("ggen-e2e", "0.1.0"),
      "playground/Cargo.toml": crate("playground", "0.1.0"),
    }),
  };

  it("lists every place that was wrong, in one list, and none of the dependency sections", async () => {
    const found = await placesOf(ggen, "5.0.2", { settings: declared, previous, released: ["ggen-cli-lib"] });
    expect(found).toEqual([
      "Cargo.toml:6 5.0.0 manifest",
      "Cargo.toml:7 =5.0.0 manifest !",
      "Cargo.toml:15 5.0.2 manifest",
      "VERSION:1 4.0.0 manifest !",
      "bindings/generated/node/package.json:1 5.0.1 manifest !",
      "crates/ggen-cli/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-core/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-node/Cargo.toml:3 5.0.2 manifest",
      "crates/ggen-node/package.json:3 3.4.0 manifest !",
      "ggen.toml:3 4.0.0 manifest !",
      "Formula/ggen.rb:2 5.0.1 packaging !",
      "Formula/ggen.rb:8 5.0.1 packaging !",
      "CHANGELOG.md:5 4.0.0 document !",
      "README.md:1 5.0.0 document !",
      "README.md:3 5.0.0 document !",
      "crates/ggen-e2e/Cargo.toml:3 0.1.0 other-train !",
      "crates/removed/Cargo.toml:3 2.0.0 other-train !",
      "playground/Cargo.toml:3 0.1.0 other-train !",
    ]);
  });

  it("refuses the release with the table, and says how to mend it", async () => {
    const found = await agreement(memoryTree(ggen), parseVersion("5.0.2"), { settings: declared, previous });
    const error = await refusalOf(() => requireAgreement(found, parseVersion("5.0.2"), false));
    expect(error.code).toBe("VERSION_DISAGREES");
    expect(error.exit).toBe(8);
    expect(error.what).toBe("5 places name another version than 5.0.2.");
    expect(error.next).toContain("version set 5.0.2");
    expect(error.details[0]).toMatch(/^place +value +wanted +role +what$/);
    expect(error.details).toContain("VERSION:1                               4.0.0   5.0.2   manifest   version");
    expect(error.details.some((line) => line.includes("other-train"))).toBe(false);
  });

  it("warns of packaging and documents, and refuses them too where the project is strict", async () => {
    const found = await agreement(memoryTree(ggen), parseVersion("5.0.2"), { settings: declared, previous });
    const loose = disagreements(found, false);
    const strict = disagreements(found, true);
    expect(loose.warned.map(({ role }) => role)).toEqual([
      "packaging",
      "packaging",
      "document",
      "document",
      "document",
    ]);
    expect(strict.failing).toHaveLength(loose.failing.length + loose.warned.length);
    expect(strict.warned).toEqual([]);
  });
});

describe("places that cannot be read", () => {
  it.each([
    ["Cargo.toml", "[package]\nname = 'x'\nversion = 1.0.0\n", 3],
    ["Cargo.toml", "[package]\nname = 'x'\nversion = 1.0\n", 3],
    ["package.json", '{\n  "version": 1\n}', 2],
    ["package.json", '{\n  "version": "1.0.0",\n}', 3],
    ["pyproject.toml", "[project\n", 1],
    ["VERSION", "\n", 1],
    ["VERSION", "# comment\nunknown\n", 2],
    ["VERSION.txt", "7\n", 1],
    ["debian/changelog", "what is this\n", 1],
    ["debian/changelog", "tool (x1.0) unstable; urgency=low\n", 1],
  ])("%s with %j is refused by file and line", async (file, text, line) => {
    const error = await refusalOf(() => placesOf({ [file]: text }, "1.0.0"));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(error.exit).toBe(2);
    expect(error.what).toContain(`"${file}", line ${line}, column`);
    expect(error.next).not.toBe("");
  });

  it("a lock file that is no TOML is refused", async () => {
    const files = { "Cargo.toml": "[package]\nname = 'x'\nversion = '1.0.0'\n", "Cargo.lock": "<<<<<<< HEAD\n" };
    expect((await refusalOf(() => placesOf(files, "1.0.0"))).what).toContain('"Cargo.lock", line 1');
  });

  it("hostile members and paths lead nowhere", async () => {
    const files = {
      "Cargo.toml":
        "[workspace]\nmembers = ['../../etc', '/etc', '..', 'a\\u0000']\n[package]\nname = 'x'\nversion = '1.0.0'\n[dependencies]\ny = { path = '../../../y', version = '9' }\n__proto__ = { path = 'z', version = '9' }\n",
    };
    expect(await placesOf(files, "1.0.0")).toEqual(["Cargo.toml:5 1.0.0 manifest"]);
  });

  it("bytes that are no UTF-8 hide nothing", async () => {
    const bytes = Uint8Array.from(Buffer.from("Gr\xfc\xdfe\ntool 1.0.0\n", "latin1"));
    const place = { file: "LIESMICH", pattern: "tool {version}", role: "document" } as const;
    expect(await placesOf({ LIESMICH: bytes }, "1.0.0", { settings: versionSettings(place) })).toEqual([
      "LIESMICH:2 1.0.0 document",
    ]);
  });
});

describe("the table", () => {
  it("is one bounded line for each place, whatever the tree holds", async () => {
    const value = `1.0.0\\u001b[31m\\n${"9".repeat(500)}`;
    const found = await agreement(
      memoryTree({ "package.json": `{"name": "a\\u001b]0;x\\u0007", "version": "${value}"}` }),
      parseVersion("1.0.0"),
      {
        settings: versionSettings(),
      },
    );
    const table = agreementTable(found);
    expect(table).toHaveLength(2);
    expect(table[1]).toMatch(/^[\x20-\x7e…]{1,250}$/);
  });

  it("takes build metadata for no difference where a registry has dropped it", async () => {
    expect(await placesOf({ VERSION: "1.0.0" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0 manifest"]);
    expect(await placesOf({ VERSION: "1.0.0+b.5" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0+b.5 manifest"]);
    expect(await placesOf({ VERSION: "1.0.0+b.4" }, "1.0.0+b.5")).toEqual(["VERSION:1 1.0.0+b.4 manifest !"]);
  });
});
