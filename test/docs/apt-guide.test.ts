/** docs/apt.md: what it tells to type, typed from its first line to its last. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { runCommand } from "../cli.ts";
import { rawDeb } from "../deb-bytes.ts";
import { testRepository } from "../repository.ts";
import { describeWith } from "../requires.ts";

const guide = readFileSync(new URL("../../docs/apt.md", import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({ kind, text }));

function deb(path: string, version: string): void {
  const control = `Package: tool\nVersion: ${version}\nArchitecture: amd64\nMaintainer: Jane Doe <jane@example.org>\nDescription: sample\n`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rawDeb({ control }));
}

it("tells of every command of apt", () => {
  const told = new Set([...guide.matchAll(/ggen-release apt (\w+)/g)].map(([, word]) => word));
  const known = commands.filter(({ path }) => path[0] === "apt").map(({ path }) => path[1]);
  // What the indexes say of one package is asked for by nobody who follows a guide.
  expect(told).toEqual(new Set(known.filter((word) => word !== "show")));
});

describeWith(["git", "xz"], "the guide to APT repositories", () => {
  it("tells commands that work, one after the other", async () => {
    const configuration = blocks.find(({ kind }) => kind === "yaml")?.text ?? "";
    const repository = await testRepository({ "ggen-release.yaml": configuration });
    repository.commit();
    const { folder } = repository;
    for (const version of ["1.2.3", "1.3.0", "1.4.0"]) {
      deb(join(folder, `releases/v${version}/tool_${version}-1_amd64.deb`), `${version}-1`);
    }
    deb(join(folder, "theirs/other.deb"), "0.9-1");
    const lines = blocks.filter(({ kind }) => kind === "sh").flatMap(({ text }) => text.trim().split("\n"));
    expect(lines.length).toBeGreaterThan(20);
    const variables: Record<string, string> = {};
    for (const line of lines) {
      const [, name, value = ""] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined) {
        variables[name] = value.replace("$PWD", folder);
        continue;
      }
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
      const given = words.slice(1).map((word) => word.replace("/srv/reprepro", "theirs"));
      const { exit, stderr } = await runCommand(folder, given, variables);
      expect([line, exit, exit === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    }
  }, 240_000);
});
