import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeFolders } from "./folders.ts";

it("makes all that is absent on the way, for everybody to enter, and takes what is there", async () => {
  const root = await scratch();
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  await makeFolders(join(root, "a", "b", "c"));
  await makeFolders(join(root, "a", "b"));
  expect((await stat(join(root, "a", "b", "c"))).mode & 0o777).toBe(0o755);
});

it("is made by many at the same moment", async () => {
  const root = await scratch();
  await Promise.all(Array.from({ length: 8 }, () => makeFolders(join(root, "a", "b", "c"))));
  expect((await stat(join(root, "a", "b", "c"))).isDirectory()).toBe(true);
});

it("says what stands in the way", async () => {
  const root = await scratch();
  await writeFile(join(root, "file"), "");
  await expect(makeFolders(join(root, "file"))).rejects.toThrow("EEXIST");
  await expect(makeFolders(join(root, "file", "below"))).rejects.toThrow("ENOTDIR");
});

it("ends where a file system takes no folders", async () => {
  await expect(makeFolders("/proc/foo/bar")).rejects.toThrow("ENOENT");
});

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ggen-release-folders-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
