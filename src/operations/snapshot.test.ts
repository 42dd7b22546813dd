import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { author, testRepository, type TestRepository } from "../../test/repository.ts";
import { realPorts } from "../../test/scratch.ts";
import { parseVersion } from "../domain/version.ts";
import { snapshotVersion } from "./snapshot.ts";

const calendar = { "ggen-release.yaml": "version: { scheme: calendar }\n" };

describe("the version of a snapshot under the calendar", () => {
  it("is of the month of the commit, in UTC, where nothing is tagged", async () => {
    const repository = await testRepository(calendar);
    commitAt(repository, "2025-12-31T23:30:00-05:00");
    expect(await versionOf(repository)).toMatch(/^26\.1\.0-snapshot\.g[0-9a-f]{10}$/);
  });

  it("counts on where the month has a version, and goes on in a later month that has one", async () => {
    const repository = await testRepository(calendar);
    commitAt(repository, "2025-03-10T12:00:00Z");
    for (const [tag, expected] of [
      ["v25.2.7", "25.3.0"],
      ["v25.3.4", "25.3.5"],
      ["v25.4.0", "25.4.1"],
      ["v25.13.9", "25.4.1"],
    ] as const) {
      repository.git("tag", tag);
      const version = await versionOf(repository);
      expect(parseVersion(version, "calendar").text).toMatch(new RegExp(`^${expected}-snapshot\\.`));
    }
  });

  it("is refused of a commit whose date no package can hold", async () => {
    const repository = await testRepository(calendar);
    commitAt(repository, "@5000000000 +0000");
    await expect(versionOf(repository)).rejects.toMatchObject({ code: "PACKAGE_EPOCH_INVALID" });
  });

  it("heeds another configuration that is named", async () => {
    const repository = await testRepository({ "other.yaml": "version: { scheme: calendar }\n" });
    commitAt(repository, "2025-03-10T12:00:00Z");
    expect(await snapshotVersion(realPorts(repository.folder), undefined)).toMatch(/^0\.0\.1-/);
    expect(await snapshotVersion(realPorts(repository.folder), "other.yaml")).toMatch(/^25\.3\.0-/);
  });
});

it("a snapshot follows the versions of its own tag prefix alone", async () => {
  const repository = await testRepository({ "ggen-release.yaml": "version: { tag-prefix: app/v }\n" });
  for (const tag of ["app/v1.2.3", "v9.0.0", "lib/v7.0.0"]) repository.git("tag", tag);
  expect(await versionOf(repository)).toMatch(/^1\.2\.4-snapshot\./);
});

function versionOf({ folder }: TestRepository): Promise<string> {
  return snapshotVersion(realPorts(folder), undefined);
}

function commitAt({ folder }: TestRepository, date: string): void {
  execFileSync("git", ["commit", "--quiet", "--allow-empty", "--message", "change"], {
    cwd: folder,
    env: { ...process.env, ...author, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
}
