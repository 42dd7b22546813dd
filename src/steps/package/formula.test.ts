import { safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { sampleBuild, sampleProject } from "../../../test/sample-package.ts";
import type { Project } from "../../domain/project.ts";
import { parseVersion } from "../../domain/version.ts";
import { formula } from "./formula.ts";
import { tellsVersion } from "./formula-address.ts";

const packages = { "tar.gz": { "wrap-in-folder": true } };
const section = { "depends-on": [], livecheck: true };
const project = (changes: Partial<Project> = {}): Project => sampleProject({ packages, ...changes });
const about = sampleProject().about;

describe("the plan of a formula", () => {
  it("is one file called like the project, made of the archives that Homebrew's machines run", () => {
    const builds = [
      sampleBuild(["x86_64-linux-gnu", "x86_64-linux", "armv7-linux", "aarch64-darwin", "x86_64-windows"]),
    ];
    expect(formula.plan(project({ builds }), section)).toEqual([
      {
        id: "formula",
        kind: "formula",
        format: "formula",
        file: "tool.rb",
        from: ["tar.gz:x86_64-linux", "tar.gz:aarch64-darwin"],
      },
    ]);
  });

  it("takes glibc before musl, and a binary for the machine before a universal one", () => {
    const builds = [sampleBuild(["x86_64-linux-musl", "universal-darwin", "x86_64-linux-gnu", "aarch64-darwin"])];
    expect(formula.plan(project({ builds }), section)[0]?.from).toEqual([
      "tar.gz:universal-darwin",
      "tar.gz:x86_64-linux-gnu",
      "tar.gz:aarch64-darwin",
    ]);
  });

  it("makes none for a pre-release", () => {
    const version = parseVersion("1.2.3-rc.1");
    expect(formula.defaults(project({ version, tag: "v1.2.3-rc.1" }))).toBeNull();
    expect(formula.plan(project({ version, tag: "v1.2.3-rc.1" }), section)).toEqual([]);
  });

  it("is made unasked where the repository tells where releases lie", () => {
    expect(formula.defaults(project())).toEqual(section);
    expect(formula.absence?.(project())).toBeUndefined();
  });

  it.each<[string, Partial<Project>, string]>([
    ["no repository", { about: { summary: "Program" } }, "repository does, or packages.formula.url"],
    [
      "a homepage alone",
      { about: { summary: "Program", homepage: "https://a.dev" } },
      "repository does, or packages.formula.url",
    ],
    [
      "a forge that keeps releases elsewhere",
      { about: { ...about, repository: "https://gitlab.com/a/b" } },
      "repository",
    ],
    ["a repository that is reached by ssh", { about: { ...about, repository: "ssh://git@host/a/b" } }, "repository"],
    ["no summary", { about: { repository: "https://github.com/a/b" } }, "summary"],
    ["a summary that is too long", { about: { ...about, summary: "word ".repeat(30) } }, "characters"],
    ["a name that no class can have", { name: "7zip" }, "7zip"],
    ["nothing for macOS or Linux", { builds: [sampleBuild(["x86_64-windows"])] }, "macOS or Linux"],
  ])("is not made unasked for %s, and says so", (_, changes, reason) => {
    expect(formula.defaults(project(changes))).toBeNull();
    expect(formula.absence?.(project(changes))).toContain(reason);
  });

  it.each<[string, Partial<Project>, object, string]>([
    ["a summary that is too long", { about: { ...about, summary: "x".repeat(90) } }, {}, "FORMULA_FIELD_INVALID"],
    ["no summary", { about: { repository: "https://github.com/a/b" } }, {}, "PROJECT_FIELD_MISSING"],
    [
      "no address of the archives",
      { about: { summary: "Program", homepage: "https://a.dev" } },
      {},
      "PROJECT_FIELD_MISSING",
    ],
    ["no archives", { packages: {} }, {}, "CONFIG_INVALID"],
    ["archives for other machines only", { builds: [sampleBuild(["riscv64-linux"])] }, {}, "CONFIG_INVALID"],
    ["a name that no class can have", {}, { name: "Tool" }, "FORMULA_NAME_INVALID"],
    ["a name that leads out of the folder", {}, { name: "../tool" }, "FORMULA_NAME_INVALID"],
    ["an address without the file", {}, { url: "https://a.dev/{version}" }, "CONFIG_INVALID"],
    ["an address with an unknown place", {}, { url: "https://a.dev/{name}/{file}" }, "CONFIG_INVALID"],
    ["an address that is none", {}, { url: "{file}" }, "CONFIG_INVALID"],
    ["an address with a quote", {}, { url: "https://a.dev/'{file}" }, "CONFIG_INVALID"],
    ["an address with a password", {}, { url: "https://me:secret@a.dev/{file}" }, "CONFIG_URL_CREDENTIALS"],
    ["a dependency that is no formula's name", {}, { "depends-on": ["x; `id`"] }, "CONFIG_INVALID"],
    ["caveats with NUL", {}, { caveats: "a\0b" }, "FORMULA_FIELD_INVALID"],
    ["a licence that is none", { about: { ...about, license: "MIT OR" } }, {}, "FORMULA_FIELD_INVALID"],
  ])("is refused for %s", (_, changes, keys, code) => {
    expect(() => formula.plan(project(changes), { ...section, ...keys })).toThrow(
      expect.objectContaining({ code, exit: 2 }),
    );
  });

  it("never shows a password", () => {
    expect(() => formula.plan(project(), { ...section, url: "https://me:secret@a.dev/{file}" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") as string }),
    );
  });

  it("knows no other keys", () => {
    expect(safeParse(formula.section, {})).toMatchObject({ success: true, output: section });
    expect(safeParse(formula.section, { tap: "x" }).success).toBe(false);
  });
});

describe("Homebrew reads the version", () => {
  const at = (tag: string, name: string, version: string) => ({ name, version: parseVersion(version), tag, about: {} });

  it.each([
    [
      "https://github.com/o/r/releases/download/v1.2.3/tool-1.2.3-x86_64-linux.tar.gz",
      at("v1.2.3", "tool", "1.2.3"),
      true,
    ],
    [
      "https://github.com/o/r/releases/download/v1.2.3/tool-2-1.2.3-x86_64-linux.tar.gz",
      at("v1.2.3", "tool-2", "1.2.3"),
      true,
    ],
    ["https://dl.dev/tool-1.2.3-x86_64-linux.tar.gz", at("v1.2.3", "tool", "1.2.3"), true],
    ["https://dl.dev/tool-2-1.2.3-x86_64-linux.tar.gz", at("v1.2.3", "tool-2", "1.2.3"), false],
    [
      "https://github.com/o/r/releases/download/app%2Fv1.2.3/tool-1.2.3-x86_64-linux.tar.gz",
      at("app/v1.2.3", "tool", "1.2.3"),
      true,
    ],
    ["https://dl.dev/tool-1.2.3%2B4-x86_64-linux.tar.gz", at("v1.2.3+4", "tool", "1.2.3+4"), false],
  ] as const)("from %s by itself: %#", (address, from, told) => {
    expect(tellsVersion(address, from)).toBe(told);
  });
});
