/** Sums as installers check them: with coreutils, in whatever folder the files were downloaded to. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseSums, renderSums, type Sum } from "../../src/formats/checksums.ts";
import { describeWith } from "../requires.ts";

const names = [
  "ggen-5.0.2-x86_64-linux-gnu.tar.gz",
  "ggen_5.0.2_amd64.deb",
  "-rf",
  " leading space",
  "tab\there",
  "new\nline",
  "carriage\rreturn",
  "back\\slash",
  "back\\nslash",
  "*star",
  "'quote\"",
  "$(id)",
  "\u00e9 composed",
  "e\u0301 decomposed",
  "😀",
];

describeWith(["sha256sum"], "sha256sum", () => {
  let folder = "";
  let sums: readonly Sum[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-sums-"));
    sums = names.map((file) => {
      writeFileSync(join(folder, file), `content of ${file}`);
      return { file, sha256: createHash("sha256").update(`content of ${file}`).digest("hex") };
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("writes the same list as we do, and we read what it writes", () => {
    const theirs = execFileSync("sha256sum", ["--", ...names], { cwd: folder, encoding: "utf8" });
    expect(renderSums(sums)).toBe(theirs);
    expect(parseSums(theirs)).toEqual(sums);
  });

  it("checks each file by its own list, in a folder that the files were moved to", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "ggen-release-download-"));
    try {
      for (const sum of sums) {
        copyFileSync(join(folder, sum.file), join(elsewhere, sum.file));
        writeFileSync(join(elsewhere, `${sum.file}.sha256`), renderSums([sum]));
      }
      const lists = readdirSync(elsewhere).filter((file) => file.endsWith(".sha256"));
      const { status, stdout } = spawnSync("sha256sum", ["--strict", "-c", "--", ...lists], {
        cwd: elsewhere,
        encoding: "utf8",
      });
      expect(stdout.match(/: OK$/gm)?.length).toBe(names.length);
      expect(status).toBe(0);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("finds the file that is not the one of the sums", () => {
    const [first] = sums;
    const list = renderSums([{ file: first?.file ?? "", sha256: "0".repeat(64) }, ...sums.slice(1)]);
    const { status, stdout } = spawnSync("sha256sum", ["--strict", "-c", "-"], {
      cwd: folder,
      input: list,
      encoding: "utf8",
    });
    expect(stdout.match(/: FAILED$/gm)?.length).toBe(1);
    expect(status).toBe(1);
  });
});
