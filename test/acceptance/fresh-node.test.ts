/** What a fresh machine's Node meets first: it may be 20, and cannot read TypeScript. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { describeWithOldNode } from "./old-node.ts";

const root = join(import.meta.dirname, "..", "..");

describeWithOldNode("a fresh machine's Node", (node) => {
  it.each(["scripts/bootstrap.mjs", "scripts/launcher.cjs"])("can read %s", (path) => {
    const { status, stderr } = spawnSync(node, ["--check", join(root, path)], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("is told which tasks there are, before anything is fetched", () => {
    const folder = mkdtempSync(join(tmpdir(), "fresh-node-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const task = spawnSync(node, [join(root, "scripts", "bootstrap.mjs"), "tset"], { cwd: folder, encoding: "utf8" });
    expect(task.status).toBe(2);
    expect(task.stderr).toMatch(/^bootstrap: "tset" is no task; known: test, check, [^\n]+\n$/);
  });
});

it("every npm script begins with the file that any Node can read", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const [name, command] of Object.entries(scripts))
    expect(command, name).toMatch(/^node scripts\/bootstrap\.mjs \w+$/);
});
