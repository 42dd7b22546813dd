import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeFiles } from "../../adapters/node-files.ts";
import { regularFile } from "./inside.ts";

describe("a file of the clean clone", () => {
  let folder = "";
  let clone = "";
  const find = (path: string): Promise<string> => regularFile(join(clone, path), clone, nodeFiles());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-inside-"));
    clone = join(folder, "clone");
    mkdirSync(join(clone, "docs/deep"), { recursive: true });
    writeFileSync(join(folder, "secret"), "");
    writeFileSync(join(clone, "docs/README"), "");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is found by its path", async () => {
    expect(await find("docs/README")).toBe(join(clone, "docs/README"));
  });

  it("is found through links that stay in the clone, folders among them", async () => {
    symlinkSync("docs/README", join(clone, "README"));
    symlinkSync("../../README", join(clone, "docs/deep/README"));
    symlinkSync("docs/deep", join(clone, "d"));
    expect(await find("d/README")).toBe(join(clone, "docs/README"));
  });

  it("may lie outside, as long as it is no link: built files and printed completions do", async () => {
    expect(await find("../secret")).toBe(join(folder, "secret"));
    symlinkSync("secret", join(folder, "link"));
    await expect(find("../link")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_PATH_INVALID" }));
  });

  it.each([
    ["a relative link out", "../secret"],
    ["an absolute link out", "/etc/passwd"],
    ["the folder around the clone", ".."],
    ["a link to a sibling whose name begins like the clone's", "../clone-2/x"],
    ["itself", "link"],
  ])("is refused where it is a link to %s", async (_, target) => {
    symlinkSync(target, join(clone, "link"));
    await expect(find("link")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_PATH_INVALID", exit: 2 }));
  });

  it("is refused where a folder on the way is a link out", async () => {
    symlinkSync("..", join(clone, "up"));
    await expect(find("up/secret")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_PATH_INVALID" }));
  });

  it("is missed by name where there is none, also behind a link", async () => {
    symlinkSync("nowhere", join(clone, "link"));
    await expect(find("link")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_FILE_MISSING", exit: 2 }));
    await expect(find("none")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_FILE_MISSING" }));
  });

  it("is refused where it is a folder or a pipe", async () => {
    execFileSync("mkfifo", [join(clone, "pipe")]);
    await expect(find("pipe")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_SPECIAL_FILE", exit: 2 }));
    await expect(find("docs")).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_SPECIAL_FILE" }));
  });
});
