import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { kinds } from "../../../test/kinds.ts";
import type { Detected } from "../../engines/detect/detected.ts";
import { parseLine } from "../../engines/values/names.ts";
import { withIgnoreLines } from "./ignore-lines.ts";
import { loadConfig } from "./load.ts";
import { configSchema } from "./schema.ts";
import { type Starter, starterText } from "./starter.ts";
import { tagPrefixOf } from "./tag-prefix.ts";

const detected: Detected = {
  ecosystem: "cargo",
  manifest: "Cargo.toml",
  license: "MIT",
  builds: [{ builder: "cargo", section: { package: "fd-find" }, binaries: ["fd"] }],
  documents: { files: [], man: [], completions: { files: {} } },
  notes: [],
};
const plain: Starter = {
  name: "fd",
  detected,
  found: {},
  missing: [],
  placeholders: [],
  targets: ["x86_64-linux-gnu"],
};

describe("the first configuration", () => {
  it("has at most fifteen lines for a plain program, and teaches", () => {
    const text = starterText({
      ...plain,
      found: { maintainer: { value: "Jane <j@fd.dev>", from: "the author of the last commit" } },
      missing: [
        { package: "deb", fields: ["summary"] },
        { package: "formula", fields: ["summary"] },
        { package: "formula", fields: ["repository", "homepage"] },
      ],
    });
    expect(text).toBe(`# What ggen-release makes of a tag. Every key: ggen-release schema. Correct? ggen-release check
# Known from Cargo.toml: license. A line here goes before it.

name: fd # made by the package "fd-find"
maintainer: Jane <j@fd.dev> # the author of the last commit
builds:
  - builder: cargo
    package: fd-find
    targets: [x86_64-linux-gnu]
    binaries: [fd]

# summary: What the program does, in one line   # fill in: deb and formula cannot do without
# repository: https://…   # fill in: formula cannot do without
# Every package that is possible is made. Leave one out: packages: { deb: false }
`);
  });

  it("says what the tags and an unversioned manifest mean", () => {
    const text = starterText({ ...plain, tagPrefix: "", placeholders: ["**/Cargo.toml", "Cargo.lock"] });
    expect(text).toContain(
      'version:\n  tag-prefix: ""\n  places: [{file: "**/Cargo.toml", role: placeholder}, {file: Cargo.lock, role: placeholder}]\n',
    );
  });

  it("names the manual pages and completions that are shipped unasked, whatever they are called", () => {
    const documents = {
      files: ["README.md"],
      man: ["doc/age.1", "a\nname: evil\n.1"],
      completions: { files: { bash: "gen/age.bash" } },
    };
    const text = starterText({
      ...plain,
      detected: { ...detected, documents, completionCommand: ["completion", "{shell}"] },
    });
    expect(text).toMatch(/^# Shipped as well: doc\/age\.1, "a\\nname: evil\\n\.1", gen\/age\.bash\. Others: /m);
    expect(text).not.toContain("command:");
    expect(loadConfig(configSchema(kinds), new TextEncoder().encode(text)).name).toBe("fd");
  });

  it("proposes the command that may print completions, and what it proposes is understood", () => {
    const text = starterText({ ...plain, detected: { ...detected, completionCommand: ["completion", "{shell}"] } });
    const taken = text.replace(/^# (documents: .*)$/m, "$1");
    expect(taken).not.toBe(text);
    expect(loadConfig(configSchema(kinds), new TextEncoder().encode(taken)).documents?.completions).toEqual({
      command: ["completion", "{shell}"],
    });
  });

  it("shows how to name a command where nothing is known", () => {
    const text = starterText({ ...plain, detected: { ...detected, builds: [] } });
    expect(text).toContain("#   - builder: command");
    expect(loadConfig(configSchema(kinds), new TextEncoder().encode(text)).builds).toBeUndefined();
  });

  const hostile = [
    "yes",
    "1e3",
    "a: b",
    "*a",
    "!!js x",
    "@x",
    "- x",
    "#x",
    "null",
    "2026-11-21",
    "0o17",
    "'",
    '"',
    "{x",
    "%x",
    "~",
    "a #b",
    "\\",
    "=",
    "<<",
    "𝔘",
  ];
  it.each(hostile)("gives %j back as it was", (summary) => {
    const text = starterText({ ...plain, found: { summary: { value: summary, from: "here" } } });
    expect(loadConfig(configSchema(kinds), new TextEncoder().encode(text)).summary).toBe(summary);
    expect(parse(text, { version: "1.1" })).toMatchObject({ summary });
  });

  it("gives any line back as it was, to readers of YAML 1.2 and 1.1 alike", () => {
    const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }).filter((text) => {
      try {
        return parseLine(text) === text && !text.includes("${{");
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(line, (summary) => {
        const text = starterText({ ...plain, found: { summary: { value: summary, from: "here" } } });
        expect(loadConfig(configSchema(kinds), new TextEncoder().encode(text)).summary).toBe(summary);
        expect((parse(text, { version: "1.1" }) as { summary: unknown }).summary).toBe(summary);
      }),
    );
  });
});

describe(".gitignore", () => {
  it.each([
    ["", "/.ggen-release/\n/releases/\n", 2],
    ["target\n", "target\n/.ggen-release/\n/releases/\n", 2],
    ["target", "target\n/.ggen-release/\n/releases/\n", 2],
    ["a\r\nb\r\n", "a\r\nb\r\n/.ggen-release/\r\n/releases/\r\n", 2],
    ["releases\n", "releases\n/.ggen-release/\n", 1],
    ["/releases/**\n.ggen-release/*\n", "/releases/**\n.ggen-release/*\n", 0],
  ])("%j", (before, after, added) => {
    const change = withIgnoreLines(before);
    expect(change.text).toBe(after);
    expect(change.added).toHaveLength(added);
    expect(withIgnoreLines(change.text)).toEqual({ text: after, added: [] });
  });
});

describe("the prefix of tags", () => {
  it.each([
    [[], undefined],
    [["v1.0.0", "v1.1.0"], undefined],
    [["1.0.0", "1.1.0-rc.1", "latest"], ""],
    [["app/v1.0.0", "app/v1.1.0", "lib/v1.0.0"], "app/v"],
    [["core-1.0.0", "core-1.1.0", "1.0.0"], ""],
    [["$(id)1.0.0", "nightly", "2026-01-01"], undefined],
  ])("of %j is %j", (tags, prefix) => expect(tagPrefixOf(tags)).toBe(prefix));
});
