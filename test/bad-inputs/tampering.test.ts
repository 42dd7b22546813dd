/** A release on disk that somebody changed after it was made: what `verify` says of its records, lists and strangers. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../scratch.ts";
import { toolScene } from "./scene.ts";

type Tampered = (change: (folder: string) => void) => Promise<readonly [number | null, string]>;

/** What `verify` prints and ends with, after a change in a copy of a release that was found whole before. */
async function release(): Promise<Tampered> {
  const scene = await toolScene();
  expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  const whole = await scene.run(["verify", "v1.2.3"]);
  expect([whole.exit, whole.stdout]).toEqual([0, expect.stringContaining(" 0 failed")]);
  return async (change) => {
    const copy = await scratchFolder("tampered");
    await cp(join(scene.repository.folder, "releases/v1.2.3"), copy, { recursive: true });
    change(copy);
    const { exit, stdout } = await scene.run(["verify", copy]);
    return [exit, stdout];
  };
}

describe("verify of a release that was tampered with", () => {
  it("finds a plan.json with another digest than the manifest names", async () => {
    const after = await release();
    const [exit, said] = await after((folder) => edit(join(folder, "plan.json"), '"x86_64-linux"', '"riscv64-linux"'));
    expect([exit, said]).toEqual([
      3,
      expect.stringMatching(/✗ plan\.json has digest [0-9a-f]{64}; the manifest names/),
    ]);
  });

  it("finds a plan.json whose changes carry other bytes, and one that is no plan, or holds a key more", async () => {
    const after = await release();
    const other = await after((folder) => {
      const [, digest = ""] = /"file": "SHA256SUMS",\s*"sha256": "([0-9a-f]+)"/.exec(textOf(folder, "plan.json")) ?? [];
      edit(join(folder, "plan.json"), digest, "0".repeat(64));
    });
    expect(other).toEqual([3, expect.stringContaining('✗ plan.json writes another "SHA256SUMS"')]);
    const cut = await after((folder) => writeFileSync(join(folder, "plan.json"), "{"));
    expect(cut).toEqual([3, expect.stringContaining("✗ plan.json is no plan")]);
    const more = await after((folder) => edit(join(folder, "plan.json"), '"commit"', '"approved": "yes",\n  "commit"'));
    expect(more).toEqual([3, expect.stringContaining("✗ plan.json is no plan")]);
  });

  it("finds files that nothing names, a planted list of sums and a signature of nothing among them", async () => {
    const after = await release();
    const planted = ["evil.deb", "evil.deb.sha256", "evil.deb.asc", "ledger.jsonl.bak"];
    const [exit, said] = await after((folder) => {
      for (const name of planted) writeFileSync(join(folder, name), "x\n");
      mkdirSync(join(folder, "more"));
    });
    expect(exit).toBe(3);
    for (const name of [...planted, "more"]) expect(said).toMatch(new RegExp(`✗ "${name}" lies in the folder`));
    expect(said).toContain("5 failed");
  });

  it("knows the run's own records and the public key beside the files", async () => {
    const after = await release();
    const [exit, said] = await after((folder) => {
      expect(["PIPELINE.log", "REPORT.md", "ledger.jsonl"].map((name) => existsSync(join(folder, name)))).not.toContain(
        false,
      );
      writeFileSync(join(folder, "ledger.jsonl.damaged-1"), "x\n");
      writeFileSync(join(folder, "tool.asc"), "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
    });
    expect([exit, said]).toEqual([0, expect.stringContaining(" 0 failed")]);
  });

  const deb = "tool_1.2.3_amd64.deb";
  it.each([
    { how: "a line more", list: "SHA256SUMS", line: "evil.deb", says: 'SHA256SUMS names "evil.deb"' },
    { how: "a path", list: "SHA256SUMS", line: "../evil.deb", says: "which is not a bare file name" },
    { how: "a name twice", list: "SHA256SUMS", line: deb, says: "stands in it twice" },
    { how: "a line more", list: `${deb}.sha256`, line: "evil.deb", says: `${deb}.sha256 names "evil.deb"` },
  ])("finds $how in $list, even where the manifest was made to agree with it", async ({ list, line, says }) => {
    const after = await release();
    const [exit, said] = await after((folder) => {
      const before = textOf(folder, list);
      const text = `${before}${"0".repeat(64)}  ${line}\n`;
      writeFileSync(join(folder, list), text);
      edit(join(folder, "manifest.json"), sha256(before), sha256(text));
    });
    expect([exit, said]).toEqual([3, expect.stringContaining(says)]);
    expect(said).toContain("✗ plan.json writes another");
  });
});

function textOf(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
