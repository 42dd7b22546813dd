/** `version set` writes all or none, whatever write fails. */
import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testRepository, type TestRepository } from "../../test/repository.ts";
import { realPorts } from "../../test/scratch.ts";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { VersionSettings } from "../domain/version-settings.ts";
import type { Files } from "../ports/files.ts";
import type { Ports } from "../ports/index.ts";
import { versionSet, type VersionSetOptions } from "./version-set.ts";

const settings: VersionSettings = { scheme: "semver", tagPrefix: "v", places: [], strict: false };
const to = (version: string, more: Partial<VersionSetOptions> = {}): VersionSetOptions => ({
  settings,
  version,
  allowBackport: false,
  dryRun: false,
  ...more,
});

const contents = {
  "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n',
  "Cargo.lock": 'version = 4\n\n[[package]]\nname = "x"\nversion = "1.0.0"\n',
  "package.json": '{"name": "x", "version": "1.0.0", "bin": "x.js"}\n',
  "package-lock.json": '{"name": "x", "version": "1.0.0", "packages": {"": {"version": "1.0.0"}}}\n',
  VERSION: "1.0.0\n",
};
const names = Object.keys(contents);

async function read(repository: TestRepository): Promise<Readonly<Record<string, string>>> {
  const texts = names.map(async (name) => [name, await readFile(join(repository.folder, name), "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

const set = Object.fromEntries(
  Object.entries(contents).map(([name, text]) => [name, text.replaceAll("1.0.0", "1.1.0")]),
);

describe("version set", () => {
  it("writes every place, keeps modes, and leaves nothing beside", async () => {
    const repository = await testRepository(contents);
    await chmod(join(repository.folder, "VERSION"), 0o755);
    const result = await versionSet(realPorts(repository.folder), to("v1.1.0"));
    expect(await read(repository)).toEqual(set);
    expect((await stat(join(repository.folder, "VERSION"))).mode & 0o777).toBe(0o755);
    expect(repository.git("status", "--porcelain", "--untracked-files=all").split("\n")).toHaveLength(names.length);
    expect(result).toMatchObject({ version: "1.1.0", written: true, left: [], warnings: [] });
    expect(result.changed).toHaveLength(6);
  });

  it("does nothing the second time", async () => {
    const repository = await testRepository(contents);
    await versionSet(realPorts(repository.folder), to("1.1.0"));
    const ports = withFiles(repository, (files) => ({ ...files, write: () => Promise.reject(new Error("wrote")) }));
    expect(await versionSet(ports, to("1.1.0"))).toMatchObject({ changed: [], written: false });
  });

  it("computes and writes nothing in a dry run", async () => {
    const repository = await testRepository(contents);
    const ports = withFiles(repository, (files) => ({ ...files, write: () => Promise.reject(new Error("wrote")) }));
    const result = await versionSet(ports, to("1.1.0", { dryRun: true }));
    expect(result.changed).toHaveLength(6);
    expect(result.written).toBe(false);
    expect(await read(repository)).toEqual(contents);
  });

  it.each(names.map((_, index) => index))("puts everything back when write %i fails", async (failing) => {
    const repository = await testRepository(contents);
    const error = await refusalOf(versionSet(failingFrom(repository, failing, 1), to("1.1.0")));
    expect(error.code).toBe("DISK_FULL");
    expect(await read(repository)).toEqual(contents);
    expect(repository.git("status", "--porcelain", "--untracked-files=all")).toBe("");
  });

  it.each(names.map((_, index) => index))(
    "puts everything back when write %i fails after it took effect",
    async (failing) => {
      const repository = await testRepository(contents);
      const ports = withFiles(repository, (files) => {
        let count = 0;
        return {
          ...files,
          async write(path, content, mode) {
            await files.write(path, content, mode);
            if (count++ === failing) throw full(path);
          },
        };
      });
      expect((await refusalOf(versionSet(ports, to("1.1.0")))).code).toBe("DISK_FULL");
      expect(await read(repository)).toEqual(contents);
    },
  );

  it("names the files that it could not put back, and goes on when run again", async () => {
    const repository = await testRepository(contents);
    const error = await refusalOf(versionSet(failingFrom(repository, 2, 100), to("1.1.0")));
    expect(error.code).toBe("DISK_FULL");
    expect(error.details).toHaveLength(2);
    expect(error.next).toContain("run the same command again");
    const half = await read(repository);
    expect(names.filter((name) => half[name] === set[name])).toHaveLength(2);
    await versionSet(realPorts(repository.folder), to("1.1.0"));
    expect(await read(repository)).toEqual(set);
  });

  it("writes nothing when one place cannot be read", async () => {
    const repository = await testRepository({ ...contents, "package-lock.json": "{" });
    const error = await refusalOf(versionSet(realPorts(repository.folder), to("1.1.0")));
    expect(error.code).toBe("VERSION_PLACE_UNREADABLE");
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("sees new files, and neither ignored ones nor what a link leads to", async () => {
    const repository = await testRepository({ ".gitignore": "ignored/\n", "a/x.txt": "1.0.0\n" });
    const elsewhere = await testRepository({ "x.txt": "1.0.0\n", VERSION: "1.0.0\n" });
    await repository.write({ "ignored/x.txt": "1.0.0\n", "new/deep/x.txt": "1.0.0\n" });
    await symlink(join(elsewhere.folder, "VERSION"), join(repository.folder, "VERSION"));
    await symlink(elsewhere.folder, join(repository.folder, "b"));
    repository.git("rm", "-r", "--quiet", "a");
    await symlink(elsewhere.folder, join(repository.folder, "a"));
    const place = { file: "**/x.txt", pattern: "{version}", role: "manifest" } as const;
    const result = await versionSet(
      realPorts(repository.folder),
      to("1.1.0", { settings: { ...settings, places: [place] } }),
    );
    expect(result.changed.map(({ file }) => file)).toEqual(["new/deep/x.txt"]);
    expect(elsewhere.git("status", "--porcelain")).toBe("");
  });
});

describe("version set refuses", () => {
  it("a version below what is tagged", async () => {
    const repository = await testRepository(contents);
    repository.git("tag", "v2.0.0");
    const error = await refusalOf(versionSet(realPorts(repository.folder), to("1.1.0")));
    expect(error.code).toBe("VERSION_BACKWARDS");
    expect((await versionSet(realPorts(repository.folder), to("1.1.0", { allowBackport: true }))).written).toBe(true);
  });

  it("a version that another commit was tagged with", async () => {
    const repository = await testRepository(contents);
    repository.git("tag", "v1.1.0");
    expect((await versionSet(realPorts(repository.folder), to("1.1.0"))).written).toBe(true);
    repository.commit("later");
    const error = await refusalOf(versionSet(realPorts(repository.folder), to("1.1.0")));
    expect(error).toMatchObject({ code: "VERSION_TAKEN", exit: 8 });
  });

  it.each(["1.1", "v1.1.0;id", "vv1.1.0", "１.1.0", ""])("%j", async (version) => {
    const repository = await testRepository(contents);
    const error = await refusalOf(versionSet(realPorts(repository.folder), to(version)));
    expect(error).toMatchObject({ code: "VERSION_INVALID", exit: 2 });
    expect(await read(repository)).toEqual(contents);
  });

  it("a month that does not exist, under the calendar", async () => {
    const repository = await testRepository(contents);
    const calendar = { settings: { ...settings, scheme: "calendar" } } as const;
    const error = await refusalOf(versionSet(realPorts(repository.folder), to("26.13.0", calendar)));
    expect(error.code).toBe("VERSION_CALENDAR_INVALID");
  });
});

function withFiles(repository: TestRepository, change: (files: Files) => Files): Ports {
  const ports = realPorts(repository.folder);
  return { ...ports, files: change(ports.files) };
}

/** Writes fail `times` times, beginning with write number `first`. */
function failingFrom(repository: TestRepository, first: number, times: number): Ports {
  return withFiles(repository, (files) => {
    let count = 0;
    return {
      ...files,
      async write(path, content, mode) {
        const number = count++;
        if (number >= first && number < first + times) throw full(path);
        await files.write(path, content, mode);
      },
    };
  });
}

function full(path: string): ReleaseError {
  return new ReleaseError("DISK_FULL", { what: `No room left to write ${path} (ENOSPC).`, next: "Free some space." });
}

async function refusalOf(act: Promise<unknown>): Promise<ReleaseError> {
  try {
    await act;
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}
