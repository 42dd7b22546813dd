/** Text that would become something else in the file that it lands in. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { describeWith } from "../requires.ts";
import { expectRefusal, failureIn, toolScene, type Scene } from "./scene.ts";

const secret = "hunter2-canary";

/** The usual project, with other fields. */
async function sceneWith(fields: Readonly<Record<string, unknown>>): Promise<Scene> {
  const about = {
    name: "tool",
    summary: "Program for tests",
    homepage: "https://tool.dev",
    license: "MIT",
    maintainer: "Jane Doe <jane@tool.dev>",
    builds: [{ builder: "prebuilt", path: "bin/tool", targets: ["x86_64-linux"] }],
  };
  return toolScene({ files: { "ggen-release.yaml": stringify({ ...about, ...fields }) } });
}

describeWith(["dpkg-deb"], "a description", () => {
  it("with lines that look like fields stays a description (bad input 49)", async () => {
    const scene = await sceneWith({ description: "It is a tool.\n\nDepends: evil\nEssential: yes\n" });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const deb = join(scene.repository.folder, "releases/v1.2.3/tool_1.2.3_amd64.deb");
    const lines = execFileSync("dpkg-deb", ["--field", deb], { encoding: "utf8" }).split("\n");
    const fields = lines.flatMap((line) => /^([^ :]+):/.exec(line)?.[1] ?? []);
    expect(fields).toContain("Description");
    expect(fields).not.toContain("Depends");
    expect(fields).not.toContain("Essential");
    const described = lines.slice(lines.findIndex((line) => line.startsWith("Description:")) + 1).slice(0, 4);
    expect(described).toEqual([" It is a tool.", " .", " Depends: evil", " Essential: yes"]);
  });

  it("is refused as a summary of several lines (bad input 49)", async () => {
    const scene = await sceneWith({ summary: "tool\nDepends: evil" });
    expectRefusal(await scene.run(["cut", "v1.2.3"]), { exit: 2, code: "CONFIG_INVALID", what: "is not one line" });
  });
});

describeWith(["ruby"], "a formula", () => {
  it("holds every text as a string, which runs nothing (bad input 50) and ends nothing (bad input 51)", async () => {
    const summary = String.raw`Runs #{system("touch ran")} #@x \' \\ " =begin __END__ quotes`;
    const scene = await sceneWith({
      summary,
      repository: "https://github.com/owner/tool",
      packages: { formula: true, deb: false },
    });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const formula = join(scene.repository.folder, "releases/v1.2.3/tool.rb");
    const stub =
      "class Formula; class << self; def method_missing(*); end; def test(*); end; def desc(text); puts text; end; end; end";
    const program = `${stub}; load ARGV[0]`;
    const printed = execFileSync("ruby", ["-e", program, formula], { encoding: "utf8", cwd: scene.home });
    expect(printed.split("\n")[0]).toBe(summary);
    expect((await scene.left()).filter((path) => path.includes("ran"))).toEqual([]);
  });
});

describe("a configuration in YAML (bad input 52)", () => {
  it("is refused where a plain value is no text, with the place and the quotes that it needs", async () => {
    for (const [value, code] of [
      ["1e3", "CONFIG_INVALID"],
      ["!!js/function 'function(){}'", "CONFIG_SYNTAX"],
      ["*a", "CONFIG_SYNTAX"],
      ["@at", "CONFIG_SYNTAX"],
      ["a: b", "CONFIG_SYNTAX"],
    ] as const) {
      const text = `name: tool\nsummary: ${value}\nbuilds: [{ builder: prebuilt, path: bin/tool, targets: [x86_64-linux] }]\n`;
      const scene = await toolScene({ files: { "ggen-release.yaml": text } });
      expectRefusal(await scene.run(["plan", "v1.2.3"]), {
        exit: 2,
        code,
        what: "ggen-release.yaml:2:",
        next: /quotes/,
      });
    }
  });

  it("is written by init so that what the last author is called reads back as it is", async () => {
    for (const author of ["Jane: Doe", "*a", "!!js x", "- list", "a 'single' & {more}"]) {
      const scene = await toolScene();
      const message = ["commit", "--quiet", "--allow-empty", "--message", "by"];
      scene.repository.git(...message, "--author", `${author} <jane@tool.dev>`);
      expect((await scene.run(["init", "--force"])).exit, author).toBe(0);
      const written = await readFile(join(scene.repository.folder, "ggen-release.yaml"), "utf8");
      expect(parse(written), written).toMatchObject({ maintainer: `${author} <jane@tool.dev>` });
    }
  });
});

describe("escape sequences in text of others (bad input 54)", () => {
  it("reach no terminal and no log, of a build's output or of a changelog", async () => {
    const builds = `builds:
  - builder: command
    run: "printf '\\\\033[2J\\\\033]0;title\\\\007plain\\\\n'; exit 3"
    output: tool
    targets: [x86_64-linux]
`;
    const scene = await toolScene({ builds, files: { "CHANGELOG.md": "# Changelog\n\n## 1.2.2\u001b[31m\n" } });
    for (const more of [[], ["--verbose"]]) {
      const run = await scene.run(["cut", "v1.2.3", ...more]);
      expect(run.exit).not.toBe(0);
      expect(`${run.stdout}${run.stderr}`).not.toMatch(/[\u001b\u0007]/);
    }
    expect(await readFile(join(scene.repository.folder, "releases/v1.2.3/PIPELINE.log"), "utf8")).not.toMatch(
      /[\u001b\u0007]/,
    );
  });
});

describe("an address with credentials (bad input 55)", () => {
  it("is refused, and not shown by any output", async () => {
    for (const homepage of [`https://user:${secret}@tool.dev/x`, `https://${secret}@github.com/owner/tool`]) {
      const scene = await sceneWith({ homepage });
      for (const args of [
        ["cut", "v1.2.3"],
        ["cut", "v1.2.3", "--json"],
      ]) {
        const run = await scene.run(args);
        if (args.includes("--json")) expect(failureIn(run)).toMatchObject({ exit: 2, code: "CONFIG_URL_CREDENTIALS" });
        else expectRefusal(run, { exit: 2, code: "CONFIG_URL_CREDENTIALS", what: "***@", next: "revoke" });
        expect(`${run.stdout}${run.stderr}`).not.toContain(secret);
      }
      expect(await scene.left()).toEqual([]);
    }
  });

  it("of origin gets neither into the output nor into the release", async () => {
    const scene = await toolScene();
    scene.repository.git("remote", "add", "origin", `https://user:${secret}@github.com/owner/tool.git`);
    const run = await scene.run(["cut", "v1.2.3", "--verbose"]);
    expect([run.exit, `${run.stdout}${run.stderr}`]).toEqual([0, expect.not.stringContaining(secret)]);
    const folder = join(scene.repository.folder, "releases/v1.2.3");
    for (const name of (await scene.left()).filter((path) => /^releases\/v1\.2\.3\/./.test(path)))
      expect((await readFile(join(folder, name.slice("releases/v1.2.3/".length)))).includes(secret), name).toBe(false);
  });
});

describe("a name that no registry of images takes (bad input 56)", () => {
  it("is refused, with the one that would do", async () => {
    for (const [name, proposal] of [
      ["Tool", "tool"],
      ["my_tool", "my-tool"],
      ["@scope/tool", "scope-tool"],
    ]) {
      const scene = await sceneWith({ name });
      expectRefusal(await scene.run(["plan", "v1.2.3"]), {
        exit: 2,
        code: "CONFIG_INVALID",
        what: `"${proposal}" would be one`,
      });
    }
  });
});
