import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeFiles } from "../../adapters/node-files.ts";
import { fileInside } from "./inside.ts";

describe("a file that a build names", () => {
  const root = mkdtempSync(join(tmpdir(), "ggen-release-inside-"));
  const find = (path: string, folder = root): ReturnType<typeof fileInside> =>
    fileInside(nodeFiles(), root, folder, path);

  beforeAll(() => {
    mkdirSync(join(root, "build", "x86_64"), { recursive: true });
    writeFileSync(join(root, "build", "x86_64", "tool"), "tool");
    symlinkSync("x86_64", join(root, "build", "release"));
    symlinkSync("../build/release/tool", join(root, "build", "up"));
    symlinkSync("/bin", join(root, "absolute"));
    symlinkSync("../../..", join(root, "build", "out"));
    symlinkSync("loop", join(root, "loop"));
    symlinkSync("nowhere", join(root, "dangling"));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("is found, through links that stay inside", async () => {
    const path = join(root, "build", "x86_64", "tool");
    for (const name of ["build/x86_64/tool", "build/release/tool", "build/up"])
      expect((await find(name))?.path).toBe(path);
    expect((await find("release/tool", join(root, "build")))?.path).toBe(path);
  });

  it("is null where nothing is, or no file", async () => {
    for (const name of ["build/none", "build", "dangling"]) expect(await find(name)).toBeNull();
  });

  it.each(["absolute/sh", "build/out/etc/passwd", "loop"])("is refused where %s leads out or nowhere", async (name) => {
    await expect(find(name)).rejects.toThrow("CONFIG_PATH_ESCAPES");
  });
});
