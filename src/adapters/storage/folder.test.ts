import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewPoolFile } from "../../ports/storage.ts";
import { collectingReporter } from "../collecting-reporter.ts";
import { nodeFiles } from "../node-files.ts";
import { nodeProcesses } from "../node-processes.ts";
import { folderStorage } from "./folder.ts";

const path = "pool/main/t/tool/tool_1_all.deb";
let top = "";
beforeEach(() => void (top = mkdtempSync(join(tmpdir(), "ggen-release-folder-"))));
afterEach(() => rmSync(top, { recursive: true, force: true }));

/** A file of this machine as it is read before it is admitted. */
async function source(content: string): Promise<NewPoolFile> {
  const from = join(top, "tool.deb");
  // Not over the old one, which the pool may hold too.
  rmSync(from, { force: true });
  writeFileSync(from, content);
  const seen = await nodeFiles().see(from, 1024);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path, from, size: content.length, sha256, stamp: seen?.stamp ?? "" };
}

const admit = (file: NewPoolFile, link: boolean): Promise<readonly string[]> =>
  folderStorage(join(top, "repo"), nodeProcesses(collectingReporter())).admit([file], { link });

describe.each([false, true])("a file that is brought into the pool (linked: %s)", (link) => {
  it("is there whole, for everybody to read, once and again", async () => {
    const file = await source("content");
    chmodSync(file.from, 0o600);
    expect(await admit(file, link)).toEqual([]);
    expect(await admit(file, link)).toEqual([]);
    const found = statSync(join(top, "repo", path));
    expect([readFileSync(join(top, "repo", path), "utf8"), found.mode & 0o444]).toEqual(["content", 0o444]);
    expect(found.ino === statSync(file.from).ino).toBe(link);
  });

  it("is refused where it has changed since it was read", async () => {
    const file = await source("content");
    writeFileSync(file.from, "another");
    utimesSync(file.from, 1, 1);
    await expect(admit(file, link)).rejects.toThrow(expect.objectContaining({ code: "ARTIFACT_CHANGED" }));
    expect(existsSync(join(top, "repo", path))).toBe(false);
  });

  it("is taken where only its time has changed", async () => {
    const file = await source("content");
    utimesSync(file.from, 1, 1);
    expect(await admit(file, link)).toEqual([]);
  });

  it("does not replace another of its name", async () => {
    await admit(await source("content"), link);
    expect(await admit(await source("another"), link)).toEqual([path]);
  });
});

describe("looking at a file", () => {
  it("gives its bytes up to a limit, and its size beyond", async () => {
    const { from } = await source("content");
    const seen = await nodeFiles().see(from, 7);
    expect(Buffer.from(seen?.bytes ?? []).toString()).toBe("content");
    expect(await nodeFiles().see(from, 6)).toEqual({ size: 7, stamp: seen?.stamp, bytes: null });
  });

  it("finds none where there is a folder or nothing", async () => {
    expect(await nodeFiles().see(top, 10)).toBeNull();
    expect(await nodeFiles().see(join(top, "absent"), 10)).toBeNull();
  });

  it("gives the digest of several large ones at the same time, and says which is not there", async () => {
    const contents = [0, 1, 1024 * 1024, 3_000_000, 5, 6, 7].map((size) => Buffer.alloc(size, size % 251));
    const paths = contents.map((content, number) => {
      const path = join(top, `${number}.large`);
      writeFileSync(path, content);
      return path;
    });
    const wanted = contents.map((content) => ({
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    }));
    expect(await Promise.all(paths.map((path) => nodeFiles().digest(path)))).toEqual(wanted);
    const absent = nodeFiles().digest(join(top, "absent"));
    await expect(absent).rejects.toThrow(expect.objectContaining({ code: "FILE_MISSING" }));
    expect(await nodeFiles().digest(paths[4] ?? "")).toEqual(wanted[4]);
  });
});
