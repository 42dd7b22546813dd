/** Version agreement on real repositories, with the tools that read the files afterwards as judges. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VersionSettings } from "../../src/domain/version-settings.ts";
import { isReleaseError, type ReleaseError } from "../../src/domain/errors/index.ts";
import type { Ports } from "../../src/ports/index.ts";
import { versionCheck } from "../../src/operations/version-check.ts";
import { versionNext, type VersionNextOptions } from "../../src/operations/version-next.ts";
import { versionSet } from "../../src/operations/version-set.ts";
import { testRepository, type TestRepository } from "../repository.ts";
import { describeWith } from "../requires.ts";
import { realPorts } from "../scratch.ts";

const settings: VersionSettings = { scheme: "semver", tagPrefix: "v", places: [], strict: false };
const calendar: VersionSettings = { ...settings, scheme: "calendar" };
const setTo = (version: string) => ({ settings, version, allowBackport: false, dryRun: false });

const cargoWorkspace = {
  ".gitignore": "/target\n",
  "Cargo.toml":
    '[workspace]\nresolver = "2"\nmembers = ["cli", "core", "own"]\n\n[workspace.package]\nversion = "5.0.2" # one source\nedition = "2021"\n\n[workspace.dependencies]\ntool-core = { path = "core", version = "=5.0.2" }\ntool-own = { path = "own", version = "0.1" }\n',
  "cli/Cargo.toml":
    '[package]\nname = "tool"\nversion.workspace = true\nedition.workspace = true\n\n[dependencies]\ntool-core.workspace = true\ntool-own.workspace = true\n',
  "cli/src/main.rs": "fn main() {}\n",
  "core/Cargo.toml": '[package]\nname = "tool-core"\nversion = "5.0.2"\nedition = "2021"\n',
  "core/src/lib.rs": "",
  "own/Cargo.toml": '[package]\nname = "tool-own"\nversion = "0.1.0"\nedition = "2021"\n',
  "own/src/lib.rs": "",
  "CHANGELOG.md": "# Changelog\n\n## [5.0.2] - 2026-01-03\n\n- Begun.\n",
  VERSION: "5.0.2\n",
};

describeWith(["git", "cargo"], "version set in a Cargo workspace", () => {
  const metadata = (folder: string): Readonly<Record<string, string>> => {
    const args = ["metadata", "--locked", "--offline", "--format-version=1"];
    const output = execFileSync("cargo", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const { packages } = JSON.parse(output) as { packages: readonly { name: string; version: string }[] };
    return Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  };

  it("is what Cargo reads, with the lock file in step", async () => {
    const repository = await testRepository(cargoWorkspace);
    execFileSync("cargo", ["generate-lockfile", "--offline"], { cwd: repository.folder, stdio: "ignore" });
    repository.commit("lock");
    repository.git("tag", "-a", "-m", "5.0.2", "v5.0.2");
    const ports = realPorts(repository.folder);

    for (const version of ["5.0.3", "6.0.0-rc.1", "6.0.0"]) {
      const { left } = await versionSet(ports, setTo(version));
      expect(metadata(repository.folder)).toEqual({ tool: version, "tool-core": version, "tool-own": "0.1.0" });
      expect(left).toMatchObject([{ file: "CHANGELOG.md", line: 3, toDo: `write the section for ${version}` }]);
      expect((await versionCheck(ports, { settings })).verdict).toBe("warn");
    }
    const own = join(repository.folder, "own/Cargo.toml");
    expect(await readFile(own, "utf8")).toBe(cargoWorkspace["own/Cargo.toml"]);
    expect(await readFile(join(repository.folder, "Cargo.toml"), "utf8")).toContain('version = "6.0.0" # one source');
  });

  it("keeps the lock file in step where two packages share a name", async () => {
    const repository = await testRepository({
      "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["a"]\nexclude = ["other"]\n',
      "a/Cargo.toml":
        '[package]\nname = "a"\nversion = "1.0.0"\nedition = "2021"\n[[bin]]\nname = "a"\npath = "main.rs"\n[dependencies]\nb = { path = "../other/b" }\n',
      "a/main.rs": "fn main() {}\n",
      "other/b/Cargo.toml":
        '[package]\nname = "b"\nversion = "0.9.0"\nedition = "2021"\n[dependencies]\nolder = { package = "a", path = "../a" }\n',
      "other/b/src/lib.rs": "",
      "other/a/Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n',
      "other/a/src/lib.rs": "",
    });
    execFileSync("cargo", ["generate-lockfile", "--offline"], { cwd: repository.folder, stdio: "ignore" });
    expect(await readFile(join(repository.folder, "Cargo.lock"), "utf8")).toContain('"a 0.1.0"');
    repository.commit("lock");
    await versionSet(realPorts(repository.folder), setTo("1.0.1"));
    const listed = execFileSync("cargo", ["tree", "--locked", "--offline", "--prefix=none", "--charset=ascii"], {
      cwd: repository.folder,
      encoding: "utf8",
    });
    expect(listed).toMatch(/^a v1\.0\.1 .*\nb v0\.9\.0 .*\na v0\.1\.0 /);
  });
});

describeWith(["git", "npm"], "version set in an npm workspace", () => {
  it("is what npm installs from, pins and lock file in step", async () => {
    const repository = await testRepository({
      ".gitignore": "node_modules\n",
      "package.json":
        '{\n    "name": "@tool/cli",\n    "version": "1.0.0",\n    "bin": "cli.js",\n    "workspaces": ["npm/*"],\n    "optionalDependencies": { "@tool/any": "1.0.0" }\n}\n',
      "cli.js": "",
      "npm/any/package.json": '{ "name": "@tool/any", "version": "1.0.0" }\n',
    });
    const npm = (...args: readonly string[]): string =>
      execFileSync("npm", [...args, "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: repository.folder,
        encoding: "utf8",
        env: { ...process.env, npm_config_update_notifier: "false" },
      });
    npm("install", "--package-lock-only");
    repository.commit("lock");
    const { changed } = await versionSet(realPorts(repository.folder), setTo("2.0.0-rc.1"));
    expect(changed).toHaveLength(7);
    npm("ci");
    const listed = JSON.parse(npm("ls", "--json")) as {
      version: string;
      dependencies: Record<string, { version: string }>;
    };
    expect(listed).toMatchObject({ version: "2.0.0-rc.1", dependencies: { "@tool/any": { version: "2.0.0-rc.1" } } });
    expect(
      repository
        .git("status", "--porcelain")
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(["M npm/any/package.json", "M package-lock.json", "M package.json"]);
  });
});

describeWith(["git"], "version check", () => {
  it("reads the tag's tree where the tag exists, and the working directory where it does not", async () => {
    const repository = await testRepository({
      VERSION: "1.0.0\n",
      "package.json": '{"name": "x", "version": "1.0.1"}',
    });
    repository.git("tag", "-a", "-m", "x", "v1.0.1");
    await repository.write({ VERSION: "1.0.1\n" });
    const ports = realPorts(repository.folder);

    const tagged = await versionCheck(ports, { settings, version: "v1.0.1" });
    expect(tagged).toMatchObject({ tag: "v1.0.1", verdict: "fail", failing: [{ file: "VERSION", value: "1.0.0" }] });
    const working = await versionCheck(ports, { settings });
    expect(working).toMatchObject({ version: "1.0.1", tag: null, verdict: "pass", failing: [] });
    const coming = await versionCheck(ports, { settings, version: "1.1.0" });
    expect(coming).toMatchObject({ tag: null, verdict: "fail" });
    expect(coming.failing).toHaveLength(2);
  });

  it("tells a member that was left behind by the release before", async () => {
    const member = (name: string, version: string): string => `[package]\nname = "${name}"\nversion = "${version}"\n`;
    const repository = await testRepository({
      "Cargo.toml": `${member("tool", "26.7.2")}[workspace]\nmembers = ["lsp", "e2e"]\n`,
      "src/main.rs": "",
      "lsp/Cargo.toml": member("lsp", "26.7.2"),
      "e2e/Cargo.toml": member("e2e", "0.1.0"),
    });
    repository.git("tag", "-a", "-m", "x", "v26.7.2");
    await repository.write({ "Cargo.toml": `${member("tool", "26.7.3")}[workspace]\nmembers = ["lsp", "e2e"]\n` });
    const { failing, places } = await versionCheck(realPorts(repository.folder), { settings });
    expect(failing.map(({ file }) => file)).toEqual(["lsp/Cargo.toml"]);
    expect(places.find(({ file }) => file === "e2e/Cargo.toml")?.role).toBe("other-train");
  });

  it("says that nothing was compared where only git knows the version", async () => {
    const repository = await testRepository({ "go.mod": "module tool\n", "main.go": "package main\n" });
    const ports = realPorts(repository.folder);
    expect(await refusalOf(versionCheck(ports, { settings }))).toMatchObject({ code: "USAGE", exit: 2 });
    repository.git("tag", "v1.0.0");
    expect(await versionCheck(ports, { settings })).toMatchObject({ version: "1.0.0", places: [], verdict: "not-run" });
  });

  it("needs a repository", async () => {
    const error = await refusalOf(versionCheck(realPorts("/"), { settings, version: "1.0.0" }));
    expect(error.code).toBe("GIT_NOT_A_REPOSITORY");
  });
});

describeWith(["git"], "version next", () => {
  const at = (repository: TestRepository, date: string): Ports => {
    const ports = realPorts(repository.folder);
    return { ...ports, clock: { ...ports.clock, now: () => Date.parse(date) } };
  };
  const next = async (
    repository: TestRepository,
    options: Partial<VersionNextOptions> = {},
    date = "2026-11-21T02:00:00Z",
  ): Promise<string> => (await versionNext(at(repository, date), { settings, ...options })).next;

  it("counts from tags and manifest, whichever is higher", async () => {
    const repository = await testRepository({ "package.json": '{"name": "x", "version": "1.0.0"}' });
    expect(await next(repository)).toBe("1.0.0");
    repository.git("tag", "v1.0.0");
    repository.git("tag", "other/v9.0.0");
    expect(await next(repository)).toBe("1.0.1");
    expect(await next(repository, { increment: "minor", pre: "rc" })).toBe("1.1.0-rc.1");
    repository.git("tag", "v1.3.0-rc.2");
    expect(await next(repository, { pre: "rc" })).toBe("1.3.0-rc.3");
    expect(await versionNext(at(repository, "2026-11-21"), { settings })).toEqual({
      next: "1.3.0",
      tag: "v1.3.0",
      current: "1.3.0-rc.2",
      from: "v1.3.0-rc.2",
      warnings: [],
    });
  });

  it("takes calendar versions from the calendar, and is not led on by a month 15", async () => {
    const repository = await testRepository({ VERSION: "26.15.2\n" });
    for (const tag of ["v26.10.12", "v26.15.2"]) repository.git("tag", tag);
    const result = await versionNext(at(repository, "2026-11-21"), { settings: calendar });
    expect(result).toMatchObject({ next: "26.11.0", current: "26.10.12", from: "v26.10.12" });
    expect(result.warnings).toEqual([
      "VERSION names 26.15.2, which is not a calendar version; it is not counted from.",
      'Tag "v26.15.2" is not a calendar version and outranks 26.11.0: whoever has it is offered no update.',
    ]);
    expect(await next(repository, { settings: calendar }, "2026-12-31T23:59:59Z")).toBe("26.12.0");
    expect(await next(repository, { settings: calendar }, "2027-01-01T00:00:00Z")).toBe("27.1.0");
    expect(await refusalOf(next(repository, { settings: calendar, increment: "minor" }))).toMatchObject({
      code: "USAGE",
    });
  });

  it("refuses a manifest whose version is none, by file and line", async () => {
    const repository = await testRepository({ "package.json": '{\n  "name": "x",\n  "version": "1.2"\n}' });
    const error = await refusalOf(next(repository));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(error.what).toContain('"package.json", line 3');
  });
});

describe("a repository without a commit", () => {
  it("can have its first version checked and set", async () => {
    const repository = await testRepository();
    await repository.write({ VERSION: "0.1.0\n" });
    const ports = realPorts(repository.folder);
    expect((await versionSet(ports, setTo("0.2.0"))).written).toBe(true);
    expect(await versionCheck(ports, { settings })).toMatchObject({ version: "0.2.0", verdict: "pass" });
  });
});

async function refusalOf(act: Promise<unknown>): Promise<ReleaseError> {
  try {
    await act;
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
