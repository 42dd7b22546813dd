/** Edits change the characters of versions and nothing else, and an edited tree agrees. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { VersionPlace } from "../../domain/version-settings.ts";
import { parseVersion } from "../../domain/version.ts";
import { type AgreementOptions, agreement, disagreements } from "./agreement.ts";
import { setVersion, type VersionChange } from "./set.ts";

const optionsWith = (...places: readonly VersionPlace[]): AgreementOptions => ({
  settings: { scheme: "semver", tagPrefix: "v", places, strict: false },
});
const options = optionsWith();

type Files = Readonly<Record<string, string>>;

async function set(files: Files, version: string, given = options): Promise<VersionChange> {
  return setVersion(memoryTree(files), parseVersion(version), given);
}

async function edited(files: Files, version: string, given = options): Promise<Files> {
  const { edits } = await set(files, version, given);
  // Not `decode` with its defaults, which would hide a lost byte order mark.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return { ...files, ...Object.fromEntries(edits.map(({ file, after }) => [file, decoder.decode(after)])) };
}

describe("an edited file", () => {
  // The place itself stands between guillemets.
  it.each([
    [
      "comments, quotes and alignment",
      "Cargo.toml",
      `# version = "1.0.0"\n[package]\nname    = "x"\nversion = '«1.0.0»'  # 1.0.0\n\n`,
    ],
    ["CRLF", "Cargo.toml", '[package]\r\nname = "x"\r\nversion = "«1.0.0»"\r\n'],
    ["no final newline", "Cargo.toml", '[package]\nname = "x"\nversion = "«1.0.0»"'],
    ["a byte order mark", "package.json", '\ufeff{\r\n\t"name" : "x",\r\n\t"version":   "«1.0.0»"\r\n}'],
    ["dotted keys", "Cargo.toml", 'package.name = "x"\npackage.version = "«1.0.0»"\n'],
    ["an inline table", "Cargo.toml", 'package = { name = "x", version = "«1.0.0»" } # {"1.0.0"}\n'],
    ["a multi-line string", "Cargo.toml", '[package]\nname = "x"\nversion = """«1.0.0»"""\n'],
    ["characters beyond ASCII before it", "package.json", '{"description": "😀 ä 1.0.0", "version": "«1.0.0»"}'],
    [
      "the same key elsewhere",
      "package.json",
      '{"config": {"version": "1.0.0"}, "version": "«1.0.0»", "x": {"version": "1.0.0"}}',
    ],
    ["a version file's v and comment", "VERSION", "# 1.0.0\nv«1.0.0»\r\n"],
    ["an assignment", "VERSION.txt", 'VERSION = "«1.0.0»"\n'],
  ])("keeps %s", async (_, file, marked) => {
    const before = { [file]: marked.replace(/[«»]/g, "") };
    expect((await edited(before, "1.1.0-rc.1"))[file]).toBe(marked.replace("«1.0.0»", "1.1.0-rc.1"));
  });

  it("keeps bytes that are no UTF-8", async () => {
    const bytes = Uint8Array.from(Buffer.from("Gr\xfc\xdfe von tool 1.0.0\n", "latin1"));
    const { edits } = await setVersion(
      memoryTree({ LIESMICH: bytes }),
      parseVersion("1.1.0"),
      optionsWith({ file: "LIESMICH", pattern: "tool {version}", role: "document" }),
    );
    expect(Buffer.from(edits[0]?.after ?? []).toString("latin1")).toBe("Gr\xfc\xdfe von tool 1.1.0\n");
  });
});

describe("a workspace", () => {
  const workspace: Files = {
    "Cargo.toml":
      '[workspace]\nmembers = ["a", "b", "own"]\n[workspace.package]\nversion = "1.0.0"\n[workspace.dependencies]\na = { path = "a", version = "1.0" }\nb = { path = "b", version = "=1.0.0" }\nserde = "1.0.0"\n',
    "a/Cargo.toml":
      '[package]\nname = "a"\nversion.workspace = true\n[[bin]]\nname = "a"\n[dependencies]\nb.workspace = true\nserde = "1.0.0"\n',
    "b/Cargo.toml":
      '[package]\nname = "b"\nversion = "1.0.0"\n[target.\'cfg(unix)\'.dependencies.own]\npath = "../own"\nversion = "0.3.0"\n',
    "own/Cargo.toml": '[package]\nname = "own"\nversion = "0.3.0"\n',
    "Cargo.lock":
      '# @generated\nversion = 4\n\n[[package]]\nname = "a"\nversion = "1.0.0"\ndependencies = [\n "b 1.0.0",\n "b 0.9.0 (registry+https://x)",\n "serde",\n]\n\n[[package]]\nname = "b"\nversion = "0.9.0"\nsource = "registry+https://x"\n\n[[package]]\nname = "b"\nversion = "1.0.0"\n\n[[package]]\nname = "own"\nversion = "0.3.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.0"\nsource = "registry+https://x"\n',
    VERSION: "1.0.0",
    "CHANGELOG.md": "## 1.0.0\n",
    "debian/changelog": "a (1.0.0-1) unstable; urgency=low\n",
    "Formula/a.rb": 'class A < Formula\n  url "https://x.org/a-1.0.0.tar.gz"\n  sha256 "00"\nend\n',
  };

  it("is set as a whole: inherited, literal, locked and required versions, and nobody else's", async () => {
    const after = await edited(workspace, "2.0.0");
    expect(after["Cargo.toml"]).toBe(
      (workspace["Cargo.toml"] ?? "")
        .replace('package]\nversion = "1.0.0"', 'package]\nversion = "2.0.0"')
        .replace('"1.0"', '"2.0"')
        .replace('"=1.0.0"', '"=2.0.0"'),
    );
    expect(after["a/Cargo.toml"]).toBe(workspace["a/Cargo.toml"]);
    expect(after["b/Cargo.toml"]).toBe((workspace["b/Cargo.toml"] ?? "").replace('"1.0.0"', '"2.0.0"'));
    expect(after["own/Cargo.toml"]).toBe(workspace["own/Cargo.toml"]);
    expect(after["Cargo.lock"]).toBe(
      (workspace["Cargo.lock"] ?? "")
        .replace('name = "a"\nversion = "1.0.0"', 'name = "a"\nversion = "2.0.0"')
        .replace('name = "b"\nversion = "1.0.0"', 'name = "b"\nversion = "2.0.0"')
        .replace('"b 1.0.0"', '"b 2.0.0"'),
    );
    expect(after["VERSION"]).toBe("2.0.0");
  });

  it("keeps a requirement that still admits the version", async () => {
    const after = await edited(workspace, "1.2.0");
    expect(after["Cargo.toml"]).toContain('a = { path = "a", version = "1.0" }');
    expect(after["Cargo.toml"]).toContain('b = { path = "b", version = "=1.2.0" }');
  });

  it("agrees afterwards, but for what a person writes, which is named with what to do", async () => {
    const { left } = await set(workspace, "2.0.0");
    expect(left.map(({ file, line, toDo }) => `${file}:${line} ${toDo}`)).toEqual([
      "Formula/a.rb:2 take the formula that the release of 2.0.0 writes, with its sums",
      "debian/changelog:1 add the entry for 2.0.0-1 (dch --newversion 2.0.0-1)",
      "CHANGELOG.md:1 write the section for 2.0.0",
    ]);
    const after = await edited(workspace, "2.0.0");
    const places = await agreement(memoryTree(after), parseVersion("2.0.0"), options);
    expect(disagreements(places, false).failing).toEqual([]);
    expect(after["CHANGELOG.md"]).toBe(workspace["CHANGELOG.md"]);
    expect(after["Formula/a.rb"]).toBe(workspace["Formula/a.rb"]);
  });

  it("that agrees is not edited at all", async () => {
    expect(await set(workspace, "1.0.0")).toMatchObject({ edits: [], left: [] });
  });

  it("is set to any version and back again, byte for byte", async () => {
    const number = fc.nat({ max: 30 });
    const version = fc
      .tuple(fc.integer({ min: 1, max: 30 }), number, number, fc.constantFrom("", "-rc.1", "-alpha.2+b.5"))
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
    const exact = { ...workspace, "Cargo.toml": (workspace["Cargo.toml"] ?? "").replace('"1.0"', '"=1.0.0"') };
    await fc.assert(
      fc.asyncProperty(version, async (text) => {
        const there = await edited(exact, text);
        const places = await agreement(memoryTree(there), parseVersion(text), options);
        expect(disagreements(places, false).failing).toEqual([]);
        expect(await edited(there, "1.0.0")).toEqual(exact);
      }),
      { numRuns: 60 },
    );
  });
});

it("a lock file's entries of two packages with one name are told apart by their versions", async () => {
  const crate = (version: string): string => `[package]\nname = "a"\nversion = "${version}"\n`;
  const lock = (version: string): string =>
    `[[package]]\nname = "a"\nversion = "0.1.0"\n\n[[package]]\nname = "a"\nversion = "${version}"\ndependencies = ["a 0.1.0"]\n`;
  const files = { "Cargo.toml": crate("1.0.0"), "other/Cargo.toml": crate("0.1.0"), "Cargo.lock": lock("1.0.0") };
  expect(await edited(files, "1.1.0")).toEqual({ ...files, "Cargo.toml": crate("1.1.0"), "Cargo.lock": lock("1.1.0") });
  // Also where the lock file was left behind.
  const behind = { ...files, "Cargo.lock": lock("0.9.0") };
  expect(await edited(behind, "1.1.0")).toEqual({
    ...files,
    "Cargo.toml": crate("1.1.0"),
    "Cargo.lock": lock("1.1.0"),
  });
});

describe("npm", () => {
  it("sets members, pins on them and both copies in the lock file", async () => {
    const files: Files = {
      "package.json":
        '{\n  "name": "t",\n  "version": "1.0.0",\n  "workspaces": ["npm/*"],\n  "optionalDependencies": {\n    "@t/linux": "1.0.0",\n    "left": "1.0.0"\n  }\n}\n',
      "npm/linux/package.json": '{ "name": "@t/linux", "version": "1.0.0" }\n',
      "package-lock.json": `${JSON.stringify(
        {
          name: "t",
          version: "1.0.0",
          lockfileVersion: 3,
          packages: {
            "": { name: "t", version: "1.0.0", optionalDependencies: { "@t/linux": "1.0.0", left: "1.0.0" } },
            "node_modules/left": { version: "1.0.0" },
            "npm/linux": { name: "@t/linux", version: "1.0.0" },
          },
        },
        null,
        2,
      )}\n`,
    };
    const after = await edited(files, "1.0.1");
    expect(
      Object.fromEntries(Object.entries(after).map(([file, text]) => [file, text.replaceAll("1.0.1", "1.0.0")])),
    ).toEqual(files);
    expect(JSON.parse(after["package.json"] ?? "")).toMatchObject({
      version: "1.0.1",
      optionalDependencies: { "@t/linux": "1.0.1", left: "1.0.0" },
    });
    expect(JSON.parse(after["package-lock.json"] ?? "")).toMatchObject({
      version: "1.0.1",
      packages: {
        "": { version: "1.0.1", optionalDependencies: { "@t/linux": "1.0.1", left: "1.0.0" } },
        "node_modules/left": { version: "1.0.0" },
        "npm/linux": { version: "1.0.1" },
      },
    });
  });
});

describe("places of the configuration", () => {
  it("are set by their pattern, packaging and documents too", async () => {
    const files = { "Chart.yaml": "version: 0.9.0\nappVersion: 0.9.0\n", "README.md": "tool 0.8.0\ntool 0.9.0.\n" };
    const given = optionsWith(
      { file: "Chart.yaml", pattern: "appVersion: {version}", role: "packaging" },
      { file: "README.md", pattern: "tool {version}", role: "document" },
    );
    expect(await edited(files, "1.0.0", given)).toEqual({
      "Chart.yaml": "version: 0.9.0\nappVersion: 1.0.0\n",
      "README.md": "tool 1.0.0\ntool 1.0.0.\n",
    });
  });

  it("that are placeholders stay", async () => {
    const given = optionsWith({ file: "VERSION", pattern: "{version}", role: "placeholder" });
    expect(await set({ VERSION: "0.9.0" }, "1.0.0", given)).toMatchObject({ edits: [], left: [] });
  });
});

it("fails before anything is edited when one place cannot be read", async () => {
  const files = { VERSION: "1.0.0", "package.json": '{"version": ' };
  await expect(set(files, "2.0.0")).rejects.toSatisfy(
    (error) => isReleaseError(error) && error.code === "VERSION_PLACE_UNREADABLE",
  );
});
