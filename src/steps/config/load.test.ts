import { describe, expect, it } from "vitest";
import { ReleaseError } from "../../domain/errors/index.ts";
import { kinds } from "../../../test/kinds.ts";
import { loadConfig } from "./load.ts";
import { configSchema } from "./schema.ts";

const schema = configSchema(kinds);

function load(text: string | Uint8Array) {
  return loadConfig(schema, typeof text === "string" ? new TextEncoder().encode(text) : text, "r.yaml");
}

function refused(text: string | Uint8Array): ReleaseError {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ReleaseError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const everything = `
name: yq
summary: Portable processor
description: |
  One.

  Two.
homepage: https://yq.dev
repository: https://github.com/mikefarah/yq
license: MIT
maintainer: Jane Doe <jane@yq.dev>
version: { scheme: calendar, tag-prefix: app/v, strict: true, places: [{ file: a.md, pattern: "x {version}" }] }
source: { strict: true, branch: main, overlay: { Cargo.lock: release/Cargo.lock } }
builds:
  - builder: cargo
    package: yq
    id: one
    targets: &targets [x86_64-linux, aarch64-apple-darwin, linux/arm64]
    binaries: [yq]
    grant: [GOFLAGS]
    environment: { CGO_ENABLED: "0" }
    smoke: { arguments: [version], version: false, timeout: 1m }
    size: { min: 1kB, max: 50MiB }
    glibc: "2.31"
  - builder: go
    targets: *targets
    smoke: false
documents: { files: [README*], man: [doc/x.1], completions: { command: [completion, "{shell}"] } }
packages: { tar.gz: true, zip: false, deb: { revision: "1" } }
sign: { key: env:KEY, fingerprint: 0123 4567 89ab cdef 0123 4567 89AB CDEF 0123 4567 }
channels: [{ channel: folder, path: ../public }]
`;

describe("a configuration", () => {
  it("is read whole, in the units that the program counts in", () => {
    const config = load(everything);
    expect(config).toMatchObject({
      name: "yq",
      description: "One.\n\nTwo.",
      version: { scheme: "calendar", "tag-prefix": "app/v", places: [{ file: "a.md", pattern: "x {version}" }] },
      packages: {
        "tar.gz": true,
        zip: false,
        deb: { values: { revision: "1", section: "utils" }, written: ["revision"] },
      },
      sign: {
        with: "openpgp",
        key: { from: "environment", name: "KEY" },
        fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
      },
      channels: [{ channel: "folder", section: { path: "../public" } }],
    });
    expect(config.builds?.[0]).toMatchObject({
      builder: "cargo",
      id: "one",
      smoke: { arguments: ["version"], version: false, timeout: 60 },
      size: { min: 1000, max: 52_428_800 },
      section: { values: { package: "yq", features: [] } },
    });
    expect(config.builds?.map((build) => build.targets?.map(({ id }) => id))).toEqual([
      ["x86_64-linux", "aarch64-darwin", "aarch64-linux"],
      ["x86_64-linux", "aarch64-darwin", "aarch64-linux"],
    ]);
    expect(config.builds?.[1]).toMatchObject({ smoke: false, section: { values: { main: "." } } });
  });

  it.each(["", "# only a comment\n", "---\n", "\ufeffname: yq\n", "{}", "name: yq\r\nlicense: MIT\r\n"])(
    "may be %j",
    (text) => expect(load(text).channels).toEqual([]),
  );

  it.each([
    ["sign: none", { with: "none", said: true }],
    [
      "sign: { gpg: 0123456789abcdef0123456789abcdef01234567 }",
      { with: "gpg", fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567" },
    ],
    ["sign: { key: file:/k.asc }", { with: "openpgp", key: { from: "file", path: "/k.asc" } }],
  ])("says how it is signed: %s", (text, signing) => expect(load(text).sign).toEqual(signing));
});

describe("a wrong key", () => {
  it("is named with its place, its line, and the nearest right one", () => {
    const error = refused("name: yq\nbuilds:\n  - builder: cargo\n    taget: [x86_64-linux]\n");
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.what).toBe('r.yaml:4:5: There is no key "taget" in builds[0].');
    expect(error.next).toMatch(/^Did you mean targets\? Known here: builder, package, features, id, targets, /);
    expect(error.details).toEqual(["    4 |     taget: [x86_64-linux]", "      |     ^^^^^"]);
  });

  it("is reported with every other problem of the file, in its order", () => {
    const error = refused(`nmae: x
builds:
  - builder: crago
  - builder: cargo
    sise: { min: 1 }
    size: { min: 10 apples, max: 1GB, mx: 1 }
    targets: [x86_64-linux, sparc-linux]
  - main: .
license: 1.0
packages: { debb: true, zip: { level: 10 } }
zzz: 1
`);
    expect(error.what).toMatch(/^r.yaml:1:1: .* \(and 10 more\)$/);
    const places = error.details.filter((line) => line.startsWith("r.yaml:"));
    expect(places).toEqual([
      'r.yaml:1:1: There is no key "nmae".',
      'r.yaml:3:14: builds[0].builder is "crago", which is not known.',
      'r.yaml:5:5: There is no key "sise" in builds[1].',
      'r.yaml:6:18: builds[1].size.min: "10 apples" is not a size.',
      'r.yaml:6:39: There is no key "mx" in builds[1].size.',
      'r.yaml:7:29: builds[1].targets[1]: "sparc-linux" is not a target.',
      "r.yaml:8:5: builds[2] lacks the key builder.",
      "r.yaml:9:10: license must be text, but 1.0 without quotes is not.",
      'r.yaml:10:13: There is no key "debb" in packages.',
      "r.yaml:10:39: packages.zip.level: Invalid value: Expected <=9 but received 10.",
      'r.yaml:11:1: There is no key "zzz".',
    ]);
    const text = error.details.join("\n");
    expect(text).toContain("Did you mean cargo? Allowed: cargo, go, node, command.");
    expect(text).toContain('Put it in quotes: "1.0".');
    expect(text).toContain("Did you mean deb?");
  });

  it.each(["__proto__", "constructor", "toString", "<<"])("is %s like any other", (key) => {
    expect(refused(`${key}: { x: 1 }\n`).what).toContain(`There is no key "${key}"`);
    expect(refused(`builds: [{ builder: go, ${key}: 1 }]\n`).what).toContain(`There is no key "${key}"`);
  });

  it("is found where a map takes any names", () =>
    expect(refused("source: { overlay: { constructor: x } }").what).toContain('There is no key "constructor"'));

  it("does not hide behind twenty-five others", () => {
    const error = refused(Array.from({ length: 60 }, (_, index) => `key${index}: 1`).join("\n"));
    expect(error.what).toContain("(and 59 more)");
    expect(error.details.at(-1)).toBe("… and 35 more");
  });
});

describe("a wrong value", () => {
  it.each([
    ["name:", "name must be text, but is empty."],
    ["name: [x]", "name must be text, but is a list."],
    ["name: My_Tool", '"My_Tool" is not a name for a project; "my-tool" would be one.'],
    ["builds: cargo", 'builds must be a list, but is "cargo".'],
    ["builds: []", "builds is empty."],
    ["builds: [cargo]", 'builds[0] must be a section of keys, but is "cargo".'],
    ["builds: [[]]", "builds[0] must be a section of keys, but is a list."],
    ["documents: [README]", "documents must be a section of keys, but is a list."],
    ["- name", "The configuration must be a section of keys, but is a list."],
    ["just text", 'The configuration must be a section of keys, but is "just text".'],
    ["builds: [{ builder: cargo, glibc: 2.30 }]", "builds[0].glibc must be text, but 2.30 without quotes is not."],
    ["builds: [{ builder: cargo, targets: [] }]", "targets is empty."],
    ["builds: [{ builder: cargo, targets: [linux/amd64, x86_64-linux] }]", "A target stands twice."],
    ["builds: [{ builder: cargo, binaries: [rg, RG] }]", "A program stands twice."],
    ["builds: [{ builder: cargo, size: { min: 2MB, max: 1MB } }]", "builds[0].size: min is greater than max."],
    [
      "builds: [{ builder: cargo, smoke: true }]",
      "builds[0].smoke must be false, or a section of keys, but is the boolean true.",
    ],
    ["builds: [{ builder: cargo, smoke: { timeout: 10x } }]", 'builds[0].smoke.timeout: "10x" is not a duration.'],
    ["builds: [{ builder: cargo, smoke: { tmeout: 10 } }]", 'There is no key "tmeout" in builds[0].smoke.'],
    [
      "builds: [{ builder: cargo, environment: { A: 0 } }]",
      "builds[0].environment.A must be text, but 0 without quotes is not.",
    ],
    ["builds: [{ builder: cargo, environment: { A-B: x } }]", '"A-B" is not the name of a variable.'],
    ["builds: [{ builder: command }]", "builds[0] lacks the key run."],
    ["packages: { deb: yes }", 'packages.deb must be true or false, or a section of keys, but is "yes".'],
    ["packages: { deb: { section: util } }", 'packages.deb.section is "util", which is not known.'],
    ["sign: nothing", 'sign is "nothing", which is not known.'],
    ["sign: {}", "sign takes either key"],
    ["sign: { key: env:A, gpg: 0123456789abcdef0123456789abcdef01234567 }", "sign takes either key"],
    ["documents: { completions: { bash: a, command: ['{shell}'] } }", "either files or a command"],
    ["documents: { completions: { command: [completion] } }", "No argument holds {shell}."],
    ["version: { scheme: semvr }", 'version.scheme is "semvr", which is not known.'],
    ["version: { places: [{ file: a, pattern: x }] }", '"x" is not one line with {version} in it once.'],
    ["source: { branch: --upload-pack=x }", '"--upload-pack=x" is not the name of a branch.'],
    ["channels: [{ channel: folder }]", "channels[0] lacks the key path."],
  ])("%s", (text, what) => {
    const error = refused(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.what).toContain(what);
    expect(error.next).not.toBe("");
  });

  it.each([
    ["documents: { files: [../../etc/passwd] }", "CONFIG_PATH_ESCAPES"],
    ["documents: { man: [/usr/share/man/x.1] }", "CONFIG_PATH_ESCAPES"],
    ["documents: { completions: { bash: ../x } }", "CONFIG_PATH_ESCAPES"],
    ["source: { overlay: { ../x: y } }", "CONFIG_PATH_ESCAPES"],
    ["source: { overlay: { x: ../y } }", "CONFIG_PATH_ESCAPES"],
    ["version: { places: [{ file: ../x, pattern: '{version}' }] }", "CONFIG_PATH_ESCAPES"],
    ["homepage: https://artifacts.example.com", "CONFIG_URL_RESERVED"],
    ["repository: https://git.invalid/x", "CONFIG_URL_RESERVED"],
    ["homepage: http://localhost", "CONFIG_URL_RESERVED"],
    ["homepage: https://x.org/PLACEHOLDER", "CONFIG_URL_RESERVED"],
    ["homepage: https://u:hunter2@x.org", "CONFIG_URL_CREDENTIALS"],
    ["builds: [{ builder: command, run: [curl, 'https://u:hunter2@x.org/y'] }]", "CONFIG_URL_CREDENTIALS"],
  ])("%s has its own code", (text, code) => {
    const error = refused(text);
    expect(error.code).toBe(code);
    expect(`${error.message}${error.next}${error.details.join("")}`).not.toContain("hunter2");
  });

  it("keeps the common code of several problems, and falls back where they differ", () => {
    expect(refused("homepage: https://a.invalid\nrepository: https://b.test").code).toBe("CONFIG_URL_RESERVED");
    expect(refused("homepage: https://a.invalid\nnam: x").code).toBe("CONFIG_INVALID");
  });
});

describe("text that does not belong into a configuration", () => {
  it.each([
    ["summary: ${{ secrets.TOKEN }}", "expression of a CI system"],
    [
      "builds: [{ builder: go, environment: { T: '${{ secrets.X }}' } }]",
      "builds[0].environment.T holds an expression",
    ],
    [String.raw`summary: "a\e[31mb"`, "not visible"],
    [String.raw`summary: "a\u202eb"`, "not visible"],
    [String.raw`summary: "a\0b"`, "not visible"],
    [String.raw`summary: "\ud800"`, "half of a character"],
    ["summary: a\u0007b", "not visible"],
    ["summary: |\n  a\n  b", "is not one line"],
  ])("is refused: %s", (text, what) => expect(refused(text).what).toContain(what));

  it.each([
    [
      "sign:\n  key: |\n    -----BEGIN PGP PRIVATE KEY BLOCK-----\n    lQdGBGVxyz0123456789abcdefghijklmnopqrstuv",
      "lQdGBGVxyz",
    ],
    ["builds: [{ builder: go, environment: { T: ghp_0123456789abcdefghijABCDEFGHIJ012345 } }]", "ghp_0123456789"],
    ["sign: { key: MYSECRETPASSWORD }", "MYSECRETPASSWORDx"],
  ])("is not repeated when it is a secret", (text, secret) => {
    const error = refused(text);
    expect(`${error.message}${error.next}${error.details.join("\n")}`).not.toContain(secret);
  });

  it("may stand in a description with line breaks and tabs", () =>
    expect(load("description: |\n  a\tb\n  ünï 🎉\n").description).toBe("a\tb\nünï 🎉"));
});

describe("a file that is not YAML", () => {
  it.each([
    ["name: yq\nname: fd\n", "r.yaml:2:1", "stands twice"],
    ["builds:\n\t- builder: go\n", "r.yaml:2:1", "Tabs"],
    ["name: !!js/function x\n", "r.yaml:1:7", "Unresolved tag"],
    ["name: !secret x\n", "r.yaml:1:7", "Unresolved tag"],
    ["name: !!binary aGVsbG8=\n", "r.yaml:1:16", "not known here"],
    ["name: @scope/x\n", "r.yaml:1:7", "reserved character @"],
    ["name: *name\n", "r.yaml:1:7", "*name refers to nothing"],
    ["name: yq\n---\nname: fd\n", "r.yaml:2:1", "A second document"],
    ["? [a, b]\n: c\n", "r.yaml:1:3", "The key is not text"],
    ["%YAML 1.1\n---\nname: yes\n", "r.yaml:1:1", "YAML 1.1 is not read"],
    ["name: 'yq\n", "r.yaml:2:1", "Missing closing"],
    ["a: &a [*a]\n", "r.yaml:1:8", "more than 40 levels"],
  ])("%j", (text, place, what) => {
    const error = refused(text);
    expect(error.code).toBe("CONFIG_SYNTAX");
    expect(error.what).toContain(`${place}: `);
    expect(error.what).toContain(what);
    expect(error.next).not.toBe("");
    expect(error.details).not.toEqual([]);
  });

  it("is refused when its bytes are no text", () => {
    expect(refused(Uint8Array.of(0x6e, 0xff, 0xfe)).what).toBe("r.yaml is not UTF-8 text.");
  });

  it.each([
    ["too many bytes", `# ${"x".repeat(1024 * 1024)}`, "CONFIG_TOO_LARGE"],
    [
      "an alias bomb",
      `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join("\n")}`,
      "CONFIG_TOO_LARGE",
    ],
    ["21000 keys", Array.from({ length: 21_000 }, (_, i) => `k${i}: 1`).join("\n"), "CONFIG_TOO_LARGE"],
    ["deep brackets", "[".repeat(50_000), "CONFIG_SYNTAX"],
    ["deep dashes", "- ".repeat(50_000), "CONFIG_SYNTAX"],
  ])("is refused with bounded work: %s", (_, text, code) => expect(refused(text).code).toBe(code));
});
