/** The program as people and scripts meet it: what goes to which output, in what form, with which exit code. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Event } from "../../src/domain/event.ts";
import { toolScene } from "../bad-inputs/scene.ts";
import { machineEnvironment, programWords, runCommand } from "../cli.ts";
import { testRepository } from "../repository.ts";
import { describeWith } from "../requires.ts";

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describeWith(["git"], "results and progress", () => {
  it("go to two outputs: what a script takes is alone on the first", async () => {
    const repository = await testRepository({ VERSION: "1.2.3\n" });
    const { exit, stdout, stderr } = await runCommand(repository.folder, ["version", "next"]);
    expect([exit, stdout]).toEqual([0, "1.2.3\n"]);
    expect(stderr).toContain("note: ");
    const quiet = await runCommand(repository.folder, ["-q", "version", "next"]);
    expect([quiet.exit, quiet.stdout, quiet.stderr]).toEqual([0, "1.2.3\n", ""]);
    const schema = await runCommand(repository.folder, ["schema"]);
    expect([schema.stderr, JSON.parse(schema.stdout)]).toEqual(["", expect.objectContaining({ type: "object" })]);
  });

  it("read as a story in a log: steps as they begin, what came of them, then the release", async () => {
    const scene = await toolScene();
    const { exit, stdout, stderr } = await scene.run(["cut", "v1.2.3"]);
    expect(exit).toBe(0);
    expect(stderr.replace(/ \([0-9.]+ m?s\)/g, "").split("\n")).toEqual([
      "• Read the tag, compare versions, plan",
      expect.stringMatching(/^note: No formula/),
      expect.stringMatching(/^ {2}[0-9]+ files, [0-9]+ changes$/),
      "• Check the channels",
      "• Build and package",
      expect.stringMatching(/^ {2}✓ tool for x86_64-linux: .*ELF program/),
      "  1 build",
      "• Sign",
      "  unsigned: no key was configured",
      "• Make the tag",
      "  v1.2.3",
      "• Stage, publish, read back",
      "• Record",
      "",
      "",
    ]);
    expect(stdout).toMatch(/^file +bytes +sha256\n─+ {2}─+ {2}─+\n/);
    expect(stdout).toContain(`It lies in ${join(scene.repository.folder, "releases", "v1.2.3")}\n`);
    expect(stdout).toContain("  sha256sum -c");
    const again = await scene.run(["cut", "v1.2.3"]);
    expect([again.exit, again.stdout]).toEqual([
      0,
      expect.stringContaining("Nothing was to be done: all of it is there"),
    ]);
    expect(again.stderr).toContain("• Build and package\n  already staged in local\n");
  });

  it("tell in a dry run what would be changed", async () => {
    const scene = await toolScene();
    const { exit, stdout } = await scene.run(["cut", "v1.2.3", "-n"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/\nDry run: nothing was changed\. The release would\n( {2}local: .*\n)+$/);
    expect(stdout).toMatch(/ {2}local: and [0-9]+ \.sha256 files\n/);
    expect(stdout).not.toContain("write v1.2.3/tool-1.2.3-x86_64-linux.sha256");
  });

  it("are one JSON object a line with --json, the result last, and nothing beside them", async () => {
    const scene = await toolScene();
    const { exit, stdout, stderr } = await scene.run(["cut", "v1.2.3", "--json"]);
    expect([exit, stderr]).toEqual([0, ""]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Event);
    const count = (type: Event["type"]): number => events.filter((event) => event.type === type).length;
    expect(events[0]?.type).toBe("steps");
    expect(count("step-started")).toBe(count("step-finished"));
    expect(count("task-started")).toBe(count("task-finished"));
    expect([count("result"), count("failed")]).toEqual([1, 0]);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: "result", command: "cut", result: { tag: "v1.2.3", unchanged: false } });
    const plan = await scene.run(["plan", "v1.2.3", "--json"]);
    expect(plan.events.at(-1)).toMatchObject({ type: "result", result: { schema: 1, project: "tool" } });
    expect(JSON.stringify(plan.events.at(-1))).toContain("write v1.2.3/tool-1.2.3-x86_64-linux.sha256");
  });

  it("are the run's own when the reader goes away", async () => {
    const scene = await toolScene();
    const command = (args: string): string =>
      `${programWords.map((word) => `'${word}'`).join(" ")} ${args} | head -n 1; printf '%s' "\${PIPESTATUS[0]}"`;
    const through = (args: string): string =>
      execFileSync("bash", ["-c", command(args)], {
        cwd: scene.repository.folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...machineEnvironment(), ...scene.variables },
      });
    expect(through("--help")).toMatch(/^ggen-release .*\n0$/);
    expect(through("plan v1.2.3")).toMatch(/^tool 1\.2\.3 from commit .*\n0$/);
    expect(through("cut v1.2.3 --json")).toMatch(/^\{"type":"steps".*\n0$/);
    expect((await scene.run(["verify", "v1.2.3"])).exit).toBe(0);
  });
});

describeWith(["git"], "failures", () => {
  it("are one event on the first output with --json, and nothing beside it", async () => {
    const scene = await toolScene();
    for (const [args, code, exit] of [
      [["plan", "1.2.x", "--json"], "VERSION_INVALID", 2],
      [["--json", "cut", "v1.2.3", "--ci"], "GIT_TAG_MISSING", 2],
      [["verify", "v9.9.9", "--json"], "FILE_MISSING", 2],
      [["--json", "nonsense"], "USAGE", 2],
      [["plan", "--json"], "USAGE", 2],
    ] as const) {
      const run = await scene.run(args);
      const failed = run.events.filter((event) => event.type === "failed");
      expect([run.exit, run.stderr, failed.length], args.join(" ")).toEqual([exit, "", 1]);
      expect(run.events.at(-1), args.join(" ")).toMatchObject({ type: "failed", code, exit });
      expect(run.stdout.trimEnd().split("\n")).toHaveLength(run.events.length);
    }
  });

  it("tell people what, why and what next on the second output, and nothing on the first", async () => {
    const scene = await toolScene({
      builds:
        "builds: [{ builder: command, run: 'echo went wrong; exit 3', output: tool, targets: [x86_64-linux], binaries: [tool] }]\n",
    });
    const { exit, stdout, stderr } = await scene.run(["cut", "v1.2.3"]);
    expect([exit, stdout]).toEqual([7, ""]);
    expect(stderr).toMatch(
      /• Build and package\n {2}✗ tool for x86_64-linux.*\nerror: .*\[BUILD_FAILED\]\n {2}went wrong\n {2}why: {2}.*\n {2}next: .*\n$/,
    );
    expect(stderr.match(/error:/g)).toHaveLength(1);
  });

  it("show nothing of hostile arguments that a terminal could act on", async () => {
    const scene = await toolScene();
    const text = "\u001b[2J\u001b]0;owned\u0007\u009b1m\u202e";
    for (const args of [
      ["plan", text],
      [text],
      ["plan", "v1.2.3", "--config", text],
      ["version", "set", `1.2.3${text}`],
      ["verify", text],
      ["build", "v1.2.3", "--only", text],
      ["keys", "new", "--user-id", text, "--folder", "keys"],
      ["completion", text],
      ["plan", "x".repeat(10_000)],
      ["verify", "x".repeat(3000)],
    ]) {
      const run = await scene.run(args);
      expect(run.exit, args[0]).toBeGreaterThan(0);
      expect(run.exit, `${args[0] ?? ""}: ${run.stderr}`).toBeLessThan(70);
      expect(run.stdout + run.stderr, args[0]).not.toMatch(controls);
      expect(run.stderr.length, args[0]).toBeLessThan(5000);
    }
    const json = await scene.run(["verify", text, "--json"]);
    expect(json.stdout).not.toMatch(controls);
    expect(json.events.filter((event) => event.type === "failed")).toHaveLength(1);
  });
});

describeWith(["git"], "version check", () => {
  it("shows what is compared, marked by what it means, and the rest only when asked", async () => {
    const repository = await testRepository({
      "Cargo.toml": '[package]\nname = "tool"\nversion = "1.2.3"\n',
      VERSION: "1.2.2\n",
      "CHANGELOG.md": "# Changelog\n\n## 1.2.2\n\n- Something\n",
      "docs/install.txt": "tool 9.9.9\n",
    });
    await repository.write({
      "ggen-release.yaml":
        'version: { places: [{ file: docs/install.txt, pattern: "tool {version}", role: placeholder }] }\n',
    });
    const { exit, stdout } = await runCommand(repository.folder, ["version", "check"]);
    expect(exit).toBe(8);
    expect(stdout).toMatch(/^✓ +Cargo\.toml:3 /m);
    expect(stdout).toMatch(/^✗ +VERSION:1 /m);
    expect(stdout).toMatch(/^! +CHANGELOG\.md:3 /m);
    expect(stdout).not.toContain("docs/install.txt");
    expect(stdout).toContain("Mend them with: ggen-release version set 1.2.3");
    const all = await runCommand(repository.folder, ["version", "check", "--verbose"]);
    expect(all.stdout).toMatch(/^- +docs\/install\.txt:1 /m);
  });

  it("says, as version set does, when no place names a version", async () => {
    const repository = await testRepository({ "go.mod": "module example.org/tool\n", "main.go": "package main\n" });
    const checked = await runCommand(repository.folder, ["version", "check", "1.2.3"]);
    expect([checked.exit, checked.stdout]).toEqual([0, expect.stringContaining("nothing was compared")]);
    const set = await runCommand(repository.folder, ["version", "set", "1.2.3"]);
    expect([set.exit, set.stdout]).toEqual([0, expect.stringContaining("No place names the version")]);
    expect(set.stdout).not.toContain("already");
  });
});

describeWith(["git"], "a dry run", () => {
  it("of build shows what would be made, and makes nothing", async () => {
    const scene = await toolScene();
    const { exit, stdout, stderr } = await scene.run(["build", "--snapshot", "-n"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^It would make in .*\n {2}tool-0\.0\.1-snapshot\.g[0-9a-f]{10}-x86_64-linux\n/);
    expect(stdout).not.toContain("sha256\n ");
    expect(stdout).toMatch(/\nDry run: nothing was built\.\n$/);
    expect(stderr).not.toContain("•");
    expect((await scene.left()).filter((path) => path.includes(".ggen-release"))).toEqual([]);
  });

  it("of init and of version set shows what would be written, and writes nothing", async () => {
    const repository = await testRepository({
      "go.mod": "module example.org/tool\n",
      "main.go": "package main\n",
      VERSION: "1.0.0\n",
    });
    const init = await runCommand(repository.folder, ["init", "-n"]);
    expect([init.exit, init.stdout]).toEqual([0, expect.stringMatching(/^Would write .*ggen-release\.yaml:\n\n {2}/)]);
    const set = await runCommand(repository.folder, ["version", "set", "1.1.0", "--dry-run"]);
    expect([set.exit, set.stdout]).toEqual([0, expect.stringContaining("would be")]);
    expect(set.stdout).toContain("Dry run: nothing was written.");
    expect(repository.git("status", "--porcelain")).toBe("");
  });
});
